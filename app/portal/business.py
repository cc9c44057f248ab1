"""How the business shows itself to its customers."""

import re

from msgspec import Struct

_COLOUR = re.compile(r"#([0-9a-fA-F]{6})")


class Business(Struct, frozen=True, kw_only=True):
    """`colour_url` leads to its stylesheet, `logo_url` to its logo; either may be empty. `bank` are pairs of label
    and value, the label empty where a line has none."""

    name: str
    logo_url: str = ""
    colour_url: str = ""
    greeting: str = ""
    particulars: str = ""
    footer: str = ""
    bank: tuple[tuple[str, str], ...] = ()


def colour_url(accent: str) -> str:
    """'' for what is no colour."""
    match = _COLOUR.fullmatch(accent)
    return f"/portal-colour/{match[1].lower()}.css" if match else ""

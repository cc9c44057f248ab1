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


def particulars(legal_name: str, registration_number: str, registered_office: str) -> str:
    """What the law wants on business letters: Borealis Ltd · registered number 01234567 · 1 High Street"""
    number = f"registered number {registration_number}" if registration_number else ""
    office = ", ".join(line.strip() for line in registered_office.splitlines() if line.strip())
    return " · ".join(filter(None, (legal_name, number, office)))


def bank_lines(text: str) -> tuple[tuple[str, str], ...]:
    """ "Sort code: 20-00-00" as a pair; a line without a colon has no label."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(_pair(line) for line in lines if line)


def _pair(line: str) -> tuple[str, str]:
    label, colon, value = line.partition(":")
    return (label.strip(), value.strip()) if colon and len(label) <= 40 else ("", line)

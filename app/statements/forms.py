"""What a manager sends about statements."""

import re
from collections.abc import Mapping

from msgspec import Struct

from app.statements.days import LAST_DAY

DAYS = (*range(1, 29), LAST_DAY)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class SettingsForm(Struct, frozen=True):
    day: int
    chasing_only: bool
    is_on: bool


def read_settings_form(given: Mapping[str, str]) -> tuple[SettingsForm | None, dict[str, str]]:
    day = given.get("day", "")
    if not day.isascii() or not day.isdigit() or int(day) not in DAYS:
        return None, {"day": "Choose a day from the list"}
    return SettingsForm(int(day), given.get("who") != "all", bool(given.get("is_on"))), {}


def read_month(text: str, otherwise: str) -> str:
    """YYYY-MM; what cannot be read is `otherwise`."""
    return text if _MONTH.fullmatch(text) else otherwise


def read_number(text: str) -> int:
    """A message's number; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

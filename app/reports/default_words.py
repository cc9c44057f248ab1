"""Settings as people read them."""

from collections.abc import Mapping
from typing import Any

import msgspec

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def yes(value: bool) -> str:
    return "yes" if value else "no"


def in_days(value: int) -> str:
    return f"{value} day{'' if value == 1 else 's'}"


def working_days(value: int) -> str:
    return f"{value} working day{'' if value == 1 else 's'}"


def in_seconds(value: int) -> str:
    return f"{value} seconds"


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def hours(row: Mapping[str, Any]) -> str:
    return f"{clock(row['chase_from_minute'])} to {clock(row['chase_until_minute'])}"


def weekdays(column: str) -> str:
    """As in "Mon, Tue, Wed"."""
    return ", ".join(DAYS[each] for each in msgspec.json.decode(column, type=list[int])) or "none"


def after_due(offset: int | None) -> str:
    return "no limit" if offset is None else f"{in_days(offset)} after the due date"


ENDINGS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}


def month_day(value: int) -> str:
    """As in "the 2nd"; what no month lacks ends at 28."""
    return "the last of the month" if value > 28 else f"the {value}{ENDINGS.get(value, 'th')}"

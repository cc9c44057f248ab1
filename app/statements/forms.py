"""What a manager sends about statements."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from babel.numbers import NumberFormatError, parse_decimal
from msgspec import Struct

from app.statements.days import LAST_DAY

DAYS = (*range(1, 29), LAST_DAY)
LONGEST_FOOTER = 500
EARLIEST_YEAR = 1990
LONGEST_PERIOD_DAYS = 1830
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_FIGURES = re.compile(r"[0-9.,'’\u00a0\u202f ]+")
_MOST = Decimal(10) ** 11

Errors = dict[str, str]


class SettingsForm(Struct, frozen=True, kw_only=True):
    """`at_minute` is None for as soon as chasing begins, `template_id` for the shipped one; `minimum` in base currency."""

    day: int
    chasing_only: bool
    is_on: bool
    at_minute: int | None = None
    shows: str = "open"
    sends: str = "pdf"
    minimum: Decimal = Decimal(0)
    replaces_reminder: bool = True
    template_id: int | None = None
    footer: str = ""


def read_settings_form(
    given: Mapping[str, str], *, minutes: Collection[int] = (), templates: Collection[int] = (), locale: str = "en_GB"
) -> tuple[SettingsForm | None, Errors]:
    """`minutes` and `templates` are those to choose from. None with the errors by field."""
    errors: Errors = {}
    day = read_number(given.get("day", ""))
    if day not in DAYS:
        errors["day"] = "Choose a day from the list"
    minimum = _minimum(given.get("minimum", ""), locale)
    if minimum is None:
        errors["minimum"] = "Write the amount in figures, for example 50 or 120.50"
    footer = given.get("footer", "").strip()
    if len(footer) > LONGEST_FOOTER:
        errors["footer"] = f"At most {LONGEST_FOOTER} characters; these are {len(footer)}"
    if errors or minimum is None:
        return None, errors
    return SettingsForm(
        day=day,
        chasing_only=given.get("who") != "all",
        is_on=bool(given.get("is_on")),
        at_minute=_among(given.get("at_minute", ""), minutes),
        shows="movements" if given.get("shows") == "movements" else "open",
        sends="link" if given.get("sends") == "link" else "pdf",
        minimum=minimum,
        replaces_reminder=given.get("same_day", "statement") == "statement",
        template_id=_among(given.get("template", ""), templates),
        footer=footer,
    ), errors


def read_period(given: Mapping[str, str], today: date) -> tuple[tuple[date, date] | None, str]:
    """The first and the last day, from `from` and `to`; neither of them: none, and no complaint. Else the complaint."""
    first, last = given.get("from", "").strip(), given.get("to", "").strip()
    if not first and not last:
        return None, ""
    since, until = _day(first), _day(last) if last else today
    if since is None or until is None:
        return None, "Write both days, for example 2026-01-01 and 2026-03-31."
    if since > until:
        return None, "The first day lies after the last one. Swap them."
    if since.year < EARLIEST_YEAR:
        return None, "No books here go back that far. Choose a later first day."
    if (until - since).days > LONGEST_PERIOD_DAYS:
        return None, "A statement covers five years at most. Choose a later first day."
    return (since, min(until, today)) if since <= today else None, "" if since <= today else "That time has not begun yet."


def read_month(text: str, otherwise: str) -> str:
    """YYYY-MM; what cannot be read is `otherwise`."""
    return text if _MONTH.fullmatch(text) else otherwise


def read_number(text: str) -> int:
    """A message's number; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _among(text: str, allowed: Collection[int]) -> int | None:
    number = read_number(text)
    return number if text and number in allowed else None


def _minimum(text: str, locale: str) -> Decimal | None:
    written = text.strip().lstrip("£€$ ")
    if written and not _FIGURES.fullmatch(written):
        return None
    try:
        value = parse_decimal(written, locale=locale, strict=True) if written else Decimal(0)
    except NumberFormatError:
        return None
    exponent = value.as_tuple().exponent
    return value if isinstance(exponent, int) and exponent >= -4 and 0 <= value < _MOST else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

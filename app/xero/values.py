"""Single values of a wire record: text, identifiers, money, currencies, days, stamps. Pure."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import list_currencies

from app.money import units
from app.xero.stamps import instant_of, read_day, read_stamp

ZERO = Decimal(0)
_CURRENCIES = frozenset(list_currencies())
_LARGEST = Decimal(10) ** 13
_ID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class Unusable(ValueError):  # noqa: N818  it is told, like a Problem
    """Why a record is put aside, as a sentence."""


def line(value: str | None, longest: int) -> str:
    """One line of text that both databases take: no NUL, no line breaks, at most `longest` characters."""
    if not value:
        return ""
    if not value.isprintable():
        value = "".join(char if char.isprintable() else " " for char in value)
    return value.strip()[:longest]


def xero_id(value: str | None, what: str) -> str:
    if not value or not _ID.fullmatch(value):
        raise Unusable(f"It has no usable {what}.")
    return value.lower()


def money(value: Decimal | None, what: str) -> int:
    """Ten-thousandths. Raise Unusable when it is missing or no sum of money."""
    if value is None:
        raise Unusable(f"{what} is missing.")
    if not value:
        return 0
    if not _is_sum(value):
        raise Unusable(f"{what} is no sum of money: {str(value)[:40]}.")
    return units(value)


def _is_sum(value: Decimal) -> bool:
    try:
        return -_LARGEST < value < _LARGEST
    except InvalidOperation:  # what compares with nothing: NaN
        return False


def currency(code: str | None, base: str) -> str:
    if not code:
        return base
    if code not in _CURRENCIES:
        raise Unusable(f"The currency {code[:20]!r} is not known here.")
    return code


@lru_cache(maxsize=4096)
def rate_of(value: Decimal | None) -> Decimal:
    usable = value is not None and value.is_finite() and 0 < value < _LARGEST
    return value.normalize() if value is not None and usable else Decimal(1)


def day_of(wire: str | None, twin: str | None, what: str) -> date | None:
    """None also for the first day of year one, which .NET writes where there is no date."""
    if not (wire or twin):
        return None
    try:
        day = read_day(wire, twin)
        return None if day == date.min else day
    except ValueError as error:
        raise Unusable(f"Its {what} cannot be read: {error}.") from error


def updated(text: str | None, served_at: int) -> tuple[datetime | None, int]:
    """UpdatedDateUTC as an instant and in milliseconds; one in the future would hide every later change."""
    try:
        stamp = read_stamp(text)
        instant = instant_of(stamp)
    except (ValueError, OverflowError) as error:
        raise Unusable(f"Its time of change cannot be read: {(text or '')[:40]!r} is none.") from error
    if served_at and stamp > served_at + 86_400_000:
        raise Unusable("Its time of change lies in the future.")
    return instant, stamp

"""Single values of a wire record: text, identifiers, money, currencies, days, stamps. Pure."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel.numbers import list_currencies

from app.money import UNITS, units
from app.xero.stamps import instant_of, read_day, read_stamp

ZERO = Decimal(0)
_CURRENCIES = frozenset(list_currencies())
_LARGEST = Decimal(10) ** 13
_DIGITS = 13
"""Before the point, at most."""

_UNITS, _ONE = Decimal(UNITS), Decimal(1)
_ID = re.compile("-".join(f"[0-9A-Fa-f]{{{length}}}" for length in (8, 4, 4, 4, 12)))


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
    """Ten-thousandths, below 10¹³ of the main unit. Raise Unusable when it is missing or no sum of money."""
    if not value:
        if value is None:
            raise Unusable(f"{what} is missing.")
        return 0
    if value.adjusted() >= _DIGITS or not value.is_finite():
        raise Unusable(f"{what} is no sum of money: {str(value)[:40]}.")
    scaled = value * _UNITS
    whole = int(scaled)
    return whole if Decimal(whole) == scaled else units(value)


def currency(code: str | None, base: str) -> str:
    if not code:
        return base
    if code not in _CURRENCIES:
        raise Unusable(f"The currency {code[:20]!r} is not known here.")
    return code


def rate_of(value: Decimal | None) -> tuple[Decimal, str]:
    """Foreign units per base unit, and as the text that is kept; 1 for what is no rate."""
    return _RATE_OF_ONE if value is None or not value.is_finite() or value == _ONE else _rate(value)


_RATE_OF_ONE = (_ONE, "1")


@lru_cache(maxsize=4096)
def _rate(value: Decimal) -> tuple[Decimal, str]:
    if not 0 < value < _LARGEST:
        return _RATE_OF_ONE
    rate = value.normalize()
    return rate, format(rate, "f")[:30]


def day_of(wire: str | None, twin: str | None, what: str) -> date | None:
    """None also for the first day of year one, which .NET writes where there is no date."""
    text = twin or wire
    if not text:
        return None
    try:
        return _day(text)
    except ValueError as error:
        raise Unusable(f"Its {what} cannot be read: {error}.") from error


@lru_cache(maxsize=16_384)
def _day(text: str) -> date | None:
    day = read_day(text)
    return None if day == date.min else day


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

"""How Xero writes things on the wire: dates, money, identifiers, JSON."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

import msgspec

Json = dict[str, Any]
"""One record as it goes over the wire: PascalCase names, Decimal money, dates already as text."""

EPOCH = date(1970, 1, 1).toordinal()
DAY = 86_400_000
_BEGINNING = datetime(1970, 1, 1)  # noqa: DTZ001 - naive, since its text must not carry an offset
CENT = Decimal("0.01")
PARITY = Decimal("1.0000000000")
NOTHING = -(2**62)
"""Stands for null where a column holds integers."""

_MSDATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)


def encode(value: object) -> bytes:
    r"""JSON with the slashes of its dates escaped, as Xero sends them: "\/Date(0)\/"."""
    return _encoder.encode(value).replace(b'"/Date(', b'"\\/Date(').replace(b')/"', b')\\/"')


def fragment(value: object) -> msgspec.Raw:
    """A part of an answer, encoded once to be reused in many."""
    return msgspec.Raw(_encoder.encode(value))


def decode(text: bytes | str) -> Any:
    """JSON with Decimals where there is a decimal point. Raises msgspec.DecodeError."""
    return _decoder.decode(text)


def ms_of_day(ordinal: int) -> int:
    return (ordinal - EPOCH) * DAY


@lru_cache(maxsize=8192)
def day_twins(ordinal: int) -> tuple[str, str]:
    """A calendar date in both spellings: /Date(…+0000)/ at UTC midnight, and …T00:00:00."""
    return f"/Date({ms_of_day(ordinal)}+0000)/", f"{date.fromordinal(ordinal).isoformat()}T00:00:00"


def msdate(day: date) -> str:
    return day_twins(day.toordinal())[0]


def ms_of(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def stamp(milliseconds: int) -> str:
    return f"/Date({milliseconds}+0000)/"


def stamp_string(milliseconds: int) -> str:
    """The newer twin of a stamp: ISO, whole seconds, UTC."""
    instant = _BEGINNING + timedelta(seconds=milliseconds // 1000)
    return f"{instant.isoformat()}Z"


def set_updated(record: Json, at: datetime, *, twin: bool = True) -> None:
    """Moves the update stamp; a stamp that is ahead already goes one millisecond on, so that order is kept.

    Contacts have no twin of it.
    """
    milliseconds = max(ms_of(at), read_ms(record.get("UpdatedDateUTC")) + 1)
    record["UpdatedDateUTC"] = stamp(milliseconds)
    if twin:
        record["UpdatedDateUTCString"] = stamp_string(milliseconds)


def read_ms(text: object) -> int:
    """Milliseconds since 1970 of any spelling Xero accepts or sends; NOTHING when there is none to read."""
    if not isinstance(text, str):
        return NOTHING
    found = _MSDATE.fullmatch(text)
    if found:
        return int(found[1])
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return NOTHING
    return ms_of(instant if instant.tzinfo else instant.replace(tzinfo=UTC))


def read_day(text: object) -> date | None:
    """The UTC calendar date of a wire date, whatever time of day it carries."""
    milliseconds = read_ms(text)
    return None if milliseconds == NOTHING else date.fromordinal(EPOCH + milliseconds // DAY)


def set_day(record: Json, name: str, day: date | None) -> None:
    """Writes a calendar date with its twin, or takes both away."""
    record.pop(name, None)
    record.pop(f"{name}String", None)
    if day is not None:
        record[name], record[f"{name}String"] = day_twins(day.toordinal())


def pence(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2)


def money(value: object) -> Decimal:
    """Two places, halves away from zero; nothing and nonsense count as nought."""
    try:
        amount = Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)
    except ArithmeticError:
        return Decimal("0.00")
    return amount if amount.is_finite() else Decimal("0.00")


def hundredths(value: object) -> int:
    return int(money(value) * 100)


def in_base(amount: int, rate: object) -> int:
    """Hundredths in the base currency; Xero's rates are foreign units per unit of it."""
    return int((amount / rate).quantize(CENT)) if isinstance(rate, Decimal) and rate > 0 else amount

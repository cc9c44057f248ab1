"""Xero's dates: "/Date(1539993600000+0000)/" and their twins "2018-10-20T00:00:00"."""

from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = 60_000
_MILLISECOND = timedelta(milliseconds=1)


def _parts(text: str) -> tuple[int, int]:
    """Milliseconds since 1970 in UTC, and the offset in minutes. Raise ValueError when it is no such date."""
    if not (text.startswith("/Date(") and text.endswith(")/")):
        raise ValueError(f"{text[:40]!r} is no date")
    if text.endswith("+0000)/"):
        return int(text[6:-7]), 0
    inside = text[6:-2]
    sign = max(inside.rfind("+"), inside.rfind("-"))
    if sign <= 0:
        return int(inside), 0
    hours, minutes = int(inside[sign + 1 : sign + 3]), int(inside[sign + 3 :])
    offset = 60 * hours + minutes
    return int(inside[:sign]), -offset if inside[sign] == "-" else offset


def _day(text: str) -> date:
    if not text.startswith("/Date("):
        return date.fromisoformat(text[:10])
    milliseconds, offset = _parts(text)
    return (EPOCH + timedelta(milliseconds=milliseconds + offset * _MINUTE)).date()


def read_day(wire: str | None, twin: str | None = None) -> date | None:
    """A calendar date, never shifted by the organisation's zone; the twin, where there is one, is the plainer spelling.

    Raise ValueError when neither spelling can be read: a due date must not be lost in silence.
    """
    text = twin or wire
    if not text:
        return None
    try:
        return _day(text)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text[:40]!r} is no date") from error


def read_stamp(text: str | None) -> int:
    """UpdatedDateUTC in milliseconds since 1970; 0 when there is none. Raise ValueError when it is unreadable."""
    if not text:
        return 0
    if text.startswith("/Date("):
        return int(text[6:-7]) if text[-7:] == "+0000)/" else _parts(text)[0]
    instant = datetime.fromisoformat(text)
    instant = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return (instant - EPOCH) // timedelta(milliseconds=1)


def instant_of(stamp: int) -> datetime | None:
    """Milliseconds → an instant in UTC; None for 0. Raise OverflowError beyond the year 9999."""
    return EPOCH + stamp * _MILLISECOND if stamp else None


def stamp_of(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(milliseconds=1)

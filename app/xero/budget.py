"""How many calls to Xero are left: 60 a minute, 5 at once, and the day's, for one organisation. Pure.

Xero counts for each app and organisation (developer.xero.com, limits); a 429 that comes anyway is obeyed to the second.
"""

from collections.abc import Mapping

import msgspec

PER_MINUTE = 60
AT_ONCE = 5
MINUTE = 60.0
HOUR = 3600.0
DAY = 86_400.0
PLACE_LASTS = 120.0
"""A place of a process that died is free again after this many seconds; longer than any call may take."""


class Budget(msgspec.Struct):
    """Times are epoch seconds."""

    recent: list[float] = []
    under_way: dict[str, float] = {}
    """Call → when its place is given up."""
    day_remaining: int | None = None
    minute_remaining: int | None = None
    told_at: float = 0.0
    """When Xero last said what is left."""
    blocked_until: float = 0.0
    blocked_by: str = ""


class Wait(msgspec.Struct, frozen=True):
    until: float
    by: str
    """minute, day, concurrent or appminute."""


def wait_for(budget: Budget, at: float, reserve: int = 0, spare: int = 0) -> Wait | None:
    """None: a call may begin. `reserve` of the day's and `spare` of the minute's calls are left for more urgent things."""
    if budget.blocked_until > at:
        return Wait(budget.blocked_until, budget.blocked_by)
    if budget.day_remaining is not None and budget.day_remaining <= reserve and at - budget.told_at < HOUR:
        return Wait(budget.told_at + HOUR, "day")
    living = [end for end in budget.under_way.values() if end > at]
    if len(living) >= AT_ONCE:
        return Wait(min(min(living), at + 0.2), "concurrent")
    recent = _recent(budget, at)
    most = PER_MINUTE - spare
    if not is_generous(budget) and len(recent) >= most:
        return Wait(recent[-most] + MINUTE, "minute")
    return None


def is_generous(budget: Budget) -> bool:
    """The server itself announces more than Xero's stock limit: then ours would only slow us down."""
    return (budget.minute_remaining or 0) > PER_MINUTE


def _recent(budget: Budget, at: float) -> list[float]:
    return [began for began in budget.recent if began > at - MINUTE]


def begun(budget: Budget, call: str, at: float) -> Budget:
    living = {other: end for other, end in budget.under_way.items() if end > at}
    recent = [*_recent(budget, at), at][-PER_MINUTE:]
    return msgspec.structs.replace(budget, recent=recent, under_way={**living, call: at + PLACE_LASTS})


def ended(budget: Budget, call: str, at: float, headers: Mapping[str, str], status: int) -> Budget:
    """What the answer's headers said (names in lower case); a 429 blocks until its Retry-After has passed."""
    under_way = {other: end for other, end in budget.under_way.items() if other != call}
    left = msgspec.structs.replace(budget, under_way=under_way, **_announced(budget, headers, at))
    if status != 429:
        return left
    until = at + retry_after(headers)
    by = headers.get("x-rate-limit-problem", "minute").lower()[:12]
    return msgspec.structs.replace(left, blocked_until=max(until, left.blocked_until), blocked_by=by)


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds; a minute when Xero does not say, one more than it says to allow for its rounding, at most a day."""
    text = headers.get("retry-after", "")
    return min(float(text) + 1, DAY) if text.isascii() and text.isdigit() else MINUTE


def _announced(budget: Budget, headers: Mapping[str, str], at: float) -> dict[str, float | int]:
    told = {
        "day_remaining": headers.get("x-daylimit-remaining", ""),
        "minute_remaining": headers.get("x-minlimit-remaining", ""),
    }
    numbers: dict[str, float | int] = {name: int(text) for name, text in told.items() if _is_count(text)}
    return {**numbers, "told_at": at} if numbers else numbers


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10

"""Xero's rate limits: so many calls a minute, a day and at once, for each application and organisation."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from .settings import Limits

MINUTE, DAY = 60.0, 86_400.0
UNCOUNTED = 1_000_000
"""What the headers announce where a limit is switched off."""


@dataclass
class _Account:
    minute: deque[float] = field(default_factory=deque)
    day: deque[float] = field(default_factory=deque)
    at_once: int = 0


class Limiter:
    """Counts the calls of each key; a refused call does not count."""

    def __init__(self, limits: Limits, elapsed: Callable[[], float]) -> None:
        self.limits, self._elapsed = limits, elapsed
        self._accounts: dict[str, _Account] = defaultdict(_Account)
        self.peak_at_once = 0

    def enter(self, key: str) -> tuple[str, int] | None:
        """None when the call may go ahead (then leave must follow); else the limit met and the seconds to wait."""
        account, now = self._accounts[key], self._elapsed()
        _forget(account.minute, now - MINUTE)
        _forget(account.day, now - DAY)
        refusal = self._refusal(account, now)
        if refusal is None:
            account.at_once += 1
            self.peak_at_once = max(self.peak_at_once, account.at_once)
            account.minute.append(now)
            account.day.append(now)
        return refusal

    def _refusal(self, account: _Account, now: float) -> tuple[str, int] | None:
        limits = self.limits
        if limits.at_once is not None and account.at_once >= limits.at_once:
            return "concurrent", 1
        if limits.per_day is not None and len(account.day) >= limits.per_day:
            return "day", _wait(account.day, limits.per_day, DAY, now)
        if limits.per_minute is not None and len(account.minute) >= limits.per_minute:
            return "minute", _wait(account.minute, limits.per_minute, MINUTE, now)
        return None

    def leave(self, key: str) -> None:
        self._accounts[key].at_once -= 1

    def headers(self, key: str) -> dict[str, str]:
        account = self._accounts[key]
        return {
            "X-DayLimit-Remaining": _left(self.limits.per_day, len(account.day)),
            "X-MinLimit-Remaining": _left(self.limits.per_minute, len(account.minute)),
            **self.application_headers(),
        }

    def application_headers(self) -> dict[str, str]:
        """All that /connections announces."""
        used = sum(len(account.minute) for account in self._accounts.values())
        return {"X-AppMinLimit-Remaining": _left(self.limits.per_minute_of_application, used)}


def _forget(calls: deque[float], before: float) -> None:
    while calls and calls[0] <= before:
        calls.popleft()


def _wait(calls: deque[float], limit: int, window: float, now: float) -> int:
    """Whole seconds until the call that must leave the window has left it; the earliest is not enough if limits shrank."""
    oldest_in_the_way = calls[len(calls) - limit] if limit else now
    return max(1, int(oldest_in_the_way + window - now) + 1)


def _left(limit: int | None, used: int) -> str:
    return str(UNCOUNTED if limit is None else max(0, limit - used))

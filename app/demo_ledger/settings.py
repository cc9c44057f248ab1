"""How a demo ledger is set up: its clock, its clients, its limits."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path


@dataclass(frozen=True)
class Limits:
    """Xero's limits per application and organisation; None switches one off."""

    per_minute: int | None = 60
    per_day: int | None = 5000
    at_once: int | None = 5
    per_minute_of_application: int | None = 10_000


UNLIMITED = Limits(per_minute=None, per_day=None, at_once=None, per_minute_of_application=None)


def system_clock(named: str = "TACTFUL_NOW") -> Callable[[], datetime]:
    """A clock in UTC: the machine's, or one that runs on from the instant in the named environment variable."""
    text = os.environ.get(named)
    if not text:
        return lambda: datetime.now(UTC)
    start = datetime.fromisoformat(text)
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    began = time.monotonic()
    return lambda: start.astimezone(UTC) + timedelta(seconds=time.monotonic() - began)


class Clock:
    """The one clock of a ledger; the control pages may move it."""

    def __init__(self, source: Callable[[], datetime]) -> None:
        self._source = source
        self._moved = timedelta()

    def now(self) -> datetime:
        """The present instant in UTC, whole milliseconds, as Xero's stamps have them."""
        instant = self._source().astimezone(UTC) + self._moved
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)

    def today(self) -> date:
        return self.now().date()

    def advance(self, by: timedelta) -> None:
        self._moved += by

    def move_to(self, instant: datetime) -> None:
        self._moved += instant.astimezone(UTC) - self.now()


@dataclass(frozen=True)
class LedgerSettings:
    """What a ledger accepts. Without client id, secret or redirect addresses, any are accepted."""

    client_id: str | None = None
    client_secret: str | None = None
    redirect_uris: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    now: Callable[[], datetime] = field(default_factory=system_clock)
    elapsed: Callable[[], float] = time.monotonic
    """Seconds of real time: limits and latencies don't move with the ledger's clock."""
    role: str = "STANDARD"
    """OrganisationRole of the person who signs in; only STANDARD and FINANCIALADVISER may connect an application."""
    access_token_seconds: int = 1800
    refresh_grace_seconds: int = 1800
    """How long a superseded refresh token still works, in case the answer that replaced it was lost."""
    refresh_token_days: int = 60
    max_page_size: int = 1000
    memory: Path | None = None
    """A file in which grants and changes outlive a restart; None: they end with the process."""
    high_volume_above: int = 100_000
    """Above so many records a query without paging, or on an unindexed field, is refused (ErrorNumber 51)."""

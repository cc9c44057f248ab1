"""What the stages of the walk stand on: a clock that moves, a look into the database, patience."""

import asyncio
import os
from collections.abc import Callable
from datetime import date, time, timedelta
from time import monotonic, sleep
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import httpx

from app import clock, database
from app.schedules.calendar import ChaseCalendar, chase_instant
from app.settings import reload_settings

LONDON = "Europe/London"
PATIENCE = 90.0
Found = TypeVar("Found")


class StageFailedError(RuntimeError):
    """A stage did not do what it is there for."""


class Ground:
    ledger = ""
    """The demo ledger's address, once it runs."""

    def __init__(self) -> None:
        self._calendar = ChaseCalendar("GB")
        self.today = clock.today(LONDON)

    def next_chase_day(self) -> date:
        return self._calendar.next_chase_day(self.today + timedelta(days=1))

    def move_clock(self, day: date) -> None:
        """Ten past ten on that day, in London."""
        self.today = day
        os.environ["TACTFUL_NOW"] = chase_instant(day, time(10, 10), LONDON).astimezone(ZoneInfo(LONDON)).isoformat()
        if self.ledger:
            httpx.post(f"{self.ledger}/control/clock", json={"now": os.environ["TACTFUL_NOW"]}, timeout=30).raise_for_status()
        reload_settings()

    def until(self, look: Callable[[], Found | None], what: str) -> Found:
        """Look until there is something. Raise StageFailedError after a minute and a half."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            found = look()
            if found:
                return found
            sleep(0.1)
        raise StageFailedError(f"waited {PATIENCE:.0f} s for {what}")

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return asyncio.run(_fetch(sql))

    def one(self, sql: str) -> dict[str, Any] | None:
        return next(iter(self.rows(sql)), None)

    def row(self, sql: str) -> dict[str, Any]:
        found = self.one(sql)
        if found is None:
            raise StageFailedError(f"nothing found for: {sql}")
        return found

    def number(self, sql: str) -> int:
        return int(self.row(sql)["n"])

    def count(self, table: str) -> int:
        return self.number(f"SELECT COUNT(*) AS n FROM {table}")  # noqa: S608  our own table names


async def _fetch(sql: str) -> list[dict[str, Any]]:
    async with database.opened():
        return await database.fetch(sql)

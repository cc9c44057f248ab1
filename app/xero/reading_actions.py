"""Reading a list of Xero's page by page: the next page is fetched while this one is stored."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Generic, TypeVar

from app.problems import TryLater
from app.xero.answers import RateLimited, Unpaged
from app.xero.line_actions import Line
from app.xero.listing import Page, Resource
from app.xero.reading import Tally, modified_since, smaller
from app.xero.tables import Connection

Record = TypeVar("Record")
PAUSES = (0.5, 2.0)
"""Seconds before the second and third attempt at a page."""


class Incomplete(TryLater):
    """Xero's list changed while it was read and was not complete. What came was kept; the rest comes with the next
    sync."""


class Reading(Generic[Record]):
    """One list, since `since` (milliseconds of Xero's time; 0: everything)."""

    def __init__(self, line: Line, resource: Resource[Record], params: Mapping[str, str], since: int) -> None:
        self.line, self.resource, self.params = line, resource, dict(params)
        self.tally = Tally(resource, since)

    async def pages(self) -> AsyncIterator[tuple[Page[Record], int | None]]:
        """Each page, and with the last one the cursor to keep. Raise Incomplete when records stay missing.

        A list that comes out short is topped up with what changed since it was begun, then read once more.
        """
        for since in (self.tally.since, None, self.tally.since):
            start = self.tally.began_at if since is None else since
            async for page, is_last in self._pass(start):
                done = is_last and self.tally.is_complete
                yield page, self.tally.cursor if done else None
            if self.tally.is_complete:
                return
        raise Incomplete

    async def _pass(self, since: int) -> AsyncIterator[tuple[Page[Record], bool]]:
        """Ends on a short page: Xero's page count may be wrong while records are added."""
        number, coming = 1, asyncio.ensure_future(self._fetch(1, since))
        is_top_up = since != self.tally.since
        try:
            while True:
                page = await coming
                is_last = page.raw_count < self.line.connection.pages_of
                if not is_last:
                    number += 1
                    coming = asyncio.ensure_future(self._fetch(number, since))
                self._count(page, is_top_up)
                yield page, is_last
                if is_last:
                    return
        finally:
            coming.cancel()

    def _count(self, page: Page[Record], is_top_up: bool) -> None:
        """A top-up is a list of its own: its total says nothing of the list that we count."""
        total = self.tally.item_count
        self.tally.add(page)
        if is_top_up:
            self.tally.item_count = total

    async def _fetch(self, number: int, since: int) -> Page[Record]:
        size = self.line.connection.pages_of
        params = {**self.params, "page": str(number), "pageSize": str(size)}
        try:
            return await patiently(self.line, self.resource, params=params, since=modified_since(since))
        except Unpaged:
            if number > 1 or (less := smaller(size)) is None:
                raise
            self.line.connection.pages_of = less
            await Connection.update({Connection.pages_of: less}).where(Connection.id == self.line.connection.id)
            return await self._fetch(1, since)


async def patiently(
    line: Line, resource: Resource[Record], path: str = "", *, params: Mapping[str, str] | None = None, since: str = ""
) -> Page[Record]:
    """A page, asked for up to three times; how long a rate limit may be waited for is the line's to say."""
    for pause in PAUSES if line.patience else ():
        try:
            return await line.page(resource, path, params, since)
        except RateLimited as limited:
            if (limited.retry_at - line.now()).total_seconds() > line.patience:
                raise
        except TryLater:
            await asyncio.sleep(pause)
    return await line.page(resource, path, params, since)

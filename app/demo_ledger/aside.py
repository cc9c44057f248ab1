"""Work that takes seconds where books are large: done on a thread, so that the ledger goes on answering meanwhile."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from .books import Books

Result = TypeVar("Result")
LARGE = 20_000
"""Invoices: with fewer, any question is answered at once."""
AT_ONCE = 2
"""So many threads at most: what they hold in memory is bounded, too."""


class Aside:
    """Only reads may be done here; what changes the books happens on the ledger's own thread."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, books: Books, work: Callable[[], Result]) -> Result:
        if len(books.invoices) < LARGE:
            return work()
        async with self._places:
            return await asyncio.to_thread(work)

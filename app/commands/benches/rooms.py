"""Fresh databases to measure in."""

import asyncio
import gc
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from app import database
from app.engines import engine_for
from app.piccolo_app import TABLES
from app.settings import Settings

Result = TypeVar("Result")


def in_fresh_database(work: Callable[[], Awaitable[Result]]) -> Result:
    """Run `work` on a new SQLite file that is gone afterwards; SQLite, for it is what a newcomer runs."""
    before = database.engine()
    with tempfile.TemporaryDirectory(prefix="tactful-bench-") as folder:
        own = engine_for(Settings(database_url=f"sqlite:///{Path(folder) / 'bench.sqlite'}"))
        database.use(own, TABLES)
        try:
            return asyncio.run(_opened(work))
        finally:
            database.use(before, TABLES)


async def _opened(work: Callable[[], Awaitable[Result]]) -> Result:
    async with database.opened():
        await database.migrate()
        return await work()


async def median_seconds(
    work: Callable[[], Awaitable[Any]], *, before: Callable[[], Awaitable[Any]] | None = None, times: int = 5
) -> float:
    """`before` runs ahead of each round and is not counted."""
    rounds = []
    for _ in range(times):
        if before is not None:
            await before()
        gc.collect()
        began = time.perf_counter()
        await work()
        rounds.append(time.perf_counter() - began)
    return statistics.median(rounds)

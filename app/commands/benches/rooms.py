"""Fresh databases to measure in."""

import asyncio
import gc
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncpg

from app import database
from app.engines import engine_for
from app.piccolo_app import TABLES
from app.settings import Settings

Result = TypeVar("Result")


POSTGRES = os.environ.get("BENCH_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")


def in_fresh_database(work: Callable[[], Awaitable[Result]]) -> Result:
    """Run `work` on a new SQLite file that is gone afterwards; SQLite, for it is what a newcomer runs."""
    with tempfile.TemporaryDirectory(prefix="tactful-bench-") as folder:
        return _on(f"sqlite:///{Path(folder) / 'bench.sqlite'}", work)


def in_fresh_postgres(work: Callable[[], Awaitable[Result]]) -> Result | None:
    """The same on PostgreSQL; None where none answers (BENCH_POSTGRES_URL)."""
    name = f"tactful_bench_{os.getpid()}"
    try:
        asyncio.run(_run_on_postgres(f"CREATE DATABASE {name}"))
    except (OSError, asyncpg.PostgresError):
        return None
    try:
        return _on(urlsplit(POSTGRES)._replace(path=f"/{name}").geturl(), work)
    finally:
        asyncio.run(_run_on_postgres(f"DROP DATABASE {name} WITH (FORCE)"))


async def _run_on_postgres(statement: str) -> None:
    connection = await asyncpg.connect(POSTGRES)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _on(address: str, work: Callable[[], Awaitable[Result]]) -> Result:
    before = database.engine()
    database.use(engine_for(Settings(database_url=address)), TABLES)
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

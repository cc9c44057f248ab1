"""Everything in a database, read as of one moment, and what a digest of each table is."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from piccolo.apps.migrations.tables import Migration
from piccolo.columns import ForeignKey
from piccolo.engine.sqlite import TransactionType
from piccolo.table import Table

from app.commands.copying.portable import Kinds, written
from app.database import engine, run
from app.engines import EmbeddedEngine
from app.piccolo_app import TABLES

PORTION = 500


def in_order() -> list[type[Table]]:
    """What is referred to stands before what refers to it."""
    left, done = list(TABLES), list[type[Table]]()
    while left:
        ready = [each for each in left if all(other in done or other is each for other in _referred(each))]
        assert ready, "tables refer to each other in a circle"
        done += ready
        left = [each for each in left if each not in done]
    return done


def _referred(table: type[Table]) -> list[type[Table]]:
    keys = [each for each in table._meta.columns if isinstance(each, ForeignKey)]
    return [each._foreign_key_meta.resolved_references for each in keys]


@asynccontextmanager
async def one_moment() -> AsyncIterator[None]:
    """Everything inside is read as it was at the first read, while others go on writing."""
    current = engine()
    if isinstance(current, EmbeddedEngine):
        async with current.transaction(TransactionType.deferred):
            yield
        return
    async with current.transaction():
        await run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", ())
        yield


async def lines(table: str, kinds: Kinds) -> AsyncIterator[bytes]:
    """Inside a transaction; by id."""
    last = 0
    columns = ", ".join(f'"{name}"' for name in kinds)
    while True:
        found = await run(f'SELECT {columns} FROM "{table}" WHERE id > {{}} ORDER BY id LIMIT {PORTION}', (last,))  # noqa: S608
        if not found:
            return
        for row in found:
            yield written(row, kinds)
        last = found[-1]["id"]


async def migrations_run() -> list[str]:
    return sorted(await Migration.get_migrations_which_ran(app_name="tactful"))


async def digests(tables: Mapping[str, Kinds]) -> dict[str, tuple[int, str]]:
    """Rows and digest of these tables, as they would stand in a backup."""
    async with one_moment():
        return {name: await _digest(name, kinds) for name, kinds in tables.items()}


async def _digest(name: str, kinds: Kinds) -> tuple[int, str]:
    digest, rows = hashlib.sha256(), 0
    async for line in lines(name, kinds):
        digest.update(line + b"\n")
        rows += 1
    return rows, digest.hexdigest()


async def is_empty() -> bool:
    """No table, or none with a row that somebody would miss."""
    names = ("users", "organisation", "message", "customer")
    return not any([await _has_rows(name) for name in names])


async def _has_rows(name: str) -> bool:
    try:
        found: list[Any] = await engine()._run_in_new_connection(f'SELECT 1 FROM "{name}" LIMIT 1')  # noqa: S608
    except Exception as error:
        if "no such table" in str(error) or "does not exist" in str(error):
            return False
        raise
    return bool(found)

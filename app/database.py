"""What the product asks of its database, the same on SQLite and PostgreSQL: transactions, raw queries, migrations."""

import contextlib
import io
import sqlite3
import sys
import warnings
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import asyncpg
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.engine.base import Engine
from piccolo.engine.finder import engine_finder
from piccolo.querystring import QueryString
from piccolo.table import Table

from app.engines import EmbeddedEngine, PooledEngine
from app.one_go import Rows, Statement, with_dollars, with_question_marks

Row = TypeVar("Row", bound=Table)


def engine() -> EmbeddedEngine | PooledEngine:
    """As Piccolo's own finder, which imports the module anew, and that with every statement."""
    conf = sys.modules.get("piccolo_conf")
    found: Engine[Any] | None = conf.DB if conf else engine_finder()
    assert isinstance(found, EmbeddedEngine | PooledEngine)
    return found


def is_sqlite() -> bool:
    return isinstance(engine(), EmbeddedEngine)


@contextlib.asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """All or nothing; joins the transaction that is already open. IMMEDIATE on SQLite."""
    async with engine().transaction():
        yield


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[None]:
    """Connections for this event loop: open before any traffic, close at the end."""
    current = engine()
    if isinstance(current, PooledEngine):
        await current.open()
    try:
        yield
    finally:
        await current.close()


def numbered(sql: str) -> str:
    """`{}` placeholders written as this database wants them."""
    return with_question_marks(sql) if is_sqlite() else with_dollars(sql)


async def execute_many(sql: str, rows: Iterable[Sequence[Any]]) -> int | None:
    """Run one statement for many rows inside the open transaction; `{}` marks each value.

    How many rows it wrote; None on PostgreSQL, whose driver does not tell.
    """
    current = engine().current_transaction.get()
    if current is None:
        raise RuntimeError("execute_many needs an open transaction")
    listed = list(rows)
    if not listed:
        return 0
    cursor = await current.connection.executemany(numbered(sql), listed)
    return int(cursor.rowcount) if is_sqlite() else None


async def insert_returning(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], key: str) -> dict[Any, int]:
    """Insert rows and give the ids by the value of the `key` column; rows that exist already are left out."""
    found: dict[Any, int] = {}
    names, places = ", ".join(columns), ", ".join(["{}"] * len(columns))
    for start in range(0, len(rows), 500):
        chunk = rows[start : start + 500]
        sql = (
            f"INSERT INTO {table} ({names}) VALUES {', '.join([f'({places})'] * len(chunk))}"  # noqa: S608
            f" ON CONFLICT DO NOTHING RETURNING id, {key}"
        )
        found.update({row[key]: row["id"] for row in await run(sql, [value for row in chunk for value in row])})
    return found


async def run(sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    """Run one statement inside the open transaction without Piccolo's placeholder parser, which is slow for thousands."""
    current = engine().current_transaction.get()
    if current is None:
        raise RuntimeError("run needs an open transaction")
    if is_sqlite():
        return [dict(row) for row in await current.connection.execute_fetchall(numbered(sql), values)]
    return [dict(row) for row in await current.connection.fetch(numbered(sql), *values)]


async def in_one_go(statements: Sequence[Statement], *, durable: bool = False, apart: bool = False) -> list[Rows] | None:
    """The rows of each statement, all done or none of it; None where one that decides found no row and nothing is done.

    Far quicker than a transaction of queries: for what happens with every single mail. Joins the open transaction.
    `durable`: its commit survives a power cut; never within another transaction. `apart`: none of them reads or touches
    what another changes, and of the rows only those of the last are wanted, always the last here: PostgreSQL makes one
    trip of it then. Values are the driver's own: dates
    and times as they are, JSON as text.
    """
    if durable and engine().current_transaction.get() is not None:
        raise RuntimeError("nothing within another transaction can be durable by itself")
    return await engine().in_one_go(statements, durable=durable, apart=apart)


async def fetch(sql: str, *values: Any) -> list[dict[str, Any]]:
    """Rows of a raw query; `{}` marks each value. Types are the driver's: dates are text on SQLite."""
    rows = await engine().run_querystring(QueryString(sql, *values))
    return [dict(row) for row in rows]


def loaded(table: type[Row], columns: Mapping[str, Any]) -> Row:
    """A row as it came from the database, every column of it: the constructor costs more than the reading."""
    made = table.__new__(table)
    made.__dict__.update(columns)
    made._exists_in_db, made._was_created = True, None
    return made


def is_busy(error: BaseException) -> bool:
    """Whether the database was locked or full: worth trying again later."""
    busy = isinstance(error, sqlite3.OperationalError) and any(w in str(error) for w in ("locked", "full", "busy"))
    return busy or isinstance(error, asyncpg.exceptions.InsufficientResourcesError | asyncpg.DeadlockDetectedError)


def is_duplicate(error: BaseException) -> bool:
    """Whether a unique index refused it: somebody else was there first."""
    is_taken = isinstance(error, sqlite3.IntegrityError) and "UNIQUE" in str(error)
    return is_taken or isinstance(error, asyncpg.UniqueViolationError)


async def migrate() -> None:
    """Bring the database up to this version's tables. A migration that fails raises what it failed with."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        await ForwardsMigrationManager(app_name="tactful", migration_id="all").run()


async def migrate_to(last: str) -> None:
    """No further than this migration; one that is not known here is passed over."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        await ForwardsMigrationManager(app_name="tactful", migration_id=last).run()


async def pending_migrations() -> list[str]:
    """The migrations this version has and the database has not run."""
    manager = ForwardsMigrationManager(app_name="tactful", migration_id="all")
    folder = manager.get_app_config(app_name="tactful").resolved_migrations_folder_path
    known = manager.get_migration_ids(manager.get_migration_modules(folder))
    return sorted(set(known) - set(await Migration.get_migrations_which_ran(app_name="tactful")))


def use(new: EmbeddedEngine | PooledEngine, tables: Iterable[type[Table]]) -> None:
    """Point every table at this engine, for commands and tests that bring a database of their own."""
    sys.modules["piccolo_conf"].DB = new  # type: ignore[attr-defined]
    every: list[type[Table]] = [Migration, *tables]
    for table in every:
        table._meta._db = new

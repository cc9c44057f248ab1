"""Piccolo's engines, made fit for a busy web process: SQLite with WAL, IMMEDIATE transactions and kept
connections; PostgreSQL with one pool per event loop."""

import asyncio
import contextlib
import io
import sqlite3
import warnings
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary

import aiosqlite
import asyncpg
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.engine.base import Engine
from piccolo.engine.finder import engine_finder
from piccolo.engine.postgres import PostgresEngine
from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, TransactionType, dict_factory
from piccolo.querystring import QueryString

from app.settings import Settings

Loop = asyncio.AbstractEventLoop
IDLE_CONNECTIONS = 4


class EmbeddedTransaction(SQLiteTransaction):
    """Gives its connection back instead of closing it, and never leaks it when BEGIN fails."""

    async def begin(self) -> None:
        try:
            await super().begin()  # type: ignore[no-untyped-call]
        except BaseException:
            await self.connection.close()
            raise

    async def __aexit__(self, kind: Any, exception: Any, traceback: Any) -> bool:
        if self._parent:
            return exception is None
        engine = cast(EmbeddedEngine, self.engine)
        engine.current_transaction.reset(self.context)
        try:
            await self._finish(exception)
        except BaseException:
            await self.connection.close()
            raise
        await engine.give_back(self.connection)
        return exception is None

    async def _finish(self, exception: Any) -> None:
        if exception and not self._rolled_back:
            await self.rollback()  # type: ignore[no-untyped-call]
        elif not exception and not self._committed and not self._rolled_back:
            await self.commit()  # type: ignore[no-untyped-call]


class DurableTransaction(EmbeddedTransaction):
    """Waits for the disk at its commit (WAL with synchronous=NORMAL may lose the last one at a power cut)."""

    async def begin(self) -> None:
        await self.connection.execute("PRAGMA synchronous=FULL")
        await super().begin()

    async def _finish(self, exception: Any) -> None:
        await super()._finish(exception)
        await self.connection.execute("PRAGMA synchronous=NORMAL")


class EmbeddedEngine(SQLiteEngine):
    """SQLite for the all-in-one process. A new connection per query costs 1.7 ms, a kept one a tenth of it."""

    __slots__ = ("_idle",)

    def __init__(self, path: str) -> None:
        super().__init__(path=path, timeout=30.0)
        self._idle: WeakKeyDictionary[Loop, deque[aiosqlite.Connection]] = WeakKeyDictionary()

    async def get_connection(self) -> aiosqlite.Connection:
        idle = self._idle.setdefault(asyncio.get_running_loop(), deque())
        return idle.pop() if idle else await self._connect()

    async def _connect(self) -> aiosqlite.Connection:
        connection = aiosqlite.connect(**self.connection_kwargs)
        connection._thread.daemon = True  # a forgotten one must not keep the process alive
        opened = await connection
        opened.row_factory = dict_factory  # type: ignore[assignment]
        for pragma in ("journal_mode=WAL", "foreign_keys=1", "synchronous=NORMAL", "cache_size=-16000"):
            await opened.execute(f"PRAGMA {pragma}")
        return opened

    async def give_back(self, connection: aiosqlite.Connection) -> None:
        idle = self._idle.setdefault(asyncio.get_running_loop(), deque())
        if len(idle) < IDLE_CONNECTIONS:
            idle.append(connection)
        else:
            await connection.close()

    def transaction(
        self, transaction_type: TransactionType = TransactionType.immediate, allow_nested: bool = True
    ) -> EmbeddedTransaction:
        return EmbeddedTransaction(self, transaction_type, allow_nested)

    async def _run_in_new_connection(
        self, query: str, args: list[Any] | None = None, query_type: str = "generic", table: Any = None
    ) -> Any:
        connection = await self.get_connection()
        try:
            rows = await connection.execute_fetchall(query, args or [])
        except BaseException:
            await connection.close()
            raise
        await self.give_back(connection)
        return rows

    async def _run_in_existing_connection(
        self, connection: Any, query: str, args: list[Any] | None = None, query_type: str = "generic", table: Any = None
    ) -> Any:
        return await connection.execute_fetchall(query, args or [])

    async def close(self) -> None:
        for connection in self._idle.pop(asyncio.get_running_loop(), deque()):
            await connection.close()


class PooledEngine(PostgresEngine):
    """PostgreSQL with one pool per event loop, for a pool belongs to the loop that opened it."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._pools: WeakKeyDictionary[Loop, asyncpg.Pool] = WeakKeyDictionary()
        super().__init__(config=config)

    @property
    def pool(self) -> asyncpg.Pool | None:
        try:
            return self._pools.get(asyncio.get_running_loop())
        except RuntimeError:
            return None

    @pool.setter
    def pool(self, value: asyncpg.Pool | None) -> None:
        if value is not None:
            self._pools[asyncio.get_running_loop()] = value

    async def open(self, largest: int = 10) -> None:
        if self.pool is None:
            self.pool = await asyncpg.create_pool(**self.config, min_size=1, max_size=largest)

    async def close(self) -> None:
        pool = self._pools.pop(asyncio.get_running_loop(), None)
        if pool is not None:
            await pool.close()


def engine_for(settings: Settings) -> EmbeddedEngine | PooledEngine:
    """The engine that DATABASE_URL names; SQLite in `var_dir` when it names none."""
    url = settings.database_url or f"sqlite:///{settings.var_dir / 'tactful.sqlite'}"
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return EmbeddedEngine(str(path))
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL begins with postgres:// or sqlite:///; see README, Settings.")
    config = {"host": parts.hostname, "port": parts.port, "user": parts.username, "database": parts.path.strip("/")}
    config["password"] = unquote(parts.password) if parts.password else None
    return PooledEngine({key: value for key, value in config.items() if value})


def engine() -> EmbeddedEngine | PooledEngine:
    found: Engine[Any] | None = engine_finder()
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
async def durable_transaction() -> AsyncIterator[None]:
    """A transaction whose commit survives a power cut: claims must, or a mail could go twice."""
    current = engine()
    if isinstance(current, EmbeddedEngine):
        async with DurableTransaction(current, TransactionType.immediate, allow_nested=False):
            yield
    else:
        async with current.transaction(allow_nested=False):
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
    if is_sqlite():
        return sql.replace("{}", "?")
    pieces = sql.split("{}")
    return "".join(f"{piece}${number}" for number, piece in enumerate(pieces[:-1], 1)) + pieces[-1]


async def execute_many(sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run one statement for many rows inside the open transaction; `{}` marks each value.

    Values go to the driver as they are: dates and instants must be what the column stores (see `stored`).
    """
    current = engine().current_transaction.get()
    if current is None:
        raise RuntimeError("execute_many needs an open transaction")
    await current.connection.executemany(numbered(sql), rows)


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


async def fetch(sql: str, *values: Any) -> list[dict[str, Any]]:
    """Rows of a raw query; `{}` marks each value. Types are the driver's: dates are text on SQLite."""
    rows = await engine().run_querystring(QueryString(sql, *values))
    return [dict(row) for row in rows]


def is_busy(error: BaseException) -> bool:
    """Whether the database was locked or full: worth trying again later."""
    busy = isinstance(error, sqlite3.OperationalError) and any(w in str(error) for w in ("locked", "full", "busy"))
    return busy or isinstance(error, asyncpg.exceptions.InsufficientResourcesError | asyncpg.DeadlockDetectedError)


async def migrate() -> None:
    """Bring the database up to this version's tables. A migration that fails raises what it failed with."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        await ForwardsMigrationManager(app_name="tactful", migration_id="all").run()


async def pending_migrations() -> list[str]:
    """The migrations this version has and the database has not run."""
    manager = ForwardsMigrationManager(app_name="tactful", migration_id="all")
    folder = manager.get_app_config(app_name="tactful").resolved_migrations_folder_path
    known = manager.get_migration_ids(manager.get_migration_modules(folder))
    return sorted(set(known) - set(await Migration.get_migrations_which_ran(app_name="tactful")))

"""Piccolo's engines, made fit for a busy web process: SQLite with WAL, IMMEDIATE transactions and kept
connections; PostgreSQL with one pool per event loop."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary

import aiosqlite
import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.engine.sqlite import SQLiteEngine, TransactionType, dict_factory

from app.at_hand import AtHand, lone
from app.one_go import Rows, Statement, all_at_once, fetched, in_order, trip
from app.settings import Settings
from app.together import Together
from app.turns import EmbeddedTransaction, Turns

Loop = asyncio.AbstractEventLoop
IDLE_CONNECTIONS = 4
BUSY_SECONDS = 30.0
PRAGMAS = ("journal_mode=WAL", "foreign_keys=1", "synchronous=NORMAL", "cache_size=-16000", "soft_heap_limit=41943040")
"""Each connection fills a cache of 16 MB sooner or later, and web, worker and timetable keep several: the limit, which is the
process's, makes them use their own pages again once they hold 40 MB together."""
WITHIN = ("SAVEPOINT in_one_go", "RELEASE SAVEPOINT in_one_go", "ROLLBACK TO SAVEPOINT in_one_go")
"""How several statements begin, end and are undone within a transaction."""


class EmbeddedEngine(SQLiteEngine):
    """SQLite for the all-in-one process. A new connection per query costs 1.7 ms, a kept one a tenth of it."""

    __slots__ = ("_idle", "_together", "turns")

    def __init__(self, path: str) -> None:
        super().__init__(path=path, timeout=BUSY_SECONDS)
        self.turns = Turns(BUSY_SECONDS)
        self._idle: WeakKeyDictionary[Loop, deque[aiosqlite.Connection]] = WeakKeyDictionary()
        self._together: WeakKeyDictionary[Loop, Together] = WeakKeyDictionary()

    async def get_connection(self) -> aiosqlite.Connection:
        idle = self._idle.setdefault(asyncio.get_running_loop(), deque())
        return idle.pop() if idle else await self._connect()

    async def _connect(self) -> aiosqlite.Connection:
        connection = aiosqlite.connect(**self.connection_kwargs)
        connection._thread.daemon = True  # a forgotten one must not keep the process alive
        opened = await connection
        opened.row_factory = dict_factory  # type: ignore[assignment]
        try:
            for pragma in PRAGMAS:
                await opened.execute(f"PRAGMA {pragma}")
        except BaseException:
            await opened.close()
            raise
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
        async with self._lent(query) as connection:
            on_its_thread: Any = connection._execute
            return await on_its_thread(fetched, connection._conn, query, args or [])

    async def _run_in_existing_connection(
        self, connection: Any, query: str, args: list[Any] | None = None, query_type: str = "generic", table: Any = None
    ) -> Any:
        return await connection.execute_fetchall(query, args or [])

    async def in_one_go(
        self, statements: Sequence[Statement], *, durable: bool = False, apart: bool = False
    ) -> list[Rows] | None:
        """See database.in_one_go: here one trip to the thread of a connection, whatever the number of statements."""
        current: Any = self.current_transaction.get()
        if current is not None:
            return await trip(current.connection, statements, WITHIN)
        if len(statements) == 1 and not durable:
            async with self._lent(statements[0].sql) as connection:
                return await trip(connection, statements, WITHIN)
        return await self._together.setdefault(asyncio.get_running_loop(), Together(self._lent)).do(statements, durable)

    @contextlib.asynccontextmanager
    async def _lent(self, sql: str = "") -> AsyncIterator[aiosqlite.Connection]:
        """In its turn, unless `sql` only reads."""
        async with self.turns.turn(sql):
            connection = await self.get_connection()
            try:
                yield connection
            except BaseException:
                await connection.close()
                raise
            await self.give_back(connection)

    async def close(self) -> None:
        for connection in self._idle.pop(asyncio.get_running_loop(), deque()):
            await connection.close()


class PooledConnection(asyncpg.Connection):  # type: ignore[misc]
    """Goes back to the pool without the usual clearing away: we leave no session's locks, cursors or settings behind."""

    def get_reset_query(self) -> str:
        return ""


async def _set_up(connection: asyncpg.Connection) -> None:
    """The planner takes a page read out of order for four times as dear as the next one, which is true of turning disks: it
    then reads all of a table of 100,000 rows rather than look up a thousand. Nor is any query of ours worth compiling."""
    await connection.execute("SET random_page_cost = 1.1; SET jit = off")


class PooledTransaction(PostgresTransaction):
    """Gives its connection back to the pool and leaves the context, also when BEGIN, COMMIT or ROLLBACK fails."""

    async def begin(self) -> None:
        try:
            await super().begin()  # type: ignore[no-untyped-call]
        except BaseException:
            await self._give_back()
            raise

    async def __aexit__(self, kind: Any, exception: Any, traceback: Any) -> bool:
        if self._parent:
            return exception is None
        self.engine.current_transaction.reset(self.context)
        try:
            if exception and not self._rolled_back:
                await self.rollback()  # type: ignore[no-untyped-call]
            elif not exception and not self._committed and not self._rolled_back:
                await self.commit()  # type: ignore[no-untyped-call]
        finally:
            await self._give_back()
        return exception is None

    async def _give_back(self) -> None:
        """A pool hands out no connection with an open transaction: what is left of one is rolled back on its return."""
        if self.engine.pool:
            await self.engine.pool.release(self.connection)
        else:
            await self.connection.close()


class PooledEngine(PostgresEngine):
    """PostgreSQL with one pool per event loop, for a pool belongs to the loop that opened it."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._pools: WeakKeyDictionary[Loop, asyncpg.Pool] = WeakKeyDictionary()
        self._at_hand: WeakKeyDictionary[Loop, AtHand] = WeakKeyDictionary()
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
            loop = asyncio.get_running_loop()
            self._pools[loop], self._at_hand[loop] = value, AtHand(value)

    def transaction(self, allow_nested: bool = True) -> PooledTransaction:
        return PooledTransaction(engine=self, allow_nested=allow_nested)

    async def open(self, largest: int = 10) -> None:
        if self.pool is None:
            kept = {"min_size": 1, "max_size": largest, "connection_class": PooledConnection, "init": _set_up}
            self.pool = await asyncpg.create_pool(**self.config, **kept)

    async def in_one_go(
        self, statements: Sequence[Statement], *, durable: bool = False, apart: bool = False
    ) -> list[Rows] | None:
        """See database.in_one_go. What need not be durable does not wait for the disk, as on SQLite."""
        current: Any = self.current_transaction.get()
        if current is not None:
            return await in_order(current.connection, statements, WITHIN)
        begin = "BEGIN" if durable else "BEGIN; SET LOCAL synchronous_commit TO off"
        kept = self._at_hand.get(asyncio.get_running_loop())
        async with kept.lent() if kept else lone(self.get_new_connection) as connection:
            if apart and len(statements) > 1:
                return await all_at_once(connection, statements, durable)
            return await in_order(connection, statements, (begin, "COMMIT", "ROLLBACK"))

    async def close(self) -> None:
        loop = asyncio.get_running_loop()
        pool, kept = self._pools.pop(loop, None), self._at_hand.pop(loop, None)
        if kept is not None:
            await kept.let_go()
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

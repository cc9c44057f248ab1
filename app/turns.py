"""Writers to the one SQLite file, in the order in which they came.

SQLite knows no queue: whoever finds the file locked asks again, ever more rarely, and beside somebody who writes portion after
portion (a first sync, a run) may never meet a gap and give up after the busy timeout. Within a process nobody need guess.
"""

import asyncio
import contextlib
import sqlite3
import threading
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

from piccolo.engine.sqlite import SQLiteTransaction, TransactionType

Waiting = tuple[asyncio.AbstractEventLoop, "asyncio.Future[None]"]
READS = ("SELECT", "PRAGMA")


class Turns:
    """Of one file, for all event loops and threads of this process; other processes are waited for as SQLite does."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._guard = threading.Lock()
        self._waiting: deque[Waiting] = deque()
        self._is_taken = False

    @contextlib.asynccontextmanager
    async def turn(self, sql: str = "") -> AsyncIterator[None]:
        """For a statement that only reads there is nothing to wait for."""
        if sql.lstrip()[:6].upper() in READS:
            yield
            return
        await self.take()
        try:
            yield
        finally:
            self.let_go()

    async def take(self) -> None:
        """Raise sqlite3.OperationalError, as SQLite itself would, when the turn does not come in time."""
        loop = asyncio.get_running_loop()
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            mine: Waiting = (loop, loop.create_future())
            self._waiting.append(mine)
        try:
            async with asyncio.timeout(self._seconds):
                await mine[1]
        except BaseException as error:
            self._stop_waiting(mine)
            if isinstance(error, TimeoutError):
                raise sqlite3.OperationalError("database is locked: others wrote for too long") from error
            raise

    def _stop_waiting(self, mine: Waiting) -> None:
        """The turn may have come in this very moment: then it is the next one's."""
        with self._guard:
            still_waits = mine in self._waiting
            if still_waits:
                self._waiting.remove(mine)
        if not still_waits:
            self.let_go()

    def let_go(self) -> None:
        with self._guard:
            while self._waiting:
                loop, told = self._waiting.popleft()
                with contextlib.suppress(RuntimeError):  # the loop of that one has ended
                    loop.call_soon_threadsafe(_tell, told)
                    return
            self._is_taken = False


def _tell(told: "asyncio.Future[None]") -> None:
    if not told.done():
        told.set_result(None)


class EmbeddedTransaction(SQLiteTransaction):
    """Waits for its turn, gives its connection back instead of closing it, and never leaks either when BEGIN fails."""

    async def __aenter__(self) -> SQLiteTransaction:
        if self._parent is not None:
            return self._parent
        if not self._writes:
            return await super().__aenter__()
        await self._engine.turns.take()
        try:
            return await super().__aenter__()
        except BaseException:
            self._engine.turns.let_go()
            raise

    @property
    def _writes(self) -> bool:
        return bool(self.transaction_type is TransactionType.immediate)

    @property
    def _engine(self) -> Any:
        return self.engine

    async def begin(self) -> None:
        try:
            await super().begin()  # type: ignore[no-untyped-call]
        except BaseException:
            await self.connection.close()
            raise

    async def __aexit__(self, kind: Any, exception: Any, traceback: Any) -> bool:
        if self._parent:
            return exception is None
        self._engine.current_transaction.reset(self.context)
        try:
            await self._finish(exception)
        except BaseException:
            await self.connection.close()
            raise
        finally:
            if self._writes:
                self._engine.turns.let_go()
        await self._engine.give_back(self.connection)
        return exception is None

    async def _finish(self, exception: Any) -> None:
        if exception and not self._rolled_back:
            await self.rollback()  # type: ignore[no-untyped-call]
        elif not exception and not self._committed and not self._rolled_back:
            await self.commit()  # type: ignore[no-untyped-call]

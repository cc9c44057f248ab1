"""Writers to SQLite who come at the same time share one commit: each all or nothing for itself, and no lock to wait for."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, cast

import aiosqlite

from app.one_go import Rows, Statement, run_all

Lend = Callable[[], AbstractAsyncContextManager[aiosqlite.Connection]]
Outcome = list[Rows] | BaseException | None


class _Wish(NamedTuple):
    statements: Sequence[Statement]
    durable: bool
    told: "asyncio.Future[list[Rows] | None]"


class Together:
    """Of one event loop. What comes while a commit is under way, or in the same turn of the loop, goes into the next."""

    def __init__(self, lend: Lend) -> None:
        self._lend = lend
        self._wishes: list[_Wish] = []
        self._at_work: asyncio.Task[None] | None = None

    def do(self, statements: Sequence[Statement], durable: bool) -> Awaitable[list[Rows] | None]:
        loop = asyncio.get_running_loop()
        wish = _Wish(statements, durable, loop.create_future())
        self._wishes.append(wish)
        if self._at_work is None:
            self._at_work = loop.create_task(self._work())
        return wish.told

    async def _work(self) -> None:
        try:
            while self._wishes:
                taken, self._wishes = self._wishes, []
                await self._fulfil(taken)
        finally:
            self._at_work = None

    async def _fulfil(self, wishes: Sequence[_Wish]) -> None:
        try:
            async with self._lend() as connection:
                on_its_thread: Any = connection._execute
                durable = any(wish.durable for wish in wishes)
                found = await on_its_thread(_commit, connection._conn, [wish.statements for wish in wishes], durable)
            outcomes = cast("list[Outcome]", found)
        except BaseException as error:
            _tell(wishes, [error] * len(wishes))
            if not isinstance(error, Exception):
                raise
        else:
            _tell(wishes, outcomes)


def _tell(wishes: Sequence[_Wish], outcomes: Sequence[Outcome]) -> None:
    for wish, outcome in zip(wishes, outcomes, strict=True):
        if wish.told.done():  # whoever asked was called off meanwhile
            continue
        if isinstance(outcome, asyncio.CancelledError):
            wish.told.cancel()
        elif isinstance(outcome, BaseException):
            wish.told.set_exception(outcome)
        else:
            wish.told.set_result(outcome)


def _commit(connection: sqlite3.Connection, wishes: Sequence[Sequence[Statement]], durable: bool) -> list[Outcome]:
    """Raise what fails all of them: the lock, the commit, or what ended the transaction."""
    if durable:
        connection.execute("PRAGMA synchronous=FULL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        outcomes = [_one(connection, statements) for statements in wishes]
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    if durable:
        connection.execute("PRAGMA synchronous=NORMAL")
    return outcomes


def _one(connection: sqlite3.Connection, statements: Sequence[Statement]) -> Outcome:
    connection.execute("SAVEPOINT one")
    try:
        outcome: Outcome = run_all(connection, statements)
    except Exception as error:
        if not connection.in_transaction:  # a full disk ends it for all of them
            raise
        outcome = error
    if outcome is None or isinstance(outcome, BaseException):
        connection.execute("ROLLBACK TO one")
    connection.execute("RELEASE one")
    return outcome

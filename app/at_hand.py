"""Connections to PostgreSQL kept beside the pool: taking one from it and giving it back costs as much as a statement."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg

MOST = 4


class AtHand:
    """Of one event loop."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._kept: list[Any] = []

    @contextlib.asynccontextmanager
    async def lent(self) -> AsyncIterator[Any]:
        while self._kept and self._kept[-1].is_closed():
            await self._pool.release(self._kept.pop())
        connection = self._kept.pop() if self._kept else await self._pool.acquire()
        try:
            yield connection
        except BaseException:
            await self._pool.release(connection)
            raise
        if len(self._kept) < MOST:
            self._kept.append(connection)
        else:
            await self._pool.release(connection)

    async def let_go(self) -> None:
        while self._kept:
            await self._pool.release(self._kept.pop())


@contextlib.asynccontextmanager
async def lone(connect: Callable[[], Awaitable[Any]]) -> AsyncIterator[Any]:
    """One that is opened for this alone."""
    connection = await connect()
    try:
        yield connection
    finally:
        await connection.close()

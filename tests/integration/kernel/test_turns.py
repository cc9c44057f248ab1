"""Writers to one SQLite file within a process: each in its turn, none starved, none forgotten."""

import asyncio
import sqlite3
import threading
from datetime import UTC, datetime

import pytest

from app import leases
from app.database import fetch, is_sqlite, transaction
from app.leases import Lease
from app.turns import Turns

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

TIMES = 20


@pytest.fixture
def sqlite(database):
    if not is_sqlite():
        pytest.skip("PostgreSQL knows queues")
    return database


async def test_who_comes_while_somebody_writes_portion_after_portion_is_next(sqlite):
    """Portions leave no gap that another event loop could meet by chance."""
    done, began = [], threading.Event()

    async def portions() -> None:
        for number in range(8 * TIMES):
            async with transaction():
                await Lease.insert(Lease(name=f"portion {number}", holder=""))
                began.set()
                await asyncio.sleep(0.02)
            done.append(number)
        await sqlite.close()

    at_work = threading.Thread(target=asyncio.run, args=(portions(),))
    at_work.start()
    await asyncio.to_thread(began.wait, 10)
    for number in range(TIMES):
        assert await leases.take(f"sync {number}", "a", NOON, seconds=60)
    passed_by = len(done)
    await asyncio.to_thread(at_work.join)
    assert passed_by <= TIMES + 2


async def test_who_only_reads_waits_for_nobody(sqlite):
    await Lease.insert(Lease(name="here", holder=""))
    async with transaction():
        await Lease.insert(Lease(name="not yet", holder=""))
        task = asyncio.get_running_loop().run_in_executor(None, asyncio.run, _names())
        assert await asyncio.wait_for(task, 5) == ["here"]


async def _names() -> list[str]:
    return [row["name"] for row in await fetch("  SELECT name FROM lease")]


async def test_turns_come_in_order():
    turns, order = Turns(5), []
    await turns.take()

    async def wait(name: int) -> None:
        async with turns.turn():
            order.append(name)

    waiting = []
    for name in range(5):
        waiting.append(asyncio.create_task(wait(name)))
        await asyncio.sleep(0)
    turns.let_go()
    await asyncio.gather(*waiting)
    assert order == [0, 1, 2, 3, 4]


async def test_who_is_called_off_takes_no_turn_along():
    turns = Turns(5)
    await turns.take()
    waiting = [asyncio.create_task(turns.take()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    turns.let_go()
    waiting[1].cancel()  # in the very moment in which its turn comes
    await asyncio.wait_for(waiting[2], 5)
    turns.let_go()
    await asyncio.wait_for(turns.take(), 5)


async def test_a_loop_that_has_ended_is_passed_over():
    turns = Turns(5)
    await turns.take()
    loop = asyncio.new_event_loop()
    forgotten = loop.create_task(turns.take())
    await asyncio.to_thread(loop.run_until_complete, asyncio.sleep(0.01))
    loop.close()
    turns.let_go()
    await asyncio.wait_for(turns.take(), 5)
    del forgotten


async def test_a_turn_that_does_not_come_in_time_is_told_as_sqlite_tells_it():
    turns = Turns(0.05)
    await turns.take()
    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        await turns.take()
    turns.let_go()
    await turns.take()

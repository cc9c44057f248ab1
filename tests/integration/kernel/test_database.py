import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app import leases
from app.activity.tables import AuditEntry
from app.database import engine, execute_many, fetch, is_sqlite, transaction
from app.leases import Lease

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def test_a_hundred_read_then_write_transactions_at_once_all_succeed(database):
    await Lease.insert(Lease(name="counter", holder="0"))

    async def add_one() -> None:
        async with transaction():
            row = (
                (await Lease.select(Lease.holder).where(Lease.name == "counter"))[0]
                if is_sqlite()
                else (await Lease.raw("SELECT holder FROM lease WHERE name = 'counter' FOR UPDATE"))[0]
            )
            await Lease.update({Lease.holder: str(int(row["holder"]) + 1)}).where(Lease.name == "counter")

    await asyncio.gather(*(add_one() for _ in range(100)))
    assert await fetch("SELECT holder FROM lease") == [{"holder": "100"}]


async def test_a_transaction_that_fails_leaves_nothing(database):
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await Lease.insert(Lease(name="half", holder=""))
            _ = 1 / 0
    assert await Lease.count() == 0


async def test_transactions_whose_connection_breaks_leave_neither_their_connection_nor_their_context_behind(database):
    for _ in range(12):  # more than a pool holds
        with pytest.raises(Exception):  # noqa: B017  each database and driver has its own
            async with asyncio.timeout(5), transaction():
                await _break()
    assert await fetch("SELECT 1 AS one") == [{"one": 1}]


async def _break() -> None:
    if is_sqlite():
        await engine().current_transaction.get().connection.close()
        await fetch("SELECT 1")
    await fetch("SELECT pg_terminate_backend(pg_backend_pid())")


async def test_many_rows_go_in_one_statement(database):
    async with transaction():
        await execute_many("INSERT INTO lease (name, holder) VALUES ({}, {})", [(f"n{i}", "x") for i in range(700)])
    assert await Lease.count() == 700


async def test_a_lease_has_one_holder_until_it_runs_out(database):
    assert await leases.take("sync", "a", NOON, seconds=60)
    assert not await leases.take("sync", "b", NOON, seconds=60)
    assert await leases.take("sync", "a", NOON, seconds=60)
    assert await leases.take("sync", "b", NOON + timedelta(seconds=61), seconds=60)
    await leases.let_go("sync", "b")
    assert await leases.take("sync", "a", NOON, seconds=60)


async def test_ten_processes_that_want_a_lease_give_it_to_one(database):
    won = await asyncio.gather(*(leases.take("tick", str(n), NOON, seconds=60) for n in range(10)))
    assert won.count(True) == 1


async def test_the_audit_trail_can_neither_be_changed_nor_deleted(database):
    await AuditEntry.insert(AuditEntry(act="signed in", acted_at=NOON))
    with pytest.raises(Exception, match="append-only"):
        await AuditEntry.update({AuditEntry.act: "nothing"}, force=True)
    with pytest.raises(Exception, match="append-only"):
        await AuditEntry.delete(force=True)
    assert (await AuditEntry.select(AuditEntry.acted_at))[0]["acted_at"] == NOON

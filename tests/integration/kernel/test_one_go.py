"""Several statements as one: all done or none of it, on both databases."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.database import engine, fetch, in_one_go, is_sqlite, transaction
from app.engines import PooledEngine
from app.leases import Lease
from app.one_go import Statement

INSERT = "INSERT INTO lease (name, holder) VALUES ({}, {})"
TAKE = "UPDATE lease SET holder = {} WHERE name = {} AND holder = '' RETURNING holder"

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def as_installed() -> AsyncIterator[None]:
    """As a server that nobody has told not to wait for its disk; the one of the other tests has been."""
    used = engine()
    await used.close()
    if isinstance(used, PooledEngine):
        used.config["server_settings"] = {"synchronous_commit": "on"}
        await used.open()
    yield
    await used.close()


async def names() -> list[str]:
    return [row["name"] for row in await Lease.select(Lease.name).order_by(Lease.name)]


@pytest.mark.parametrize("durable", [False, True])
async def test_all_of_it_is_done_and_every_statement_gives_its_rows(durable: bool) -> None:
    done = await in_one_go([Statement(INSERT, ("a", "")), Statement(TAKE, ("me", "a"), decides=True)], durable=durable)
    assert done == [[], [{"holder": "me"}]]


@pytest.mark.parametrize("durable", [False, True])
async def test_where_one_that_decides_finds_nothing_nothing_is_done(durable: bool) -> None:
    statements = [Statement(INSERT, ("a", "")), Statement(TAKE, ("me", "b"), decides=True), Statement(INSERT, ("c", ""))]
    assert await in_one_go(statements, durable=durable) is None
    assert await names() == []


@pytest.mark.parametrize("durable", [False, True])
async def test_those_that_have_nothing_to_do_with_each_other_are_done_as_one_or_not_at_all(durable: bool) -> None:
    await in_one_go([Statement(INSERT, ("a", ""))])
    both = [Statement(INSERT + " RETURNING name", ("b", ""), decides=True), Statement(TAKE, ("me", "a"), decides=True)]
    done = await in_one_go(both, durable=durable, apart=True)
    assert done is not None
    assert done[-1] == [{"holder": "me"}]
    again = [Statement(INSERT, ("c", "")), Statement(TAKE, ("you", "a"), decides=True)]
    assert await in_one_go(again, durable=durable, apart=True) is None
    assert await names() == ["a", "b"]
    async with transaction():
        assert await in_one_go(again, apart=True) is None
        await in_one_go([Statement(INSERT, ("c", "")), Statement(INSERT + " RETURNING name", ("d", ""))], apart=True)
    assert await names() == ["a", "b", "c", "d"]


@pytest.mark.usefixtures("as_installed")
async def test_what_did_not_wait_for_the_disk_leaves_the_next_to_wait_for_it() -> None:
    if is_sqlite():
        pytest.skip("PostgreSQL's own")
    await in_one_go([Statement(INSERT, ("a", "")), Statement(INSERT + " RETURNING name", ("b", ""))], apart=True)
    assert await in_one_go([Statement("SHOW synchronous_commit")]) == [[{"synchronous_commit": "on"}]]


async def test_writers_at_the_same_time_are_each_all_or_nothing() -> None:
    await in_one_go([Statement(INSERT, ("a", ""))])
    good = [in_one_go([Statement(INSERT, (f"n{n}", "")), Statement("SELECT 1")], durable=n % 2 == 0) for n in range(6)]
    undecided = in_one_go([Statement(INSERT, ("gone", "")), Statement(TAKE, ("me", "z"), decides=True)])
    failing = in_one_go([Statement(INSERT, ("gone too", "")), Statement("UPDATE nowhere SET x = 1")])
    done = await asyncio.gather(*good, undecided, failing, return_exceptions=True)
    assert all(isinstance(each, list) for each in done[:6])
    assert done[6] is None
    assert "nowhere" in str(done[7])
    assert await names() == ["a", *(f"n{n}" for n in range(6))]


async def test_where_one_fails_nothing_is_done_and_the_connection_is_fit_for_others() -> None:
    for _ in range(12):  # more than a pool holds
        with pytest.raises(Exception, match="nowhere"):
            await in_one_go([Statement(INSERT, ("a", "")), Statement("UPDATE nowhere SET x = 1")])
    assert await names() == []
    assert await in_one_go([Statement(INSERT, ("a", ""))]) == [[]]


async def test_within_a_transaction_it_is_undone_alone_and_ends_with_the_whole() -> None:
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            assert await in_one_go([Statement(INSERT, ("kept", "")), Statement(INSERT, ("kept too", ""))])
            assert await in_one_go([Statement(INSERT, ("undone", "")), Statement(TAKE, ("me", "b"), decides=True)]) is None
            assert await names() == ["kept", "kept too"]
            _ = 1 / 0
    assert await names() == []


async def test_a_failure_within_a_transaction_can_be_caught_and_the_rest_goes_on() -> None:
    async with transaction():
        with pytest.raises(Exception, match="nowhere"):
            await in_one_go([Statement(INSERT, ("undone", "")), Statement("UPDATE nowhere SET x = 1")])
        await in_one_go([Statement(INSERT, ("kept", "")), Statement(INSERT, ("kept too", ""))])
    assert await names() == ["kept", "kept too"]


async def test_nothing_within_a_transaction_claims_to_be_durable() -> None:
    with pytest.raises(RuntimeError):
        async with transaction():
            await in_one_go([Statement(INSERT, ("a", ""))], durable=True)


@pytest.mark.usefixtures("as_installed")
async def test_a_durable_one_waits_for_the_disk_and_the_next_one_does_not() -> None:
    asks = "SELECT synchronous AS found FROM pragma_synchronous" if is_sqlite() else "SHOW synchronous_commit"
    await in_one_go([Statement(INSERT, ("a", ""))])
    durable = await in_one_go([Statement("SELECT 1"), Statement(asks)], durable=True)
    undone = await in_one_go([Statement("SELECT 1"), Statement(asks), Statement(TAKE, ("x", "y"), True)], durable=True)
    light = await in_one_go([Statement("SELECT 1"), Statement(asks)])
    assert undone is None
    assert durable is not None
    assert light is not None
    assert [next(iter(rows[1][0].values())) for rows in (durable, light)] == ([2, 1] if is_sqlite() else ["on", "off"])
    if not is_sqlite():
        assert (await fetch("SHOW synchronous_commit"))[0]["synchronous_commit"] == "on", "for it alone"


async def test_of_twenty_at_once_one_takes_it() -> None:
    await in_one_go([Statement(INSERT, ("a", ""))])
    takes = (in_one_go([Statement("SELECT 1"), Statement(TAKE, (str(n), "a"), True)], durable=True) for n in range(20))
    assert len([done for done in await asyncio.gather(*takes) if done]) == 1
    assert engine().current_transaction.get() is None

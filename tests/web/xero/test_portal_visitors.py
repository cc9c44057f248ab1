"""GET /p/{token}: whoever opens a portal, one delta a minute serves all, as the ledger counts it."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from dramatiq import Message

from app.customers.link_actions import portal_link
from app.customers.tables import Customer
from app.xero.tables import CallBudget
from workers import sync as sync_work
from workers.broker import broker

VISITORS = 20
DELTA = ["GET /Contacts", "GET /Invoices", "GET /CreditNotes", "GET /Prepayments", "GET /Overpayments"]


def bells() -> list[tuple[Any, ...]]:
    """What visitors rang for since the last look."""
    queue: Any = broker.queues["tactful"]  # type: ignore[attr-defined]
    rung = [Message.decode(queue.get_nowait()) for _ in range(queue.qsize())]
    return [each.args for each in rung if each.actor_name == sync_work.refresh.actor_name]


@pytest.fixture
async def portals(borealis, sign_in, rig, monkeypatch) -> list[str]:
    """A portal each of so many customers."""
    monkeypatch.setattr("app.clock.now", rig.clock)
    await rig.connect(await sign_in("owner"))
    assert (await rig.sync(borealis.id, "first")).is_good
    customers = await Customer.objects().order_by(Customer.id)
    links = [await portal_link(each.id, borealis.id, rig.clock()) for each in customers]
    rig.calls(), bells()
    return [f"/p/{links[number % len(links)]}" for number in range(VISITORS)]


@pytest.fixture
def visited(client, portals, rig) -> Callable[[], Any]:
    """All of them come at once, and a worker hears their bells; what the ledger was asked."""

    async def visiting() -> list[str]:
        answers = await asyncio.gather(*(client.get(each) for each in portals))
        assert {each.status_code for each in answers} == {200}
        for (organisation_id,) in bells():
            assert (await rig.sync(organisation_id, "portal")).is_good
        return rig.calls()

    return visiting


async def test_twenty_visitors_in_each_of_three_minutes_cost_three_deltas(visited, rig):
    for _ in range(3):
        assert await visited() == DELTA
        rig.clock.forward(seconds=59)
        assert await visited() == []
        rig.clock.forward(seconds=2)


@pytest.mark.parametrize(("left", "seconds"), [(5_000, 60), (300, 300)])
async def test_the_fewer_calls_are_left_for_the_day_the_rarer_they_are(visited, rig, left, seconds):
    await CallBudget.update({CallBudget.day_remaining: left}, force=True)
    assert await visited() == DELTA
    rig.clock.forward(seconds=seconds - 1)
    assert await visited() == []
    rig.clock.forward(seconds=2)
    assert await visited() == DELTA


async def test_when_few_are_left_the_visitors_leave_them_to_the_sending(client, portals, borealis, rig):
    await CallBudget.update({CallBudget.day_remaining: 200, CallBudget.told_at: rig.clock()}, force=True)
    assert {(await client.get(each)).status_code for each in portals} == {200}
    assert not (await rig.sync(borealis.id, "portal")).is_good
    assert rig.calls() == []
    assert (await rig.sync(borealis.id, "sending")).is_good

"""R10: Xero's limits are obeyed, by any number of workers: no early call, 60 a minute, 5 at once."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from app.demo_ledger.settings import Limits
from app.xero.answers import RateLimited
from app.xero.budget_actions import budget_of, give_back, take_place
from app.xero.tables import CallBudget, Connection
from tests.xero_rig import NOW, HandClock, Rig, cast


async def call(organisation: int, clock: HandClock, patience: float = 0.0) -> None:
    place = await take_place(organisation, clock, patience=patience)
    await give_back(organisation, place, clock(), {}, 200)


async def test_the_sixty_first_call_of_a_minute_waits_for_the_minute(database):
    clock = HandClock()
    for _ in range(60):
        await call(7, clock)
        clock.forward(seconds=0.5)
    with pytest.raises(RateLimited) as told:
        await call(7, clock)
    assert told.value.by == "minute" and told.value.retry_at == NOW + timedelta(seconds=60)
    clock.forward(seconds=30.1)
    await call(7, clock)


async def test_another_organisation_has_limits_of_its_own(database):
    clock = HandClock()
    for _ in range(60):
        await call(7, clock)
    await call(8, clock)


async def test_the_sixth_call_at_once_waits_for_a_place(database):
    clock = HandClock()
    places = [await take_place(7, clock) for _ in range(5)]
    with pytest.raises(RateLimited):
        await take_place(7, clock)
    await give_back(7, places[0], clock(), {}, 200)
    await take_place(7, clock)


async def test_the_place_of_a_process_that_died_is_free_again(database):
    clock = HandClock()
    for _ in range(5):
        await take_place(7, clock)
    clock.forward(seconds=121)
    await take_place(7, clock)


async def test_thirty_that_want_a_place_together_are_never_more_than_five_at_once(database):
    at_once = peak = 0

    async def one() -> None:
        nonlocal at_once, peak
        now = lambda: datetime.now(UTC)  # noqa: E731
        place = await take_place(7, now, patience=30)
        at_once += 1
        peak = max(peak, at_once)
        await asyncio.sleep(0.01)
        at_once -= 1
        await give_back(7, place, now(), {}, 200)

    await asyncio.gather(*(one() for _ in range(30)))
    assert 1 < peak <= 5, "they go side by side, as many as Xero allows"


@pytest.mark.parametrize("by", ["minute", "day", "concurrent"])
async def test_after_a_429_nobody_calls_before_xero_allows_it(synced, rig, by):
    await rig.fault(f"429-{by}", times=1, retry_after=100)
    rig.clock.forward(minutes=5)
    rig.calls()
    outcome = await rig.sync(synced.id, "portal")
    assert outcome.state == "failed" and "nothing is lost" in outcome.problem
    assert len(rig.calls()) == 1
    rig.clock.forward(seconds=99)
    assert not (await rig.sync(synced.id, "portal")).is_good
    assert rig.calls() == []
    rig.clock.forward(seconds=3)
    assert (await rig.sync(synced.id, "portal")).is_good


async def test_a_sync_in_the_background_waits_out_a_short_limit(synced, rig):
    """The clock of the test moves with real time here, for the wait is real."""
    began, start = time.monotonic(), rig.clock()
    running = {"__call__": lambda self: start + timedelta(seconds=time.monotonic() - began)}
    rig.clock.__class__ = type("Running", (HandClock,), running)
    await rig.fault("429-minute", times=1, retry_after=1)
    assert (await rig.sync(synced.id)).is_good
    assert time.monotonic() - began >= 1


async def test_the_days_calls_are_counted_and_kept_for_what_is_urgent(synced, rig):
    await CallBudget.update({CallBudget.day_remaining: 150, CallBudget.told_at: rig.clock()}, force=True)
    assert "questions a day" in (await rig.sync(synced.id, "portal")).problem
    assert (await rig.sync(synced.id, "sending")).is_good


async def test_a_server_that_announces_more_than_xero_lifts_our_own_minute(database):
    made = Rig(customers=5, invoices=20)
    firm = await cast.borealis()
    await made.connect(firm.anna)
    await Connection.update({Connection.pages_of: 100}, force=True)
    for _ in range(20):
        assert (await made.sync(firm.id)).is_good
    assert made.ledger.limiter.peak_at_once <= 5
    await made.close()


async def test_against_the_stock_limits_a_ledger_is_never_overrun(database):
    made = Rig(customers=5, invoices=20, limits=Limits(per_minute=60, per_day=5000, at_once=5))
    firm = await cast.borealis()
    await made.connect(firm.anna)
    problems = [(await made.sync(firm.id, "portal")).problem for _ in range(20)]
    assert any("questions a minute" in problem for problem in problems)
    assert made.ledger.calls.by_status[429] == 0
    assert (await budget_of(firm.id)).day_remaining is not None
    await made.close()

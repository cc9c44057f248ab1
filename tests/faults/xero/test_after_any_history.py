"""R9: whatever happens in the books and on the way, after recovery our tables equal the ledger's, and sums the documents.

HISTORIES in the environment says how many histories, FIRST_HISTORY with which seed they begin.
"""

import os
from contextlib import suppress

import pytest

from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.problems import Problem
from app.xero import reading_actions
from app.xero.actions import push_expected_dates
from app.xero.tables import Connection
from tests import cast
from tests.faults.xero.histories import assert_in_step, assert_sums_of_customers
from tests.faults.xero.our_histories import OurHistory, assert_dates_in_step
from tests.xero_rig import Rig

FIRST = int(os.environ.get("FIRST_HISTORY", "0"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("HISTORIES", "6")))


@pytest.fixture
def hasty(monkeypatch):
    """No pauses between attempts, and an answer that takes a tenth of a second is late."""
    monkeypatch.setattr(reading_actions, "PAUSES", (0.0, 0.0))


async def reconnect_if_lost(rig: Rig, firm: cast.Firm) -> None:
    if await Connection.exists().where(Connection.state == "disconnected"):
        await rig.connect(firm.anna)


@pytest.mark.parametrize("seed", SEEDS)
async def test_after_any_history_our_tables_equal_the_books(synced, rig, hasty, seed):
    rig.xero._call_seconds = 0.3
    await Connection.update({Connection.pages_of: 20}, force=True)
    history = OurHistory(rig, seed, synced)
    for _ in range(10):
        for _ in range(history.dice.randint(0, 5)):
            await history.act()
        if history.dice.random() < 0.6:
            await history.fault()
        rig.clock.forward(minutes=history.dice.choice([1, 30, 600, 12_000]))
        await rig.sync(synced.id, history.dice.choice(["asked", "portal", "daily"]))
        await assert_sums_of_customers()
        if history.dice.random() < 0.4:
            with suppress(Problem):  # the fault that ended the connection may still stand
                await reconnect_if_lost(rig, synced)
    await rig.mend()
    rig.clock.forward(days=8)
    rig.xero._call_seconds = 5.0
    if (await rig.sync(synced.id, "asked")).lost_connection:
        await rig.connect(synced.anna)
    await reconnect_if_lost(rig, synced)
    assert (await rig.sync(synced.id, "daily")).is_good
    assert not (await push_expected_dates(synced.id, xero=rig.xero, now=rig.clock)).problem
    rig.clock.forward(minutes=5)
    assert (await rig.sync(synced.id, "daily")).is_good
    await assert_in_step(history)
    await assert_dates_in_step(rig)
    await assert_sums_of_customers()
    assert await Invoice.count().where(Invoice.customer.is_null()) == 0
    assert await Customer.count() == len(rig.books("Contacts"))

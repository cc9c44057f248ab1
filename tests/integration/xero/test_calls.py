"""How many calls to Xero each kind of work costs: an installation of its own has 1,000 a day."""

from collections import Counter
from math import ceil

import pytest

from app.xero.freshness_actions import freshen
from tests.xero_rig import Rig

AT_ONCE_A_DAY = 8
"""Of a first sync, beside its pages: the organisation, its settings, an extra look at a list that ends on a full page."""


@pytest.fixture
async def rig(database):
    made = Rig(customers=1_200, invoices=2_300)
    yield made
    await made.close()


def pages(records: int) -> int:
    return ceil(records / 1000)


async def test_a_first_sync_costs_its_pages_and_eight_more(firm, rig):
    rig.calls()
    assert (await rig.sync(firm.id, "first")).is_good
    calls = rig.calls()
    sales = sum(each["Type"] == "ACCREC" for each in rig.books("Invoices"))
    plurals = ("CreditNotes", "Prepayments", "Overpayments")
    credits_ = sum(each["Status"] == "AUTHORISED" for plural in plurals for each in rig.books(plural))
    assert len(calls) <= pages(sales) + pages(len(rig.books("Contacts"))) + pages(credits_) + AT_ONCE_A_DAY, Counter(calls)
    assert calls.count("GET /Invoices") >= pages(sales) > 1


async def test_a_sync_that_finds_nothing_costs_at_most_seven_calls(synced, rig):
    rig.clock.forward(minutes=11)
    rig.calls()
    outcome = await rig.sync(synced.id)
    assert outcome.is_good and len(rig.calls()) == outcome.calls <= 7


async def test_what_changes_seldom_is_read_once_a_day(synced, rig):
    seldom = {"GET /Organisation", "GET /Users", "GET /BrandingThemes", "GET /InvoiceReminders/Settings"}
    asked: Counter[str] = Counter()
    rig.calls()
    for _ in range(10):
        rig.clock.forward(hours=2)
        assert (await rig.sync(synced.id)).is_good
        asked.update(rig.calls())
    assert all(asked[each] <= 1 for each in seldom), asked


async def test_sending_costs_one_delta_in_ten_minutes_however_many_batches_go(synced, rig):
    rig.clock.forward(minutes=30)
    rig.calls()
    for _ in range(9):
        await freshen(synced.id, xero=rig.xero, now=rig.clock)
        rig.clock.forward(minutes=1)
    calls = rig.calls()
    assert 0 < len(calls) <= 7, calls
    rig.clock.forward(minutes=2)
    await freshen(synced.id, xero=rig.xero, now=rig.clock)
    assert 0 < len(rig.calls()) <= 7

"""R9: bad answers corrupt nothing; after recovery our tables equal the ledger's books."""

import json
import random

import pytest

from app.database import fetch
from app.xero.tables import Quarantined, SyncRun
from tests.integration.xero.test_sync import assert_equal_to_the_books
from tests.xero_rig import Rig, cast

AWAY = ["500", "503", "html", "truncated", "reset", "timeout"]


@pytest.fixture
async def paged(database):
    """A ledger of several small pages, connected, not synced."""
    from app.xero.tables import Connection

    made = Rig(customers=30, invoices=260)
    firm = await cast.borealis()
    await made.connect(firm.anna)
    await Connection.update({Connection.pages_of: 50}, force=True)
    yield made, firm
    await made.close()


@pytest.mark.parametrize("fault", AWAY)
async def test_xero_away_in_the_middle_of_the_first_sync(paged, fault):
    rig, firm = paged
    await rig.fault(fault, times=None, path="/api.xro/2.0/Invoices", after=2, seconds=5)
    outcome = await rig.sync(firm.id, "first")
    assert outcome.state == "failed" and outcome.problem.endswith(".")
    await rig.mend()
    assert (await rig.sync(firm.id)).is_good
    await assert_equal_to_the_books(rig)


@pytest.mark.parametrize("fault", ["500", "html", "truncated", "reset"])
async def test_a_fault_that_passes_is_not_noticed(paged, fault):
    rig, firm = paged
    await rig.fault(fault, times=2, path="/api.xro/2.0/Invoices", after=1)
    assert (await rig.sync(firm.id, "first")).is_good
    await assert_equal_to_the_books(rig)


@pytest.mark.parametrize("fault", ["repeated_page", "missing_page", "moving_pages"])
async def test_pages_that_repeat_lack_or_move(paged, fault):
    rig, firm = paged
    await rig.fault(fault, times=1, path="/api.xro/2.0/Invoices", after=2, shift=3)
    assert (await rig.sync(firm.id, "first")).is_good
    await assert_equal_to_the_books(rig)


async def test_pages_that_stay_wrong_are_told_and_read_again_next_time(paged):
    rig, firm = paged
    await rig.fault("missing_page", times=None, path="/api.xro/2.0/Invoices")
    outcome = await rig.sync(firm.id, "first")
    assert outcome.state == "failed" and "not complete" in outcome.problem
    await rig.mend()
    assert (await rig.sync(firm.id)).is_good
    await assert_equal_to_the_books(rig)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("AmountDue", None), ("AmountDue", "NaN"), ("AmountDue", 1e30), ("Total", None), ("Status", None),
        ("Status", "PAID"), ("Contact", None), ("InvoiceID", None), ("InvoiceID", "x" * 400), ("Type", None),
        ("CurrencyCode", "XXQ"), ("DueDateString", "soon"), ("UpdatedDateUTC", "/Date(9999999999999)/"),
        ("UpdatedDateUTC", "yesterday"), ("Payments", "none"), ("Total", {"amount": 3}), ("InvoiceNumber", 17),
    ],
)  # fmt: skip
async def test_a_record_that_cannot_be_used_is_put_aside_and_heals(synced, rig, field, value):
    """The rest of the page is kept, what we knew of the record too, and no invoice looks paid that is not."""
    open_before = await fetch("SELECT xero_id, outstanding FROM invoice WHERE is_open ORDER BY xero_id")
    await rig.fault("mutate", field=field, value=value, every=2, times=None, path="/api.xro/2.0/Invoices")
    rig.clock.forward(days=8)
    assert (await rig.sync(synced.id, "daily")).is_good
    assert await fetch("SELECT xero_id, outstanding FROM invoice WHERE is_open ORDER BY xero_id") == open_before
    aside = await Quarantined.objects().where(Quarantined.resolved_at.is_null())
    assert aside and all(each.reason.endswith(".") for each in aside)
    run = await SyncRun.objects().order_by(SyncRun.id, ascending=False).first()
    assert json.loads(run.changed)["aside"] >= len(aside) and "could not be used" in run.examples
    await rig.mend()
    rig.clock.forward(days=8)
    assert (await rig.sync(synced.id, "daily")).is_good
    await assert_equal_to_the_books(rig)
    healed = [each for each in await Quarantined.objects() if each.xero_id and len(each.xero_id) == 36]
    assert all(each.resolved_at for each in healed if each.xero_id in {r["InvoiceID"] for r in rig.books("Invoices")})


@pytest.mark.parametrize(
    ("field", "value"),
    [("DueDate", None), ("Reference", None), ("SentToContact", "true"), ("CurrencyRate", 0), ("Surprise", [1, {"a": 2}])],
)
async def test_an_oddity_that_does_no_harm_is_taken(synced, rig, field, value):
    await rig.fault("mutate", field=field, value=value, every=2, times=None, path="/api.xro/2.0/Invoices")
    rig.clock.forward(days=8)
    assert (await rig.sync(synced.id, "daily")).is_good
    assert await Quarantined.count() == 0


FIELDS = [
    "AmountDue",
    "Total",
    "Status",
    "DueDate",
    "Contact",
    "CurrencyCode",
    "UpdatedDateUTC",
    "Type",
    "AmountPaid",
    "InvoiceID",
]
VALUES = [None, "", "ODD", 0, -1, 1e300, "NaN", [], {}, True, "/Date(0)/", "/Date(-80006400000+0000)/", "\x00", "PAID"]


async def test_after_many_mutations_and_recovery_our_tables_equal_the_books(synced, rig):
    """A record may be changed in any field; what a damaged answer says is never taken for a payment."""
    dice = random.Random(9)
    paid_before = {row["xero_id"] for row in await fetch("SELECT xero_id FROM invoice WHERE status = 'PAID'")}
    for _ in range(25):
        await rig.fault("mutate", field=dice.choice(FIELDS), value=dice.choice(VALUES), every=dice.randint(1, 9), times=1)
        rig.clock.forward(days=8)
        await rig.sync(synced.id, "daily")
        now_paid = {row["xero_id"] for row in await fetch("SELECT xero_id FROM invoice WHERE status = 'PAID'")}
        assert now_paid <= paid_before
    await rig.mend()
    rig.clock.forward(days=8)
    assert (await rig.sync(synced.id, "daily")).is_good
    await assert_equal_to_the_books(rig)

"""Expected payment dates both ways: the later change wins, and a refusal is kept and told."""

from datetime import date, timedelta

import pytest

from app.activity.tables import Activity, Task
from app.invoices.tables import Invoice
from app.promises.actions import set_expected_date
from app.promises.tables import ExpectedDate, Promise
from app.promises.words import DateSource
from app.xero.actions import push_expected_dates
from app.xero.refusal_actions import try_again
from app.xero.refusal_queries import refusal_of, refusals_in

FRIDAY = date(2026, 12, 4)
MONDAY = date(2026, 12, 7)


@pytest.fixture
async def invoice(synced, rig):
    """Open, without any payment, not in Xero with a date."""
    record = next(
        r for r in rig.books("Invoices")
        if r["Type"] == "ACCREC" and r["Status"] == "AUTHORISED" and r["AmountDue"] == r["Total"]
        and not r.get("ExpectedPaymentDate")
    )  # fmt: skip
    return await Invoice.objects().get(Invoice.number == record["InvoiceNumber"])


async def say(invoice, day, rig):
    await set_expected_date(invoice, day, source=DateSource.CONTROLLER, by="Tom Hale", now=rig.clock())


async def kept(invoice) -> ExpectedDate:
    return await ExpectedDate.objects().get(ExpectedDate.invoice == invoice.id)


def in_xero(rig, invoice):
    record = next(r for r in rig.books("Invoices") if r["InvoiceID"] == invoice.xero_id)
    return (record.get("ExpectedPaymentDateString") or "")[:10]


async def push(synced, rig):
    return await push_expected_dates(synced.id, xero=rig.xero, now=rig.clock)


async def test_a_date_set_here_is_told_to_xero(synced, rig, invoice):
    await say(invoice, FRIDAY, rig)
    outcome = await push(synced, rig)
    assert (outcome.taken, outcome.refused, outcome.problem) == (1, 0, "")
    assert in_xero(rig, invoice) == "2026-12-04"
    assert (await kept(invoice)).push == "pushed"


async def test_it_is_told_once(synced, rig, invoice):
    await say(invoice, FRIDAY, rig)
    await push(synced, rig)
    rig.calls()
    await push(synced, rig)
    rig.clock.forward(minutes=5)
    await rig.sync(synced.id)
    assert not [call for call in rig.calls() if call.startswith("POST")]
    row = await kept(invoice)
    assert (row.expected_on, row.source, row.push) == (FRIDAY, "controller", "pushed")


async def test_a_date_taken_back_here_is_cleared_in_xero(synced, rig, invoice):
    await say(invoice, FRIDAY, rig)
    await push(synced, rig)
    rig.clock.forward(minutes=5)
    await say(invoice, None, rig)
    assert (await push(synced, rig)).taken == 1
    assert in_xero(rig, invoice) == ""


async def test_a_date_set_in_xero_comes_here_and_replaces_a_promise(synced, rig, invoice):
    await say(invoice, FRIDAY, rig)
    await push(synced, rig)
    await Promise(
        organisation=synced.id, customer=invoice.customer, invoice=invoice.id, promised_on=FRIDAY, state="active"
    ).save()
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/invoices/{invoice.number}", ExpectedPaymentDate="2026-12-07")
    rig.clock.forward(minutes=1)
    await rig.sync(synced.id)
    row = await kept(invoice)
    assert (row.expected_on, row.source, row.push) == (MONDAY, "xero", "none")
    assert [p.state for p in await Promise.objects()] == ["replaced"]


async def test_of_two_changes_the_later_one_wins(synced, rig, invoice):
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/invoices/{invoice.number}", ExpectedPaymentDate="2026-12-07")
    rig.clock.forward(minutes=1)
    await say(invoice, FRIDAY, rig)
    await rig.sync(synced.id)
    row = await kept(invoice)
    assert (row.expected_on, row.push) == (FRIDAY, "pending")
    await push(synced, rig)
    assert in_xero(rig, invoice) == "2026-12-04"


async def test_a_refusal_is_kept_with_the_reason_and_told(synced, rig, invoice):
    await rig.do("/control/payments", invoice=invoice.number, amount="1.00")
    rig.clock.forward(minutes=5)
    await rig.sync(synced.id)
    await say(invoice, FRIDAY, rig)
    outcome = await push(synced, rig)
    assert (outcome.taken, outcome.refused) == (0, 1)
    row = await kept(invoice)
    assert (row.expected_on, row.push) == (FRIDAY, "refused")
    assert "payment or credit note allocated" in row.refusal
    assert await Activity.exists().where(Activity.kind == "expected_date_refused", Activity.invoice_id == invoice.id)
    told = await refusal_of(invoice.id)
    assert told is not None and (told.expected_on, told.is_asked_again) == (FRIDAY, False)
    assert [each.number for each in await refusals_in(synced.id)] == [invoice.number]


async def test_while_the_refusal_stands_syncs_leave_the_date_alone(synced, rig, invoice):
    await rig.do("/control/payments", invoice=invoice.number, amount="1.00")
    rig.clock.forward(minutes=5)
    await say(invoice, FRIDAY, rig)
    await push(synced, rig)
    await rig.do("/control/payments", invoice=invoice.number, amount="1.00")
    rig.clock.forward(minutes=5)
    await rig.sync(synced.id)
    row = await kept(invoice)
    assert (row.expected_on, row.push) == (FRIDAY, "pending"), "its money moved, so that it is told once more"
    assert (await push(synced, rig)).refused == 1
    row = await kept(invoice)
    assert (row.expected_on, row.push) == (FRIDAY, "refused")
    lines = Activity.count().where(Activity.kind == "expected_date_refused", Activity.invoice_id == invoice.id)
    assert await lines == 1, "the same refusal is one line on the timeline"


async def test_a_refused_date_is_told_again_when_the_reason_is_gone(synced, rig, invoice):
    paid = await rig.do("/control/payments", invoice=invoice.number, amount="1.00")
    rig.clock.forward(minutes=5)
    await rig.sync(synced.id)
    await say(invoice, FRIDAY, rig)
    assert (await push(synced, rig)).refused == 1
    answer = await rig.http.delete(f"/control/payments/{paid['PaymentID']}")
    assert answer.status_code == 200, answer.text
    rig.clock.forward(minutes=5)
    await rig.sync(synced.id)
    assert (await push(synced, rig)).taken == 1
    assert in_xero(rig, invoice) == "2026-12-04"
    assert await refusal_of(invoice.id) is None and await refusals_in(synced.id) == ()


async def test_an_edit_that_moves_no_money_does_not_ask_again(synced, rig, invoice):
    await rig.do("/control/payments", invoice=invoice.number, amount="1.00")
    rig.clock.forward(minutes=5)
    await rig.sync(synced.id)
    await say(invoice, FRIDAY, rig)
    await push(synced, rig)
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/invoices/{invoice.number}", Reference="PO 4711")
    await rig.sync(synced.id)
    assert (await kept(invoice)).push == "refused"


async def test_a_person_may_have_it_told_again(synced, rig, invoice):
    await rig.do("/control/lock", date=str(invoice.issued_on + timedelta(days=1)))
    await say(invoice, FRIDAY, rig)
    await push(synced, rig)
    assert not await try_again(0)
    assert await try_again(invoice.id)
    assert (await refusal_of(invoice.id)).is_asked_again
    await rig.do("/control/lock", date="")
    assert (await push(synced, rig)).taken == 1


async def test_a_period_that_is_opened_again_takes_its_dates(synced, rig, invoice):
    await rig.do("/control/lock", date=str(invoice.issued_on + timedelta(days=1)))
    rig.clock.forward(days=1)
    await rig.sync(synced.id)
    await say(invoice, FRIDAY, rig)
    assert (await push(synced, rig)).refused == 1
    await rig.do("/control/lock", date=str(invoice.issued_on - timedelta(days=1)))
    rig.clock.forward(days=1)
    await rig.sync(synced.id)
    assert (await push(synced, rig)).taken == 1


async def test_a_lock_that_came_and_went_between_two_looks_does_not_hold_a_date_back(synced, rig, invoice):
    await rig.do("/control/lock", date=str(invoice.issued_on + timedelta(days=1)))
    await say(invoice, FRIDAY, rig)
    assert (await push(synced, rig)).refused == 1
    await rig.do("/control/lock", date="")
    rig.clock.forward(days=1)
    await rig.sync(synced.id)
    assert (await push(synced, rig)).taken == 1
    assert in_xero(rig, invoice) == "2026-12-04"


async def test_a_clearing_that_xero_refuses_is_told_too(synced, rig, invoice):
    await say(invoice, FRIDAY, rig)
    await push(synced, rig)
    await rig.do("/control/lock", date=str(invoice.issued_on + timedelta(days=1)))
    rig.clock.forward(minutes=5)
    await say(invoice, None, rig)
    assert (await push(synced, rig)).refused == 1
    told = await refusal_of(invoice.id)
    assert told is not None and told.expected_on is None
    line = await Activity.objects().get(Activity.kind == "expected_date_refused")
    assert line.sentence.startswith(f"Xero does not let go of the expected payment date of {invoice.number}: ")
    assert "stays here" not in line.sentence


async def test_a_locked_period_refuses_with_its_date(synced, rig, invoice):
    await rig.do("/control/lock", date=str(invoice.issued_on + timedelta(days=1)))
    await say(invoice, FRIDAY, rig)
    assert (await push(synced, rig)).refused == 1
    assert "lock date" in (await kept(invoice)).refusal


@pytest.mark.parametrize("fault", ["500", "503", "html", "truncated", "reset"])
async def test_while_xero_is_away_the_date_waits(synced, rig, invoice, fault):
    await say(invoice, FRIDAY, rig)
    await rig.fault(fault, times=None)
    outcome = await push(synced, rig)
    assert outcome.problem and (await kept(invoice)).push == "pending"
    await rig.mend()
    assert (await push(synced, rig)).taken == 1


async def test_a_date_set_while_the_earlier_one_travels_is_told_next(synced, rig, invoice):
    await say(invoice, FRIDAY, rig)
    stale = await kept(invoice)
    rig.clock.forward(seconds=1)
    await say(invoice, MONDAY, rig)
    from app.promises.words import Push
    from app.xero.expected_actions import _settle

    assert not await _settle(stale, Push.PUSHED, "", rig.clock())
    assert (await kept(invoice)).push == "pending"


async def test_money_that_xero_moves_with_the_date_is_pointed_out(synced, rig, invoice):
    await say(invoice, FRIDAY, rig)
    await rig.fault("recompute", value="5.00", times=1)
    await push(synced, rig)
    task = await Task.objects().get(Task.invoice_id == invoice.id)
    assert task is not None and "Look at its discounts in Xero" in task.sentence

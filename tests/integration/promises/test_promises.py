"""What a customer says, and what becomes of it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.activity.tables import Activity, Task
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.promises import actions
from app.promises.dispute_actions import AmountNotPossible, open_dispute, resolve_dispute
from app.promises.queries import told_paid_of
from app.promises.settling_actions import settle_promises
from app.promises.tables import Dispute, ExpectedDate, Promise, ToldPaid
from app.promises.words import DateSource, Said
from app.schedules.calendar import ChaseCalendar
from tests import cast
from tests.cast import NOW, TODAY

FRIDAY = date(2026, 12, 4)
in_england = ChaseCalendar("GB").add_working_days

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def harbour(database: Any) -> Customer:
    firm = await cast.borealis()
    return await cast.a_customer(firm.organisation, assigned_to=firm.tom.member_id)


async def in_portal(invoices: list[Invoice], on: date, now: Any = NOW) -> actions.Promised:
    return await actions.promise(invoices, on, source=Said.PORTAL, by="the customer", now=now)


async def expected_of(invoice: Invoice) -> ExpectedDate:
    row = await ExpectedDate.objects().get(ExpectedDate.invoice == invoice.id)
    assert row is not None
    return row


async def states(invoice: Invoice) -> list[str]:
    return await Promise.select(Promise.state).where(Promise.invoice == invoice.id).order_by(Promise.id).output(as_list=True)


async def tasks() -> list[str]:
    return await Task.select(Task.sentence).order_by(Task.id).output(as_list=True)


async def test_a_promise_becomes_the_expected_date_and_waits_to_be_pushed(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    done = await in_portal([invoice], FRIDAY)
    expected = await expected_of(invoice)
    assert done == actions.Promised(("INV-1",), ())
    assert (expected.expected_on, expected.source, expected.push) == (FRIDAY, "customer", "pending")
    assert await states(invoice) == ["active"]


async def test_a_promise_is_on_the_timeline_and_has_the_customer_planned_anew(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    await in_portal([invoice], FRIDAY)
    line = await Activity.objects().get(Activity.invoice_id == invoice.id)
    assert line is not None
    assert line.sentence == "The customer promised in the portal to pay INV-1 on Fri 4 Dec"
    customer = await Customer.objects().get(Customer.id == harbour.id)
    assert customer is not None and customer.reconsider_at == NOW


async def test_a_double_click_promises_once(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour)
    await in_portal([invoice], FRIDAY)
    again = await in_portal([invoice], FRIDAY)
    assert again.taken == (invoice.number,)
    assert await states(invoice) == ["active"]
    assert await tasks() == []


async def test_a_second_promise_needs_a_person_and_changes_nothing(harbour: Customer) -> None:
    invoice, other = await cast.an_invoice(harbour, "INV-1"), await cast.an_invoice(harbour, "INV-2")
    await in_portal([invoice], FRIDAY)
    done = await in_portal([invoice, other], FRIDAY + timedelta(days=7))
    assert done == actions.Promised(("INV-2",), ("INV-1",))
    assert (await expected_of(invoice)).expected_on == FRIDAY
    assert await tasks() == ["The customer asks for another date, Fri 11 Dec, for INV-1: agree by setting the date, or answer"]


async def test_a_controller_may_take_a_second_promise_by_phone(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour)
    await in_portal([invoice], FRIDAY)
    far = TODAY + timedelta(days=40)
    await actions.promise([invoice], far, source=Said.PHONE, by="Tom Hale", now=NOW)
    assert await states(invoice) == ["replaced", "active"]
    assert (await expected_of(invoice)).expected_on == far


@pytest.mark.parametrize("days", [-1, 15, 400])
async def test_the_portal_takes_no_past_date_and_none_beyond_the_limit(harbour: Customer, days: int) -> None:
    invoice = await cast.an_invoice(harbour)
    with pytest.raises(actions.DateNotPossible):
        await in_portal([invoice], TODAY + timedelta(days=days))
    assert await states(invoice) == []


async def test_the_last_date_set_wins_and_replaces_the_promise(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour)
    await in_portal([invoice], FRIDAY)
    later = date(2026, 12, 18)
    await actions.set_expected_date(invoice, later, source=DateSource.CONTROLLER, by="Tom Hale", now=NOW)
    expected = await expected_of(invoice)
    assert (expected.expected_on, expected.source, expected.set_by) == (later, "controller", "Tom Hale")
    assert await states(invoice) == ["replaced"]


async def test_a_date_that_came_from_xero_is_not_pushed_back(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour)
    await actions.set_expected_date(invoice, FRIDAY, source=DateSource.XERO, by="Xero", now=NOW)
    assert (await expected_of(invoice)).push == "none"


async def test_a_cleared_date_is_pushed_too(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour)
    await actions.set_expected_date(invoice, FRIDAY, source=DateSource.CONTROLLER, by="Tom Hale", now=NOW)
    await actions.set_expected_date(invoice, None, source=DateSource.CONTROLLER, by="Tom Hale", now=NOW)
    expected = await expected_of(invoice)
    assert (expected.expected_on, expected.push) == (None, "pending")


async def test_what_the_customer_says_is_paid_counts_once_a_day(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour)
    for _ in range(2):
        await actions.tell_paid([invoice], source=Said.PORTAL, now=NOW, today=TODAY)
    assert await ToldPaid.count().where(ToldPaid.invoice == invoice.id) == 1
    assert await tasks() == []


async def test_said_again_another_day_a_person_looks_in_the_bank(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    later = TODAY + timedelta(days=10)
    await actions.tell_paid([invoice], source=Said.PORTAL, now=NOW, today=TODAY)
    await actions.tell_paid([invoice], source=Said.PORTAL, now=NOW + timedelta(days=10), today=later)
    assert await told_paid_of([invoice.id]) == {invoice.id: later}
    assert await tasks() == ["The customer says again that INV-1 is paid: look in the bank"]


async def query(invoice: Invoice, amount: Decimal | None = None) -> int:
    facts = {"reason": "wrong_amount", "text": "We agreed 100", "source": Said.PORTAL, "by": "the customer"}
    return await open_dispute(invoice, amount=amount, now=NOW, **facts)


async def test_a_query_of_a_part_is_kept_exactly_and_told_to_its_owner(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1", total="120.00")
    id = await query(invoice, Decimal("20.05"))
    dispute = await Dispute.objects().get(Dispute.id == id)
    assert dispute is not None
    assert (dispute.amount, dispute.owner) == (200_500, harbour.assigned_to)
    task = await Task.objects().first()
    assert task is not None
    assert task.sentence == "Answer the query on £20.05 of INV-1: The amount is wrong"
    assert task.assigned_to == harbour.assigned_to


async def test_the_same_query_twice_is_one(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour)
    assert await query(invoice) == await query(invoice)
    assert len(await tasks()) == 1


@pytest.mark.parametrize("amount", ["0", "-5", "120.01"])
async def test_no_more_than_is_outstanding_can_be_in_question(harbour: Customer, amount: str) -> None:
    invoice = await cast.an_invoice(harbour, total="120.00")
    with pytest.raises(AmountNotPossible):
        await query(invoice, Decimal(amount))


async def test_resolved_twice_the_first_answer_stands(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour)
    dispute = await Dispute.objects().get(Dispute.id == await query(invoice))
    assert dispute is not None
    await resolve_dispute(dispute, "Credited 20.00", "Tom Hale", NOW)
    await resolve_dispute(dispute, "Refused", "Anna Berg", NOW + timedelta(hours=1))
    await dispute.refresh()
    assert (dispute.resolution, dispute.resolved_at) == ("Credited 20.00", NOW)


async def settle(harbour: Customer, today: date) -> int:
    return await settle_promises(harbour.organisation, today, NOW, add_working_days=in_england)


async def test_a_broken_promise_becomes_a_task_once(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    await in_portal([invoice], FRIDAY)
    counts = [await settle(harbour, day) for day in (FRIDAY, date(2026, 12, 7), date(2026, 12, 8), date(2026, 12, 8))]
    assert counts == [0, 0, 1, 0]
    assert await states(invoice) == ["broken"]
    assert await tasks() == ["The promise to pay INV-1 on Fri 4 Dec was broken: ask what happened"]


async def test_a_kept_promise_asks_for_nothing(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour)
    await in_portal([invoice], FRIDAY)
    paid = {Invoice.outstanding: 0, Invoice.is_open: False, Invoice.status: "PAID", Invoice.paid_on: FRIDAY}
    await Invoice.update(paid).where(Invoice.id == invoice.id)
    assert await settle(harbour, date(2026, 12, 8)) == 1
    assert await states(invoice) == ["kept"]
    assert await tasks() == []


async def test_an_excluded_invoice_is_out_until_it_is_taken_back(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour)
    for wanted in (True, False):
        await actions.set_excluded(invoice, wanted, by="Tom Hale", now=NOW)
        await invoice.refresh()
        assert invoice.excluded is wanted

"""A promise from its giving to its end, taken back, broken twice; what was told and is not so."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.activity.tables import Activity, Task
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.promises import actions
from app.promises.history_queries import promises_of_customer, record_of
from app.promises.queries import told_paid_of
from app.promises.settling_actions import settle_promises
from app.promises.tables import ExpectedDate, Promise
from app.promises.words import DateSource, Said
from app.schedules.calendar import ChaseCalendar
from tests import cast
from tests.cast import NOW, TODAY

FRIDAY, MONDAY = date(2026, 12, 4), date(2026, 12, 7)
in_england = ChaseCalendar("GB").add_working_days

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def harbour(database: Any) -> Customer:
    firm = await cast.borealis()
    return await cast.a_customer(firm.organisation, assigned_to=firm.tom.member_id)


async def by_phone(invoice: Invoice, on: date, **facts: Any) -> Promise:
    await actions.promise([invoice], on, source=Said.PHONE, by="Tom Hale", now=NOW, **facts)
    row = await Promise.objects().where(Promise.invoice == invoice.id).order_by(Promise.id, ascending=False).first()
    assert row is not None
    return row


async def expected_of(invoice: Invoice) -> tuple[date | None, str, str]:
    row = await ExpectedDate.objects().get(ExpectedDate.invoice == invoice.id)
    assert row is not None
    return row.expected_on, row.source, row.push


async def states(invoice: Invoice) -> list[str]:
    return await Promise.select(Promise.state).where(Promise.invoice == invoice.id).order_by(Promise.id).output(as_list=True)


async def settled(day: date) -> int:
    later = NOW + (day - TODAY)
    return await settle_promises(1, day, later, add_working_days=in_england)


async def test_it_says_who_gave_it(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    await by_phone(invoice, FRIDAY, said_by="Priya Shah")
    (line,) = await promises_of_customer(harbour.id)
    assert (line.said_by, line.taken_by, line.source, line.number) == ("Priya Shah", "Tom Hale", "phone", "INV-1")
    assert await Activity.exists().where(Activity.sentence == "Priya Shah promised by phone to pay INV-1 on Fri 4 Dec")


async def test_taken_back_nothing_is_expected_any_more_and_xero_is_told(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    promise = await by_phone(invoice, FRIDAY)
    await actions.withdraw_promise(promise, by="Tom Hale", now=NOW)
    assert await states(invoice) == ["withdrawn"]
    assert await expected_of(invoice) == (None, "controller", "pending")
    assert await record_of(harbour.id) == type(await record_of(harbour.id))(0, 0)


async def test_taken_back_the_date_of_before_holds_again(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    await actions.set_expected_date(invoice, MONDAY, source=DateSource.XERO, by="Xero", now=NOW)
    promise = await by_phone(invoice, FRIDAY)
    await actions.withdraw_promise(promise, by="Tom Hale", now=NOW)
    assert await expected_of(invoice) == (MONDAY, "xero", "pending")  # Xero was told of Friday meanwhile


async def test_taken_back_the_promise_that_it_replaced_runs_again(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    await by_phone(invoice, FRIDAY)
    second = await by_phone(invoice, MONDAY)
    assert await states(invoice) == ["replaced", "active"]
    await actions.withdraw_promise(second, by="Tom Hale", now=NOW)
    assert await states(invoice) == ["active", "withdrawn"]
    assert await expected_of(invoice) == (FRIDAY, "customer", "pending")


async def test_a_date_set_since_stays_when_the_promise_is_gone(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    promise = await by_phone(invoice, FRIDAY)
    await actions.set_expected_date(invoice, MONDAY, source=DateSource.CONTROLLER, by="Tom Hale", now=NOW)
    with pytest.raises(actions.NothingToTakeBack):
        await actions.withdraw_promise(promise, by="Tom Hale", now=NOW)
    assert await states(invoice) == ["replaced"]
    assert await expected_of(invoice) == (MONDAY, "controller", "pending")


async def test_what_was_taken_back_does_not_make_the_next_one_a_second_one(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    await actions.withdraw_promise(await by_phone(invoice, FRIDAY), by="Tom Hale", now=NOW)
    done = await actions.promise([invoice], MONDAY, source=Said.PORTAL, by="the customer", now=NOW)
    assert done.taken == ("INV-1",)


async def test_a_second_date_asked_for_in_the_portal_is_settled_by_agreeing_to_one(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    for on in (FRIDAY, MONDAY, MONDAY):
        await actions.promise([invoice], on, source=Said.PORTAL, by="the customer", now=NOW)
    (task,) = await Task.objects()
    assert "asks for another date, Mon 7 Dec" in task.sentence
    await by_phone(invoice, MONDAY)
    await task.refresh()
    assert (task.done_at, task.done_by) == (NOW, "Tom Hale")


async def test_two_broken_promises_suggest_more_than_waiting(harbour: Customer) -> None:
    first, second = await cast.an_invoice(harbour, "INV-1"), await cast.an_invoice(harbour, "INV-2")
    await by_phone(first, FRIDAY)
    await by_phone(second, MONDAY)
    assert await settled(MONDAY) == 0  # Friday's day of grace
    assert await settled(date(2026, 12, 8)) == 1
    assert await Task.count().where(Task.kind == "broken_twice") == 0
    assert await settled(date(2026, 12, 9)) == 1
    row = await Task.objects().get(Task.kind == "broken_twice")
    assert row is not None and row.sentence.startswith("Harbour Foods Ltd has broken 2 promises: ring them")
    assert await settled(date(2026, 12, 10)) == 0
    assert await Task.count().where(Task.kind == "promise_broken") == 2
    assert (await record_of(harbour.id)).broken == 2


async def test_told_paid_is_taken_back_and_can_be_told_again(harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    facts = {"source": Said.PHONE, "now": NOW, "today": TODAY, "by": "Tom Hale"}
    await actions.tell_paid([invoice], **facts)  # type: ignore[arg-type]
    assert await told_paid_of([invoice.id]) == {invoice.id: TODAY}
    await actions.withdraw_told_paid(invoice, by="Tom Hale", now=NOW)
    assert await told_paid_of([invoice.id]) == {}
    with pytest.raises(actions.NothingToTakeBack):
        await actions.withdraw_told_paid(invoice, by="Tom Hale", now=NOW)
    await actions.tell_paid([invoice], **facts)  # type: ignore[arg-type]
    assert await told_paid_of([invoice.id]) == {invoice.id: TODAY}
    again = TODAY + timedelta(days=9)
    await actions.tell_paid([invoice], source=Said.PORTAL, now=NOW + timedelta(days=9), today=again)
    assert await Task.count().where(Task.kind == "told_paid_again") == 1

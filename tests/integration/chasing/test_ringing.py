"""After the last step a person rings: asked once, about all that is finished, and no longer than something is owed."""

from datetime import date, timedelta

import pytest

from app.activity.queries import open_tasks
from app.activity.tables import Task
from app.activity.task_actions import finish_task
from app.chasing.actions import plan_customers, plan_organisation
from app.chasing.tables import Outlook
from app.chasing.task_actions import ask_to_ring, end_settled
from app.customers.care_actions import pause, stop
from app.customers.queries import customer_for
from app.customers.words import Stop
from app.invoices.tables import Invoice
from app.outbox.tables import Message
from tests import cast
from tests.cast import NOW, TODAY
from tests.integration.chasing.conftest import Ready, synced

LATER = NOW + timedelta(days=1)


async def finished(invoice: Invoice) -> Invoice:
    """As the run writes it down of an invoice that has had its last reminder."""
    await Outlook(
        invoice=invoice.id, organisation_id=invoice.organisation, customer_id=invoice.customer, hold="finished",
        sentence="Held: it has had every step",
    ).save()  # fmt: skip
    return invoice


async def asked(firm: cast.Firm) -> list[str]:
    return [task.sentence for task in await open_tasks(firm.id)]


async def paid(invoice: Invoice) -> None:
    await Invoice.update({Invoice.is_open: False, Invoice.outstanding: 0}).where(Invoice.id == invoice.id)
    await Outlook.delete().where(Outlook.invoice == invoice.id)


async def test_one_call_a_customer_for_whoever_looks_after_it(chasing: Ready) -> None:
    firm = await chasing()
    customer = await cast.a_customer(firm.organisation, assigned_to=firm.tom.member_id)
    for number in ("INV-1", "INV-2"):
        await finished(await cast.an_invoice(customer, number, due_on=date(2026, 9, 1)))
    assert await ask_to_ring(NOW) == 1
    assert await ask_to_ring(LATER) == 0
    (task,) = await open_tasks(firm.id)
    assert task.sentence == "Ring Harbour Foods Ltd: INV-1 and INV-2, £240.00, have had every reminder"
    assert (task.assigned_to, task.due_on) == (firm.tom.member_id, TODAY)


async def test_another_invoice_joins_the_call_that_waits(chasing: Ready) -> None:
    firm = await chasing()
    customer = await cast.a_customer(firm.organisation)
    await finished(await cast.an_invoice(customer, "INV-1", due_on=date(2026, 9, 1)))
    await ask_to_ring(NOW)
    await finished(await cast.an_invoice(customer, "INV-2", due_on=date(2026, 9, 2)))
    assert await ask_to_ring(LATER) == 1
    assert await asked(firm) == ["Ring Harbour Foods Ltd: INV-1 and INV-2, £240.00, have had every reminder"]


async def test_a_call_made_is_not_asked_for_again_but_the_next_invoice_is(chasing: Ready) -> None:
    firm = await chasing()
    customer = await cast.a_customer(firm.organisation)
    await finished(await cast.an_invoice(customer, "INV-1", due_on=date(2026, 9, 1)))
    await ask_to_ring(NOW)
    (task,) = await open_tasks(firm.id)
    await finish_task(firm.id, task.id, NOW, "Tom Hale")
    assert await ask_to_ring(LATER) == 0
    await finished(await cast.an_invoice(customer, "INV-2", due_on=date(2026, 9, 2)))
    assert await ask_to_ring(LATER) == 1
    assert await asked(firm) == ["Ring Harbour Foods Ltd: INV-2, £120.00, has had every reminder"]


async def test_what_is_paid_leaves_the_call_and_the_last_ends_it(chasing: Ready) -> None:
    firm = await chasing()
    customer = await cast.a_customer(firm.organisation)
    first = await finished(await cast.an_invoice(customer, "INV-1", due_on=date(2026, 9, 1)))
    second = await finished(await cast.an_invoice(customer, "INV-2", due_on=date(2026, 9, 2)))
    await ask_to_ring(NOW)
    await paid(first)
    assert await end_settled(LATER) == 0
    await ask_to_ring(LATER)
    assert await asked(firm) == ["Ring Harbour Foods Ltd: INV-2, £120.00, has had every reminder"]
    await paid(second)
    assert await end_settled(LATER) == 1
    row = await Task.objects().first()
    assert row is not None and (row.done_at, row.done_by) == (LATER, "Tactful")
    assert await ask_to_ring(LATER) == 0


async def test_what_is_not_due_yet_needs_no_call(chasing: Ready) -> None:
    firm = await chasing()
    customer = await cast.a_customer(firm.organisation)
    await finished(await cast.an_invoice(customer, "INV-1", due_on=TODAY))
    assert await ask_to_ring(NOW) == 0


@pytest.mark.parametrize("way", ["stop", "pause"])
async def test_a_stop_or_pause_cancels_what_is_planned_at_once(chasing: Ready, way: str) -> None:
    firm = await chasing()
    customer = await cast.a_customer(firm.organisation)
    await cast.a_recipient(customer)
    await cast.an_invoice(customer, "INV-1")
    await plan_organisation(firm.id, NOW)
    assert await Message.select(Message.state).output(as_list=True) == ["planned"]
    row = await customer_for(firm.tom, customer.id)
    if way == "stop":
        await stop(firm.tom, row, Stop.INSOLVENT, "Baker LLP administers", NOW)
    else:
        await pause(firm.tom, row, date(2026, 12, 4), TODAY, NOW, note="They move house")
    await plan_customers(firm.id, [customer.id], NOW)
    assert await Message.select(Message.state).output(as_list=True) == ["cancelled"]
    outlook = await Outlook.objects().first()
    said = {
        "stop": "Harbour Foods Ltd is insolvent (Tom Hale on Mon 30 Nov: Baker LLP administers)",
        "pause": "Harbour Foods Ltd is paused until Fri 4 Dec (Tom Hale: They move house)",
    }
    assert outlook is not None and said[way] in outlook.sentence


async def test_a_stop_with_an_end_is_over_on_its_day(chasing: Ready) -> None:
    firm = await chasing()
    customer = await cast.a_customer(firm.organisation, stop="breathing_space", stop_until_on=date(2026, 12, 1))
    await cast.a_recipient(customer)
    await cast.an_invoice(customer, "INV-1")
    plan = await plan_customers(firm.id, [customer.id], NOW)
    assert [(held.hold.value, held.until) for held in plan.held] == [("customer_stopped", date(2026, 12, 1))]
    await synced(firm, LATER)
    tomorrow = await plan_organisation(firm.id, LATER)
    assert tomorrow.due == 1

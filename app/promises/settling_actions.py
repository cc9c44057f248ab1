"""The end of a promise: kept, or broken and told."""

from datetime import date, datetime

from app.activity.task_actions import open_task
from app.activity.tasks import TaskKind
from app.customers.actions import reconsider
from app.customers.tables import Customer
from app.database import transaction
from app.invoices.tables import Invoice
from app.promises import queries
from app.promises.history_queries import broken_before
from app.promises.noting_actions import TACTFUL, ask, on_timeline
from app.promises.settling import AddWorkingDays, settled
from app.promises.tables import Promise
from app.promises.words import PromiseState
from components.format import day

TOO_OFTEN = 2
"""So many broken promises, and another one is not worth waiting for."""


async def settle_promises(organisation_id: int, today: date, now: datetime, *, add_working_days: AddWorkingDays) -> int:
    """End the promises whose time has come, kept or broken; the number of them. Call it after a good sync only:
    a payment we have not read yet must not break a promise."""
    pending = await queries.active_promises(organisation_id)
    states = [(each, settled(each.facts, today, add_working_days)) for each in pending]
    ended = [(each, state) for each, state in states if state is not PromiseState.ACTIVE]
    for each, state in ended:
        await _end(each, state, today, now)
    return len(ended)


async def _end(each: queries.Pending, state: PromiseState, today: date, now: datetime) -> None:
    async with transaction():
        won = (
            await Promise.update({Promise.state: state, Promise.ended_at: now})
            .where(Promise.id == each.promise.id, Promise.state == PromiseState.ACTIVE)
            .returning(Promise.id)
        )
        if not won or state is PromiseState.REPLACED:
            return
        invoice = await Invoice.objects().get(Invoice.id == each.promise.invoice)
        assert invoice is not None  # the foreign key holds it
        await reconsider([invoice.customer], now)
        sentence = f"The promise to pay {each.number} on {day(each.promise.promised_on, today)} was {state}"
        await on_timeline(invoice, f"promise_{state}", sentence, TACTFUL, now)
        if state is PromiseState.BROKEN:
            await ask(
                TaskKind.PROMISE_BROKEN, f"promise_broken:{each.promise.id}", invoice,
                f"{sentence}: ask what happened", now, due_on=today,
            )  # fmt: skip
            await _suggest(invoice.customer, today, now)


async def _suggest(customer_id: int, today: date, now: datetime) -> None:
    """Once its word has been broken too often, and again each time it is broken as often once more."""
    broken = await broken_before(customer_id)
    if broken < TOO_OFTEN or broken % TOO_OFTEN:
        return
    customer = await Customer.objects().get(Customer.id == customer_id)
    assert customer is not None  # the foreign key holds it
    await open_task(
        TaskKind.BROKEN_TWICE, f"broken_twice:{customer_id}:{broken}", organisation_id=customer.organisation,
        sentence=f"{customer.name} has broken {broken} promises: ring them, agree a payment plan, or stop supplying",
        now=now, customer_id=customer_id, assigned_to=customer.assigned_to, due_on=today,
    )  # fmt: skip

"""Tasks that chasing asks for, and that end by themselves once nothing is outstanding."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from app.activity.tables import Task
from app.activity.task_actions import finish_task, open_task, reword_task
from app.activity.tasks import ENDED_BY_PAYMENT, TaskKind
from app.chasing.ringing import FinishedInvoice, RingTask, not_asked_for, say_ring
from app.customers.tables import Customer
from app.database import fetch, transaction
from app.invoices.tables import Invoice
from app.money import amount
from app.organisations.tables import Organisation

_FINISHED = """
SELECT i.id, i.number, i.outstanding, i.currency, i.customer FROM outlook o JOIN invoice i ON i.id = o.invoice
WHERE o.hold = 'finished' AND o.organisation_id = {} AND i.is_open = TRUE AND i.due_on < {}
ORDER BY i.due_on, i.id
"""


async def ask_to_ring(now: datetime) -> int:
    """A task for whoever looks after the customer, for every invoice that has had its last reminder: once an invoice,
    and one task a customer at a time. How many tasks were opened or came to be about more."""
    asked = 0
    for organisation in await Organisation.objects().where(Organisation.set_up_at.is_not_null()):
        today = now.astimezone(ZoneInfo(organisation.timezone)).date()
        finished: dict[int, list[FinishedInvoice]] = defaultdict(list)
        for row in await fetch(_FINISHED, organisation.id, today):
            invoice = FinishedInvoice(row["id"], row["number"], amount(row["outstanding"]), row["currency"])
            finished[row["customer"]].append(invoice)
        tasks = await _ring_tasks(organisation.id) if finished else {}
        for customer, invoices in finished.items():
            asked += await _ask(organisation, customer, invoices, tasks.get(customer, []), today, now)
    return asked


async def _ask(
    organisation: Organisation, customer_id: int, finished: list[FinishedInvoice], tasks: list[RingTask], today: date,
    now: datetime,
) -> bool:  # fmt: skip
    new, standing = not_asked_for(finished, tasks), next((task for task in tasks if task.is_open), None)
    if standing is None and not new:
        return False
    customer = await Customer.objects().get(Customer.id == customer_id)
    assert customer is not None  # the foreign key holds it
    if standing is None:
        await open_task(
            TaskKind.FINISHED, f"finished:{customer_id}:{min(each.id for each in new)}", organisation_id=organisation.id,
            sentence=say_ring(customer.name, new, organisation.locale), now=now, customer_id=customer_id,
            invoice_id=new[0].id if len(new) == 1 else None, invoice_ids=[each.id for each in new],
            assigned_to=customer.assigned_to, due_on=today,
        )  # fmt: skip
        return True
    about = {*standing.invoice_ids, *(each.id for each in new)}
    sentence = say_ring(customer.name, [each for each in finished if each.id in about], organisation.locale)
    if sentence == standing.sentence or not any(each.id in about for each in finished):
        return False
    await reword_task(standing.id, sentence, about)
    return True


async def _ring_tasks(organisation_id: int) -> dict[int, list[RingTask]]:
    rows = await Task.objects().where(Task.organisation_id == organisation_id, Task.kind == TaskKind.FINISHED.value)
    found: dict[int, list[RingTask]] = defaultdict(list)
    for row in rows:
        ids = frozenset(msgspec.json.decode(row.invoice_ids, type=list[int]))
        found[row.customer_id].append(RingTask(row.id, ids, row.done_at is None, row.sentence))
    return found


async def end_settled(now: datetime) -> int:
    """Finish the tasks that a payment makes needless; the number of them."""
    kinds = [kind.value for kind in ENDED_BY_PAYMENT]
    open_ones = await Task.objects().where(Task.kind.is_in(kinds), Task.done_at.is_null())
    about = {task.id: _invoices_of(task) for task in open_ones}
    still_open = await _open_among({number for ids in about.values() for number in ids})
    settled = [task for task in open_ones if about[task.id] and not about[task.id] & still_open]
    for task in settled:
        async with transaction():
            await finish_task(task.organisation_id, task.id, now)
    return len(settled)


def _invoices_of(task: Any) -> frozenset[int]:
    ids = msgspec.json.decode(task.invoice_ids, type=list[int])
    return frozenset(ids) or frozenset({task.invoice_id} if task.invoice_id is not None else ())


async def _open_among(ids: Iterable[int]) -> set[int]:
    found: set[int] = set()
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        chosen = Invoice.id.is_in(wanted[start : start + 500]) & Invoice.is_open.eq(True)
        found |= set(await Invoice.select(Invoice.id).where(chosen).output(as_list=True))
    return found

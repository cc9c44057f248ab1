"""What every act of a customer leaves behind: a line on the timeline, a task for whoever looks after the customer."""

from datetime import date, datetime

from app.activity.actions import record
from app.activity.task_actions import open_task
from app.activity.tasks import TaskKind
from app.invoices.tables import Invoice
from app.promises import queries

THE_CUSTOMER = "the customer"
TACTFUL = "Tactful"


async def on_timeline(invoice: Invoice, kind: str, sentence: str, by: str, now: datetime) -> None:
    await record(
        organisation_id=invoice.organisation, kind=kind, sentence=sentence, by=by, now=now,
        customer_id=invoice.customer, invoice_id=invoice.id,
    )  # fmt: skip


async def ask(
    kind: TaskKind, key: str, invoice: Invoice, sentence: str, now: datetime,
    *, due_on: date | None = None, of: int | None = None,
) -> int:  # fmt: skip
    """Once, of the member `of`, else of the one who looks after the customer."""
    return await open_task(
        kind, key, organisation_id=invoice.organisation, sentence=sentence, now=now, customer_id=invoice.customer,
        invoice_id=invoice.id, assigned_to=of or await queries.assignee_of(invoice.customer), due_on=due_on,
    )  # fmt: skip

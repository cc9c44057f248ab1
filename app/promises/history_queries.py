"""How a customer kept its word, and what it promised."""

from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct

from app.database import fetch
from app.invoices.tables import Invoice
from app.money import amount
from app.promises.tables import Promise
from app.promises.words import PromiseState


class PromiseLine(Struct, frozen=True, kw_only=True):
    """A promise of a customer as its page lists it; `paid_on` is Xero's date of full payment."""

    id: int
    invoice_id: int
    number: str
    currency: str
    amount: Decimal
    promised_on: date
    state: PromiseState
    source: str
    said_by: str
    taken_by: str
    made_at: datetime
    paid_on: date | None

    @property
    def runs(self) -> bool:
        return self.state is PromiseState.ACTIVE


class PromiseRecord(Struct, frozen=True):
    """How many promises a customer kept and broke so far."""

    kept: int = 0
    broken: int = 0


async def promises_of_customer(customer_id: int, limit: int = 20) -> tuple[PromiseLine, ...]:
    """Those that run, then those that have ended; the latest first."""
    rows = await Promise.objects().where(Promise.customer == customer_id).order_by(Promise.id, ascending=False).limit(limit)
    ids = {row.invoice for row in rows}
    invoices = {row.id: row for row in await Invoice.objects().where(Invoice.id.is_in(list(ids)))} if ids else {}
    lines = [_line(row, invoices[row.invoice]) for row in rows]
    return tuple(sorted(lines, key=lambda line: not line.runs))


def _line(row: Promise, invoice: Invoice) -> PromiseLine:
    return PromiseLine(
        id=row.id,
        invoice_id=invoice.id,
        number=invoice.number,
        currency=invoice.currency,
        amount=amount(row.amount),
        promised_on=row.promised_on,
        state=PromiseState(row.state),
        source=row.source,
        said_by=row.said_by,
        taken_by=row.taken_by,
        made_at=row.made_at,
        paid_on=invoice.paid_on,
    )


async def record_of(customer_id: int) -> PromiseRecord:
    rows = await fetch(
        "SELECT state, COUNT(*) AS number FROM promise WHERE customer = {} AND state IN ('kept', 'broken') GROUP BY state",
        customer_id,
    )
    return PromiseRecord(**{row["state"]: int(row["number"]) for row in rows})


async def broken_before(customer_id: int) -> int:
    """How many promises this customer has broken so far."""
    return (await record_of(customer_id)).broken

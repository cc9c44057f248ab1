"""Reads of promises, expected dates and "told us it is paid", and the open disputes of invoices."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.money import amount
from app.organisations.membership import SignedIn
from app.organisations.tables import Organisation
from app.problems import NotFound
from app.promises.settling import PromisedInvoice
from app.promises.tables import Dispute, ExpectedDate, Promise, ToldPaid
from app.promises.words import PromiseState


class House(Struct, frozen=True):
    """What an organisation settled about promises, and its own calendar day."""

    today: date
    longest_promise_days: int


class Pending(Struct, frozen=True):
    """An active promise with the facts that settle it."""

    promise: Promise
    number: str
    facts: PromisedInvoice


async def house_of(organisation_id: int, now: datetime) -> House:
    columns = (Organisation.timezone, Organisation.longest_promise_days)
    row = await Organisation.select(*columns).where(Organisation.id == organisation_id).first()
    if row is None:
        raise NotFound
    return House(now.astimezone(ZoneInfo(row["timezone"])).date(), row["longest_promise_days"])


async def promise_for(member: SignedIn, invoice_id: int, promise_id: int) -> Promise:
    scope = (Promise.organisation == member.organisation_id) & (Promise.invoice == invoice_id)
    found = await Promise.objects().where(scope, Promise.id == promise_id).first()
    if found is None:
        raise NotFound
    return found


async def assignee_of(customer_id: int) -> int | None:
    """The member who looks after this customer; None: anyone."""
    row = await Customer.select(Customer.assigned_to).where(Customer.id == customer_id).first()
    return row["assigned_to"] if row else None


async def expected_dates_of(invoice_ids: Sequence[int]) -> dict[int, ExpectedDate]:
    """By invoice; only those with a date."""
    if not invoice_ids:
        return {}
    rows = await ExpectedDate.objects().where(
        ExpectedDate.invoice.is_in(list(invoice_ids)), ExpectedDate.expected_on.is_not_null()
    )
    return {row.invoice: row for row in rows}


async def promises_of(invoice_ids: Sequence[int]) -> list[Promise]:
    """Every promise ever made for these invoices, the latest first."""
    if not invoice_ids:
        return []
    return await Promise.objects().where(Promise.invoice.is_in(list(invoice_ids))).order_by(Promise.id, ascending=False)


async def open_disputes_of(invoice_ids: Sequence[int]) -> list[Dispute]:
    if not invoice_ids:
        return []
    return await Dispute.objects().where(Dispute.invoice.is_in(list(invoice_ids)), Dispute.resolved_at.is_null())


async def told_paid_of(invoice_ids: Sequence[int]) -> dict[int, date]:
    """By invoice, the last day on which the customer said that it is paid and nobody took that back."""
    return {row.invoice: row.told_on for row in await _told_paid(invoice_ids) if row.withdrawn_at is None}


async def ever_told_paid_of(invoice_ids: Sequence[int]) -> dict[int, date]:
    """The same, whatever became of it."""
    return {row.invoice: row.told_on for row in await _told_paid(invoice_ids)}


async def _told_paid(invoice_ids: Sequence[int]) -> list[ToldPaid]:
    if not invoice_ids:
        return []
    return await ToldPaid.objects().where(ToldPaid.invoice.is_in(list(invoice_ids))).order_by(ToldPaid.told_on, ToldPaid.id)


async def told_paid_row(invoice_id: int) -> ToldPaid | None:
    """What holds the invoice, or held it: the last time the customer said so and nobody took it back."""
    living = (ToldPaid.invoice == invoice_id) & ToldPaid.withdrawn_at.is_null()
    return await ToldPaid.objects().where(living).order_by(ToldPaid.id, ascending=False).first()


async def active_promises(organisation_id: int) -> list[Pending]:
    """The promises still running, each with its invoice as Xero last gave it."""
    promises = await Promise.objects().where(Promise.organisation == organisation_id, Promise.state == PromiseState.ACTIVE)
    ids = [promise.invoice for promise in promises]
    rows = await Invoice.objects().where(Invoice.id.is_in(ids)) if ids else []
    invoices = {row.id: row for row in rows}
    return [_pending(promise, invoices[promise.invoice]) for promise in promises if promise.invoice in invoices]


def _pending(promise: Promise, invoice: Invoice) -> Pending:
    facts = PromisedInvoice(
        promised_on=promise.promised_on,
        outstanding=amount(invoice.outstanding),
        paid_on=invoice.paid_on,
        is_void=invoice.status in ("VOIDED", "DELETED"),
    )
    return Pending(promise, invoice.number, facts)

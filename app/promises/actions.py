"""What customers and controllers say about when and whether an invoice will be paid.

Each act first sets the customer's `reconsider_at`: on PostgreSQL that also makes two acts of one customer wait for
each other, so that a double click finds what the first one wrote.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from app.activity.actions import add_task, record
from app.customers.actions import reconsider
from app.database import transaction
from app.invoices.tables import Invoice
from app.money import amount as decimal_of
from app.money import units
from app.problems import Problem
from app.promises import queries
from app.promises.settling import AddWorkingDays, settled
from app.promises.tables import Dispute, ExpectedDate, Promise, ToldPaid
from app.promises.words import (
    DateSource,
    PromiseState,
    Push,
    Said,
    listed,
    say_expected,
    say_promise,
    say_reason,
)
from components.format import day, money

THE_CUSTOMER = "the customer"


class DateNotPossible(Problem):
    """That date is in the past, or later than this business agrees to without talking to a person."""

    status = 422


class AmountNotPossible(Problem):
    """The amount in question is more than what is outstanding on the invoice, or not more than nothing."""

    status = 422


class Promised(Struct, frozen=True):
    """The numbers of the invoices whose promise was taken, and of those whose second promise a person must take."""

    taken: tuple[str, ...]
    for_a_person: tuple[str, ...]


async def set_expected_date(invoice: Invoice, expected_on: date | None, *, source: DateSource, by: str, now: datetime) -> None:
    """The last one set wins, and replaces a promise; None clears it. Xero is told unless it told us."""
    async with transaction():
        await reconsider([invoice.customer], now)
        await _replace_promise(invoice.id, now)
        await _write_expected_date(invoice, expected_on, source, by, now)
        house = await queries.house_of(invoice.organisation, now)
        sentence = say_expected(invoice.number, expected_on, house.today, by)
        await _on_timeline(invoice, "expected_date", sentence, by, now)


async def promise(invoices: Sequence[Invoice], promised_on: date, *, source: Said, by: str, now: datetime) -> Promised:
    """Take a promise for each invoice. In the portal the organisation's limit holds, and a second promise of an
    invoice only asks: it becomes a task. Raise DateNotPossible."""
    house = await queries.house_of(invoices[0].organisation, now)
    latest = house.today + timedelta(days=house.longest_promise_days)
    if promised_on < house.today or (source is Said.PORTAL and promised_on > latest):
        raise DateNotPossible
    async with transaction():
        await reconsider([invoice.customer for invoice in invoices], now)
        earlier = await queries.promises_of([invoice.id for invoice in invoices])
        standing = {row.invoice for row in earlier if _stands(row, promised_on)}
        asked = {row.invoice for row in earlier if source is Said.PORTAL} - standing
        for invoice in invoices:
            if invoice.id not in asked | standing:
                await _take(invoice, promised_on, house.today, source, by, now)
        second = [invoice for invoice in invoices if invoice.id in asked]
        if second:
            await _ask_for_second(second, promised_on, house.today, now)
    taken = tuple(invoice.number for invoice in invoices if invoice.id not in asked)
    return Promised(taken, tuple(invoice.number for invoice in second))


async def tell_paid(invoices: Sequence[Invoice], *, source: Said, now: datetime, today: date) -> None:
    """The customer says these are paid. Told twice on one day counts once; told again later, a person looks."""
    async with transaction():
        await reconsider([invoice.customer for invoice in invoices], now)
        told = await queries.told_paid_of([invoice.id for invoice in invoices])
        for invoice in invoices:
            if told.get(invoice.id) != today:
                await _note_paid(invoice, source, now, today)
        again = [invoice for invoice in invoices if told.get(invoice.id, today) != today]
        if again:
            numbers = listed([invoice.number for invoice in again])
            await _task(again[0], f"The customer says again that {numbers} is paid: look in the bank", now)


async def open_dispute(
    invoice: Invoice, *, amount: Decimal | None, reason: str, text: str, source: Said, by: str, now: datetime
) -> int:
    """Open a query on the invoice or on `amount` of it, in its currency, and tell its owner. The same one twice
    is one. Raise AmountNotPossible."""
    if amount is not None and not 0 < amount <= decimal_of(invoice.outstanding):
        raise AmountNotPossible
    async with transaction():
        await reconsider([invoice.customer], now)
        part = None if amount is None else units(amount)
        for row in await queries.open_disputes_of([invoice.id]):
            if (row.amount, row.reason, row.text) == (part, reason, text):
                return int(row.id)
        dispute = Dispute(
            organisation=invoice.organisation, customer=invoice.customer, invoice=invoice.id, amount=part,
            reason=reason, text=text, source=source, opened_at=now, opened_by=by,
            owner=await queries.assignee_of(invoice.customer),
        )  # fmt: skip
        await dispute.save()
        of = invoice.number if amount is None else f"{money(amount, invoice.currency)} of {invoice.number}"
        await _on_timeline(invoice, "dispute", f"Queried {of}: {say_reason(reason)}", by, now)
        await _task(invoice, f"Answer the query on {of}: {say_reason(reason)}", now)
        return int(dispute.id)


async def resolve_dispute(dispute: Dispute, resolution: str, by: str, now: datetime) -> None:
    """Close it with what was agreed; closed twice, the first answer stands."""
    async with transaction():
        await reconsider([dispute.customer], now)
        closed = (
            await Dispute.update({Dispute.resolved_at: now, Dispute.resolution: resolution})
            .where(Dispute.id == dispute.id, Dispute.resolved_at.is_null())
            .returning(Dispute.id)
        )
        invoice = await Invoice.objects().get(Invoice.id == dispute.invoice)
        if closed and invoice is not None:
            await _on_timeline(invoice, "dispute", f"Query on {invoice.number} resolved: {resolution}", by, now)


async def set_excluded(invoice: Invoice, excluded: bool, *, by: str, now: datetime) -> None:
    """Take one invoice out of chasing, or back in."""
    async with transaction():
        await reconsider([invoice.customer], now)
        await Invoice.update({Invoice.excluded: excluded}).where(Invoice.id == invoice.id)
        done = "excluded from chasing" if excluded else "chased again"
        await _on_timeline(invoice, "status_changed", f"{invoice.number} is {done}", by, now)


async def settle_promises(organisation_id: int, today: date, now: datetime, *, add_working_days: AddWorkingDays) -> int:
    """End the promises whose time has come, kept or broken; the number of them. Call it after a good sync only:
    a payment we have not read yet must not break a promise."""
    pending = await queries.active_promises(organisation_id)
    states = [(each, settled(each.facts, today, add_working_days)) for each in pending]
    ended = [(each, state) for each, state in states if state is not PromiseState.ACTIVE]
    for each, state in ended:
        await _end(each, state, today, now)
    return len(ended)


def _stands(earlier: Promise, promised_on: date) -> bool:
    return earlier.state == PromiseState.ACTIVE and earlier.promised_on == promised_on


async def _take(invoice: Invoice, on: date, today: date, source: Said, by: str, now: datetime) -> None:
    await _replace_promise(invoice.id, now)
    await Promise(
        organisation=invoice.organisation, customer=invoice.customer, invoice=invoice.id, promised_on=on,
        amount=invoice.outstanding, state=PromiseState.ACTIVE, source=source, taken_by=by, made_at=now,
    ).save()  # fmt: skip
    await _write_expected_date(invoice, on, DateSource.CUSTOMER, by, now)
    await _on_timeline(invoice, "promise", say_promise([invoice.number], on, today, source), by, now)


async def _ask_for_second(invoices: Sequence[Invoice], on: date, today: date, now: datetime) -> None:
    numbers = listed([invoice.number for invoice in invoices])
    asks = f"The customer asks for another date, {day(on, today)}, for {numbers}"
    for invoice in invoices:
        await _on_timeline(invoice, "promise", asks, THE_CUSTOMER, now)
    await _task(invoices[0], f"{asks}: agree by setting the date, or answer", now)


async def _note_paid(invoice: Invoice, source: Said, now: datetime, today: date) -> None:
    await ToldPaid(
        organisation=invoice.organisation, customer=invoice.customer, invoice=invoice.id,
        told_on=today, told_at=now, source=source,
    ).save()  # fmt: skip
    await _on_timeline(invoice, "told_paid", f"The customer says that {invoice.number} is paid", THE_CUSTOMER, now)


async def _write_expected_date(invoice: Invoice, on: date | None, source: DateSource, by: str, now: datetime) -> None:
    push = Push.NONE if source is DateSource.XERO else Push.PENDING
    row = ExpectedDate(
        organisation=invoice.organisation, invoice=invoice.id, expected_on=on, source=source,
        set_by=by, set_at=now, push=push, refusal="",
    )  # fmt: skip
    names = ("expected_on", "source", "set_by", "set_at", "push", "refusal")
    values = [getattr(ExpectedDate, name) for name in names]
    await ExpectedDate.insert(row).on_conflict(target=(ExpectedDate.invoice,), action="DO UPDATE", values=values)


async def _replace_promise(invoice_id: int, now: datetime) -> None:
    await Promise.update({Promise.state: PromiseState.REPLACED, Promise.ended_at: now}).where(
        Promise.invoice == invoice_id, Promise.state == PromiseState.ACTIVE
    )


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
        await _on_timeline(invoice, f"promise_{state}", sentence, "Tactful", now)
        if state is PromiseState.BROKEN:
            await _task(invoice, f"{sentence}: ask what happened", now)


async def _on_timeline(invoice: Invoice, kind: str, sentence: str, by: str, now: datetime) -> None:
    await record(
        organisation_id=invoice.organisation, kind=kind, sentence=sentence, by=by, now=now,
        customer_id=invoice.customer, invoice_id=invoice.id,
    )  # fmt: skip


async def _task(invoice: Invoice, sentence: str, now: datetime) -> None:
    """For the member who looks after the customer."""
    await add_task(
        organisation_id=invoice.organisation, sentence=sentence, now=now, customer_id=invoice.customer,
        invoice_id=invoice.id, assigned_to=await queries.assignee_of(invoice.customer),
    )  # fmt: skip

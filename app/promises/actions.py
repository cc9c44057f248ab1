"""What customers and controllers say about when an invoice will be paid, and that it is.

Each act first sets the customer's `reconsider_at`: on PostgreSQL that also makes two acts of one customer wait for
each other, so that a double click finds what the first one wrote.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from app.activity.task_actions import finish_tasks_of
from app.activity.tasks import TaskKind
from app.customers.actions import reconsider
from app.database import transaction
from app.invoices.tables import Invoice
from app.problems import OutOfDate, Problem
from app.promises import queries
from app.promises.dispute_actions import open_dispute, resolve_dispute
from app.promises.noting_actions import THE_CUSTOMER, ask, on_timeline
from app.promises.tables import ExpectedDate, Promise, ToldPaid
from app.promises.words import (
    DateSource,
    PromiseState,
    Push,
    Said,
    listed,
    say_expected,
    say_promise,
    say_told_paid,
)
from components.format import day

__all__ = ["THE_CUSTOMER", "open_dispute", "resolve_dispute"]


class DateNotPossible(Problem):
    """That date is in the past, or later than this business agrees to without talking to a person."""

    status = 422


class NothingToTakeBack(OutOfDate):
    """Something else has been noted meanwhile, so there is nothing to take back."""


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
        await on_timeline(invoice, "expected_date", sentence, by, now)
        await finish_tasks_of(invoice.organisation, TaskKind.SECOND_PROMISE, invoice.id, now, by)


async def promise(
    invoices: Sequence[Invoice], promised_on: date, *, source: Said, by: str, now: datetime, said_by: str = ""
) -> Promised:
    """Take a promise for each invoice; `by` took it, `said_by` is who at the customer gave it. In the portal the
    organisation's limit holds, and a second promise of an invoice only asks: it becomes a task. Raise DateNotPossible."""
    house = await queries.house_of(invoices[0].organisation, now)
    latest = house.today + timedelta(days=house.longest_promise_days)
    if promised_on < house.today or (source is Said.PORTAL and promised_on > latest):
        raise DateNotPossible
    given = _Given(promised_on, house.today, source, by, said_by, now)
    async with transaction():
        await reconsider([invoice.customer for invoice in invoices], now)
        earlier = await queries.promises_of([invoice.id for invoice in invoices])
        standing = {row.invoice for row in earlier if _stands(row, promised_on)}
        asked = {row.invoice for row in earlier if source is Said.PORTAL and _counts(row)} - standing
        for invoice in invoices:
            if invoice.id not in asked | standing:
                await _take(invoice, given)
        second = [invoice for invoice in invoices if invoice.id in asked]
        if second:
            await _ask_for_second(second, promised_on, house.today, now)
    taken = tuple(invoice.number for invoice in invoices if invoice.id not in asked)
    return Promised(taken, tuple(invoice.number for invoice in second))


async def withdraw_promise(promise: Promise, *, by: str, now: datetime) -> None:
    """Noted by mistake: what it superseded holds again, in Xero too. Raise NothingToTakeBack unless it is running."""
    async with transaction():
        await reconsider([promise.customer], now)
        won = (
            await Promise.update({Promise.state: PromiseState.WITHDRAWN, Promise.ended_at: now})
            .where(Promise.id == promise.id, Promise.state == PromiseState.ACTIVE)
            .returning(Promise.id)
        )
        invoice = await Invoice.objects().get(Invoice.id == promise.invoice)
        if not won or invoice is None:
            raise NothingToTakeBack
        await _restore(promise, invoice, by, now)
        house = await queries.house_of(promise.organisation, now)
        on = day(promise.promised_on, house.today)
        await on_timeline(invoice, "promise_withdrawn", f"The promise to pay {invoice.number} on {on} is taken back", by, now)


async def tell_paid(
    invoices: Sequence[Invoice], *, source: Said, now: datetime, today: date, by: str = "", said_by: str = ""
) -> None:
    """The customer says these are paid; `by` noted it. Told twice on one day counts once; told again later, a person
    looks."""
    async with transaction():
        await reconsider([invoice.customer for invoice in invoices], now)
        ids = [invoice.id for invoice in invoices]
        standing, ever = await queries.told_paid_of(ids), await queries.ever_told_paid_of(ids)
        for invoice in invoices:
            if standing.get(invoice.id) != today:
                await _note_paid(invoice, source, now, today, by, said_by)
        again = [invoice for invoice in invoices if ever.get(invoice.id, today) != today]
        if again:
            numbers = listed([invoice.number for invoice in again])
            key = f"told_paid_again:{again[0].id}:{today:%Y-%m-%d}"
            sentence = f"The customer says again that {numbers} is paid: look in the bank"
            await ask(TaskKind.TOLD_PAID_AGAIN, key, again[0], sentence, now)


async def withdraw_told_paid(invoice: Invoice, *, by: str, now: datetime) -> None:
    """It is not paid, or was noted by mistake: chasing waits for it no longer. Raise NothingToTakeBack."""
    async with transaction():
        await reconsider([invoice.customer], now)
        taken_back = (
            await ToldPaid.update({ToldPaid.withdrawn_at: now, ToldPaid.withdrawn_by: by})
            .where(ToldPaid.invoice == invoice.id, ToldPaid.withdrawn_at.is_null())
            .returning(ToldPaid.id)
        )
        if not taken_back:
            raise NothingToTakeBack
        await on_timeline(invoice, "told_paid_withdrawn", f"{invoice.number} is not paid after all", by, now)


async def set_excluded(invoice: Invoice, excluded: bool, *, by: str, now: datetime) -> None:
    """Take one invoice out of chasing, or back in."""
    async with transaction():
        await reconsider([invoice.customer], now)
        await Invoice.update({Invoice.excluded: excluded}).where(Invoice.id == invoice.id)
        done = "excluded from chasing" if excluded else "chased again"
        await on_timeline(invoice, "status_changed", f"{invoice.number} is {done}", by, now)


class _Given(Struct, frozen=True):
    """One promise as it was given, whatever invoices it is for."""

    on: date
    today: date
    source: Said
    by: str
    said_by: str
    now: datetime


def _stands(earlier: Promise, promised_on: date) -> bool:
    return earlier.state == PromiseState.ACTIVE and earlier.promised_on == promised_on


def _counts(earlier: Promise) -> bool:
    return earlier.state != PromiseState.WITHDRAWN


async def _take(invoice: Invoice, given: _Given) -> None:
    before = (await queries.expected_dates_of([invoice.id])).get(invoice.id)
    replaced = await _replace_promise(invoice.id, given.now)
    await Promise(
        organisation=invoice.organisation, customer=invoice.customer, invoice=invoice.id, promised_on=given.on,
        amount=invoice.outstanding, state=PromiseState.ACTIVE, source=given.source, taken_by=given.by, made_at=given.now,
        said_by=given.said_by, replaced=replaced, before=_remembered(before),
    ).save()  # fmt: skip
    await _write_expected_date(invoice, given.on, DateSource.CUSTOMER, given.by, given.now)
    sentence = say_promise([invoice.number], given.on, given.today, given.source, given.said_by)
    await on_timeline(invoice, "promise", sentence, given.by, given.now)
    await finish_tasks_of(invoice.organisation, TaskKind.SECOND_PROMISE, invoice.id, given.now, given.by)


def _remembered(before: ExpectedDate | None) -> str:
    if before is None:
        return "{}"
    return json.dumps({"expected_on": before.expected_on.isoformat(), "source": before.source, "set_by": before.set_by})


async def _restore(promise: Promise, invoice: Invoice, by: str, now: datetime) -> None:
    """The expected date of before, unless another has been set since; and the promise that this one replaced."""
    if promise.replaced is not None:
        again = {Promise.state: PromiseState.ACTIVE, Promise.ended_at: None}
        ended = (Promise.id == promise.replaced) & (Promise.state == PromiseState.REPLACED)
        await Promise.update(again).where(ended)  # type: ignore[arg-type]
    standing = (await queries.expected_dates_of([invoice.id])).get(invoice.id)
    if standing is None or standing.expected_on != promise.promised_on or standing.source != DateSource.CUSTOMER:
        return
    before = json.loads(promise.before)
    on = date.fromisoformat(before["expected_on"]) if before else None
    source = DateSource(before["source"]) if before else DateSource.CONTROLLER
    await _write_expected_date(invoice, on, source, before.get("set_by", by), now, push=Push.PENDING)


async def _ask_for_second(invoices: Sequence[Invoice], on: date, today: date, now: datetime) -> None:
    numbers = listed([invoice.number for invoice in invoices])
    asks = f"The customer asks for another date, {day(on, today)}, for {numbers}"
    for invoice in invoices:
        await on_timeline(invoice, "promise", asks, THE_CUSTOMER, now)
    key = f"second_promise:{invoices[0].id}:{on:%Y-%m-%d}"
    await ask(TaskKind.SECOND_PROMISE, key, invoices[0], f"{asks}: agree by setting the date, or answer", now)


async def _note_paid(invoice: Invoice, source: Said, now: datetime, today: date, by: str, said_by: str) -> None:
    await ToldPaid(
        organisation=invoice.organisation, customer=invoice.customer, invoice=invoice.id,
        told_on=today, told_at=now, source=source, said_by=said_by, noted_by=by,
    ).save()  # fmt: skip
    await on_timeline(invoice, "told_paid", say_told_paid(invoice.number, source, said_by), by or THE_CUSTOMER, now)


async def _write_expected_date(
    invoice: Invoice, on: date | None, source: DateSource, by: str, now: datetime, *, push: Push | None = None
) -> None:
    push = push or (Push.NONE if source is DateSource.XERO else Push.PENDING)
    row = ExpectedDate(
        organisation=invoice.organisation, invoice=invoice.id, expected_on=on, source=source,
        set_by=by, set_at=now, push=push, refusal="",
    )  # fmt: skip
    names = ("expected_on", "source", "set_by", "set_at", "push", "refusal")
    values = [getattr(ExpectedDate, name) for name in names]
    await ExpectedDate.insert(row).on_conflict(target=(ExpectedDate.invoice,), action="DO UPDATE", values=values)


async def _replace_promise(invoice_id: int, now: datetime) -> int | None:
    """The id of the promise that ran until now, if one did."""
    rows = (
        await Promise.update({Promise.state: PromiseState.REPLACED, Promise.ended_at: now})
        .where(Promise.invoice == invoice_id, Promise.state == PromiseState.ACTIVE)
        .returning(Promise.id)
    )
    return rows[0]["id"] if rows else None

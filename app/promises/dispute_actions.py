"""A dispute from its opening to its end: who answers it by when, how much it is about, how it was resolved.

Each act first sets the customer's `reconsider_at`, for the same reason as in `actions`.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct
from piccolo.columns import Column

from app.activity.queries import task_of_key
from app.activity.task_actions import change_task, finish_key, open_task, reopen_key
from app.activity.tasks import TaskKind
from app.customers.actions import reconsider
from app.database import fetch, transaction
from app.invoices.tables import Invoice
from app.money import amount as decimal_of
from app.money import units
from app.problems import OutOfDate, Problem
from app.promises import queries
from app.promises.noting_actions import TACTFUL, ask, on_timeline
from app.promises.tables import Dispute
from app.promises.words import Outcome, Said, say_outcome, say_query, say_reason
from components.format import money


class AmountNotPossible(Problem):
    """The amount in question is more than what is outstanding on the invoice, or not more than nothing."""

    status = 422


class AlreadyResolved(OutOfDate):
    """This dispute was resolved meanwhile. Open it again if it is not settled after all."""


class DisputeChange(Struct, frozen=True, kw_only=True):
    """`amount` None: all of the invoice. `owner` is a member's id."""

    amount: Decimal | None
    owner: int | None
    answer_by_on: date | None


async def open_dispute(
    invoice: Invoice, *, amount: Decimal | None, reason: str, text: str, source: Said, by: str, now: datetime,
    owner: int | None = None, answer_by_on: date | None = None, said_by: str = "",
) -> int:  # fmt: skip
    """Open a query on the invoice or on `amount` of it, in its currency; its owner (else whoever looks after the
    customer) is asked to answer by that day. The same one twice is one. Raise AmountNotPossible."""
    _check(amount, invoice)
    async with transaction():
        await reconsider([invoice.customer], now)
        part = None if amount is None else units(amount)
        for row in await queries.open_disputes_of([invoice.id]):
            if (row.amount, row.reason, row.text) == (part, reason, text):
                return int(row.id)
        dispute = Dispute(
            organisation=invoice.organisation, customer=invoice.customer, invoice=invoice.id, amount=part,
            reason=reason, text=text, source=source, said_by=said_by, opened_at=now, opened_by=by, answer_by_on=answer_by_on,
            owner=owner or await queries.assignee_of(invoice.customer),
        )  # fmt: skip
        await dispute.save()
        await on_timeline(invoice, "dispute", say_query(_part(dispute, invoice), reason, source, said_by), by, now)
        await ask(
            TaskKind.DISPUTE, _key(dispute), invoice, f"Answer the query on {_part(dispute, invoice)}: {say_reason(reason)}",
            now, due_on=answer_by_on, of=dispute.owner,
        )  # fmt: skip
        return int(dispute.id)


async def change_dispute(dispute: Dispute, change: DisputeChange, *, by: str, now: datetime) -> None:
    """Widen or narrow it, hand it on, move its deadline. Raise AmountNotPossible and AlreadyResolved."""
    async with transaction():
        await reconsider([dispute.customer], now)
        invoice = await _invoice_of(dispute)
        before = _part(dispute, invoice)
        part = None if change.amount is None else units(change.amount)
        if part != dispute.amount:
            _check(change.amount, invoice)
        values = {Dispute.amount: part, Dispute.owner: change.owner, Dispute.answer_by_on: change.answer_by_on}
        if change.owner != dispute.owner:
            values[Dispute.owner_told_at] = None
        still = (Dispute.id == dispute.id) & Dispute.resolved_at.is_null()
        if not await Dispute.update(values).where(still).returning(Dispute.id):  # type: ignore[arg-type]
            raise AlreadyResolved
        dispute.amount = part
        if _part(dispute, invoice) != before:
            sentence = f"The query on {before} is now about {_part(dispute, invoice)}"
            await on_timeline(invoice, "dispute_changed", sentence, by, now)
        task = await task_of_key(dispute.organisation, _key(dispute))
        if task is not None and task.done_at is None:
            await change_task(task, assigned_to=change.owner, due_on=change.answer_by_on)


async def resolve_dispute(
    dispute: Dispute, resolution: str, by: str, now: datetime, *, outcome: Outcome = Outcome.OTHER
) -> None:
    """Close it with what was agreed; closed twice, the first answer stands. A credit that was agreed keeps that part
    out of chasing until Xero has the credit note, for which a task asks."""
    async with transaction():
        await reconsider([dispute.customer], now)
        invoice = await _invoice_of(dispute)
        waits = outcome is Outcome.CREDIT_AGREED and bool(invoice.is_open)
        values: dict[Column | str, Any] = {
            Dispute.resolution: resolution,
            Dispute.outcome: outcome.value,
            Dispute.resolved_by: by,
        }
        values |= {Dispute.credited_before: invoice.credited} if waits else {Dispute.resolved_at: now}
        still = (Dispute.id == dispute.id) & Dispute.resolved_at.is_null()
        if not await Dispute.update(values).where(still).returning(Dispute.id):
            return
        agreed = ": ".join(filter(None, (say_outcome(outcome) if outcome is not Outcome.OTHER else "", resolution)))
        await on_timeline(invoice, "dispute_resolved", f"Query on {_part(dispute, invoice)} resolved: {agreed}", by, now)
        await finish_key(dispute.organisation, _key(dispute), now, by)
        if waits:
            await _ask_for_credit_note(dispute, invoice, now)


async def reopen_dispute(dispute: Dispute, *, by: str, now: datetime) -> None:
    """It is not settled after all, or was resolved by mistake: that part waits again, and its owner is asked again."""
    async with transaction():
        await reconsider([dispute.customer], now)
        invoice = await _invoice_of(dispute)
        values = {
            Dispute.resolved_at: None, Dispute.resolution: "", Dispute.outcome: "", Dispute.resolved_by: "",
            Dispute.credited_before: None,
        }  # fmt: skip
        ended = (Dispute.id == dispute.id) & (Dispute.outcome != "")
        if await Dispute.update(values).where(ended).returning(Dispute.id):  # type: ignore[arg-type]
            sentence = f"The query on {_part(dispute, invoice)} is open again"
            await on_timeline(invoice, "dispute_reopened", sentence, by, now)
            await reopen_key(dispute.organisation, _key(dispute), now, by)
            await finish_key(dispute.organisation, _credit_key(dispute), now, by)


async def settle_credited(now: datetime) -> int:
    """Close the disputes whose agreed credit has come in from Xero, or whose invoice is settled; the number of them."""
    rows = await fetch(
        "SELECT d.id FROM dispute d JOIN invoice i ON i.id = d.invoice WHERE d.resolved_at IS NULL"
        " AND d.credited_before IS NOT NULL AND (i.is_open = FALSE"
        " OR (d.amount IS NOT NULL AND i.credited - d.credited_before >= d.amount))"
    )
    for row in rows:
        await _settle(int(row["id"]), now)
    return len(rows)


async def _settle(dispute_id: int, now: datetime) -> None:
    async with transaction():
        still = (Dispute.id == dispute_id) & Dispute.resolved_at.is_null() & Dispute.credited_before.is_not_null()
        dispute = await Dispute.objects().where(still).first()
        if dispute is None:
            return
        await reconsider([dispute.customer], now)
        await Dispute.update({Dispute.resolved_at: now}).where(still)
        invoice = await _invoice_of(dispute)
        sentence = f"The credit agreed for {_part(dispute, invoice)} is in Xero"
        await on_timeline(invoice, "dispute_resolved", sentence, TACTFUL, now)
        await finish_key(dispute.organisation, _credit_key(dispute), now)


async def _ask_for_credit_note(dispute: Dispute, invoice: Invoice, now: datetime) -> None:
    await open_task(
        TaskKind.CREDIT_NOTE, _credit_key(dispute), organisation_id=dispute.organisation,
        sentence=f"Raise the credit note for {_part(dispute, invoice)} in Xero", now=now, customer_id=dispute.customer,
        invoice_id=invoice.id, assigned_to=dispute.owner,
    )  # fmt: skip
    await reopen_key(dispute.organisation, _credit_key(dispute), now, TACTFUL)


def _check(amount: Decimal | None, invoice: Invoice) -> None:
    if amount is not None and not 0 < amount <= decimal_of(invoice.outstanding):
        raise AmountNotPossible


def _part(dispute: Dispute, invoice: Invoice) -> str:
    """As in "£40.00 of INV-1", or the number alone for all of it."""
    if dispute.amount is None:
        return str(invoice.number)
    return f"{money(decimal_of(dispute.amount), invoice.currency)} of {invoice.number}"


def _key(dispute: Dispute) -> str:
    return f"dispute:{dispute.id}"


def _credit_key(dispute: Dispute) -> str:
    return f"credit_note:{dispute.id}"


async def _invoice_of(dispute: Dispute) -> Invoice:
    invoice = await Invoice.objects().get(Invoice.id == dispute.invoice)
    assert invoice is not None  # the foreign key holds it
    return invoice

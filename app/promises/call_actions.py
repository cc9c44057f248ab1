"""Noting a call with a customer, and all that came of it, at once or not at all."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from app.activity.actions import add_task, record
from app.customers.tables import Customer
from app.database import transaction
from app.invoices.tables import Invoice
from app.organisations.membership import SignedIn
from app.promises import actions, dispute_actions
from app.promises.calls import Call, CallForm, say_call
from app.promises.forms import DisputeForm
from app.promises.words import Said


class Query(Struct, frozen=True):
    """What they queried, and the day by which it is to be answered."""

    form: DisputeForm
    answer_by_on: date


async def note_call(
    member: SignedIn, customer: Customer, form: CallForm, about: Sequence[Invoice], query: Query | None,
    *, today: date, now: datetime,
) -> None:  # fmt: skip
    """`about`: the open invoices that were meant; of a query the one. Raise what promises and disputes raise."""
    async with transaction():
        if form.outcome is Call.PROMISE and form.promised_on is not None:
            await actions.promise(
                about, form.promised_on, source=Said.PHONE, by=member.name, now=now, said_by=form.said_by
            )  # fmt: skip
        elif form.outcome is Call.PAID:
            await actions.tell_paid(about, source=Said.PHONE, now=now, today=today, by=member.name, said_by=form.said_by)
        elif form.outcome is Call.QUERY and query is not None:
            await _open(member, about[0], form, query, now)
        await record(
            organisation_id=member.organisation_id, customer_id=customer.id, kind="call", by=member.name, now=now,
            sentence=say_call(form, [each.number for each in about], today),
            facts={"outcome": str(form.outcome), "invoices": [each.id for each in about]},
        )  # fmt: skip
        if form.follow_up is not None:
            await add_task(
                organisation_id=member.organisation_id, customer_id=customer.id, sentence=form.follow_up.sentence,
                due_on=form.follow_up.due_on, assigned_to=form.follow_up.assigned_to, by=member.name, now=now,
            )  # fmt: skip


async def _open(member: SignedIn, invoice: Invoice, form: CallForm, query: Query, now: datetime) -> None:
    await dispute_actions.open_dispute(
        invoice, amount=query.form.amount, reason=query.form.reason, text=query.form.text, source=Said.PHONE,
        said_by=form.said_by, by=member.name, now=now, answer_by_on=query.answer_by_on,
    )  # fmt: skip

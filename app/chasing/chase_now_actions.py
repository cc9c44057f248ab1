"""Chasing by hand: one email to one customer, once, through the outbox like everything else that is mailed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from app.activity.telling_actions import tell
from app.chasing.actions import AT_ONCE, one_at_a_time, plan_customers
from app.chasing.chase_now import KEEPS, Choice, approval_why
from app.chasing.chase_now_queries import Desk, desk_for, lately_chased
from app.chasing.drafts import ApprovalWhy
from app.chasing.record_actions import free_steps, insert_lines, short_of_lines
from app.chasing.reminder import digest
from app.chasing.standing import ZERO
from app.chasing.tables import Reminder
from app.chasing.wording import OwnWords
from app.chasing.wording_actions import store
from app.customers.actions import reconsider
from app.database import fetch, transaction
from app.email_templates.queries import TemplateText
from app.money import units
from app.organisations.membership import Role, SignedIn
from app.outbox.actions import approve, cancel
from app.outbox.bulk_actions import Draft, draft_many
from app.outbox.messages import as_json


class Order(Struct, frozen=True, kw_only=True):
    """What a person asks for.

    words      own subject and body, or empty ones for the template's; recipients and papers
    despite    the holds that were ticked away, "hold" of the customer or "hold:invoice id:day"
    opened_at  when the page was opened: whoever chased since then was first, and the same page sends once
    was_skipped  a person takes back that it was skipped: it waits, whatever the role
    """

    customer_id: int
    invoice_ids: frozenset[int]
    template: TemplateText
    words: OwnWords
    sender_id: int
    sender_kind: str
    counts_as_step: bool
    despite: frozenset[str]
    opened_at: datetime
    was_skipped: bool = False


class Chased(Struct, frozen=True):
    """`waits`: until a manager approves."""

    message_id: int
    waits: bool


class LeftOut(Struct, frozen=True):
    """Nothing was sent; `why` is a sentence without its full stop."""

    why: str


class _IsLeavingError(Exception):
    """Another email of the customer has been claimed."""


async def chase(member: SignedIn, order: Order, now: datetime) -> Chased | LeftOut:
    """Write it down to leave at once, or to wait for a manager. A planned reminder of the customer gives way to it."""
    found = await write_down(member, order, now)
    await plan_customers(member.organisation_id, [order.customer_id], now)
    return found


async def chase_many(member: SignedIn, orders: Sequence[Order], now: datetime) -> list[tuple[Order, Chased | LeftOut]]:
    """The same for several customers, each on its own: what is left out keeps nobody else from being chased."""
    found = [(order, await write_down(member, order, now)) for order in orders]
    customers = [order.customer_id for order in orders]
    for start in range(0, len(customers), AT_ONCE):
        await plan_customers(member.organisation_id, customers[start : start + AT_ONCE], now)
    return found


async def write_down(member: SignedIn, order: Order, now: datetime) -> Chased | LeftOut:
    """Without planning the customer anew, which is to follow."""
    try:
        async with transaction():
            await one_at_a_time(member.organisation_id)
            return await _chase(member, order, now)
    except _IsLeavingError:
        return LeftOut("A reminder to them is leaving just now")


async def _chase(member: SignedIn, order: Order, now: datetime) -> Chased | LeftOut:
    desk = await desk_for(member.organisation_id, [order.customer_id], now)
    found = desk.of(order.customer_id)
    chosen = found.about(order.invoice_ids, order.despite) if found is not None else ()
    if found is None or not chosen:
        return LeftOut((found.why_not if found is not None else "") or "Nothing of it can be chased now")
    first = await lately_chased(member.organisation_id, [order.customer_id], order.opened_at)
    if order.customer_id in first:
        by = first[order.customer_id]
        return LeftOut(f"{by} has just chased {found.customer}" if by else f"A reminder has just gone to {found.customer}")
    why = approval_why(chosen, desk.day, counts_as_step=order.counts_as_step) or ("skipped" if order.was_skipped else "")
    messages = await draft_many([_draft(order, desk, chosen, why, now)], now)
    if not messages:
        return LeftOut(f"This page has already chased {found.customer}")
    await _give_way(order.customer_id, now)
    return await _written(member, order, chosen, next(iter(messages.values())), why, now)


def _draft(order: Order, desk: Desk, chosen: Sequence[Choice], why: ApprovalWhy, now: datetime) -> Draft:
    return Draft(
        unique_key=f"chase_now:{order.customer_id}:{order.opened_at.isoformat()}",
        organisation_id=desk.gathered.organisation.id,
        customer_id=order.customer_id,
        kind="chase_now",
        to=order.words.to,
        cc=order.words.cc,
        planned_on=desk.gathered.today,
        sender_id=order.sender_id,
        window=(now, now + KEEPS),
        needs_approval=bool(why),
        weight=units(sum((choice.in_base for choice in chosen), ZERO)),
    )


async def _written(
    member: SignedIn, order: Order, chosen: Sequence[Choice], message: int, why: ApprovalWhy, now: datetime
) -> Chased:
    wording = await store(member, order.customer_id, order.words, now, as_json(sorted(_overridden(order, chosen))))
    reminder = Reminder(**_row(member, order, chosen, why, now), message=message, wording_id=wording)
    await reminder.save()
    lines = [line_of(reminder.id, choice, counts_as_step=order.counts_as_step) for choice in chosen]
    await insert_lines(lines)
    if await short_of_lines(lines):
        raise _IsLeavingError
    approves = bool(why) and member.may(Role.MANAGER) and not order.was_skipped
    if approves:
        await approve([message], member.name, now)
    numbers = ", ".join(choice.number for choice in chosen)
    about = {"customer": order.customer_id, "message": message, "template_name": order.template.name}
    waits = bool(why) and not approves
    sentence = f"{member.name} chased by hand with “{{template_name}}”: {numbers}" + (", once it is approved" if waits else "")
    if order.was_skipped:
        sentence = f"{member.name} took back skipping “{{template_name}}”: {numbers}. It waits for approval"
    await tell(member.organisation_id, [about], sentence, by=member.name, now=now)
    await reconsider([order.customer_id], now)
    return Chased(message, waits)


def _overridden(order: Order, chosen: Sequence[Choice]) -> frozenset[str]:
    """Of what was ticked away, what concerns this email."""
    codes = frozenset[str]().union(*(choice.codes for choice in chosen))
    return codes | frozenset(code for code in order.despite if ":" not in code)


def _row(member: SignedIn, order: Order, chosen: Sequence[Choice], why: ApprovalWhy, now: datetime) -> dict[str, Any]:
    step = max((c.step.step_offset for c in chosen if c.step is not None), default=0) if order.counts_as_step else 0
    return {
        "organisation": member.organisation_id,
        "customer": order.customer_id,
        "kind": "chase_now",
        "planned_on": now.date(),
        "step_offset": max(step, 0),  # whatever it says, it counts for the gap
        "template_id": order.template.id,
        "template_name": order.template.name,
        "sender_kind": order.sender_kind,
        "reason": f"{member.name} chases by hand" + (", as the next step" if order.counts_as_step else ""),
        "fingerprint": fingerprint_by_hand(order.template, chosen),
        "needs_approval": bool(why),
        "approval_why": why,
        "written_by": member.name[:120],
        "created_at": now,
    }


def fingerprint_by_hand(template: TemplateText, chosen: Sequence[Choice]) -> str:
    invoices = sorted(f"{choice.invoice_id} {choice.amount:.4f} {choice.currency}" for choice in chosen)
    return digest([f"by hand {template.id}.{template.language}{template.version}", *invoices])


def line_of(reminder_id: int, choice: Choice, *, counts_as_step: bool) -> tuple[object, ...]:
    """Carried where it counts as a step that the invoice comes to; else the email is about it and records none."""
    amount = (units(choice.amount), choice.currency)
    if counts_as_step and choice.step is not None:
        step = choice.step
        return reminder_id, choice.invoice_id, True, step.step_offset, step.step_number, step.occurrence, *amount
    return reminder_id, choice.invoice_id, False, 0, 0, 1, *amount


async def _give_way(customer_id: int, now: datetime) -> None:
    """What is planned for the customer is planned anew afterwards, the gap considered; its steps are free meanwhile."""
    rows = await fetch(
        "SELECT r.message FROM reminder r JOIN message m ON m.id = r.message"
        " WHERE r.customer = {} AND r.kind = 'reminder' AND m.state IN ('planned', 'approved')",
        customer_id,
    )
    messages = [row["message"] for row in rows]
    for message in messages:
        if not await cancel(message, "The customer is chased by hand instead.", now):
            raise _IsLeavingError
    await free_steps(messages)

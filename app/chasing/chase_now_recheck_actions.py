"""The second look at an email written by hand, right before it leaves: is it still about the same?"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from app.activity.telling_actions import tell
from app.chasing.changes import NOTHING_LEFT, SUPERSEDED, what_changed
from app.chasing.chase_now import Candidate, Choice, said
from app.chasing.chase_now_actions import fingerprint_by_hand, line_of
from app.chasing.chase_now_queries import desk_for
from app.chasing.compose_actions import Papers, compose
from app.chasing.holds import Hold
from app.chasing.letter_queries import subject_of
from app.chasing.recheck_actions import Freshen
from app.chasing.record_actions import insert_lines
from app.chasing.sentences import say_amount
from app.chasing.tables import Reminder, ReminderInvoice, Wording
from app.chasing.wording_actions import has_last_words
from app.chasing.writing_queries import template_of
from app.customers.actions import reconsider
from app.database import execute_many, fetch, transaction
from app.email_templates.queries import TemplateText
from app.mail.rechecks import Empty, Found, NotNow, Rewritten, Same
from app.money import amount
from app.outbox.actions import withdraw_approval
from app.outbox.bulk_actions import ask_again
from app.outbox.states import State
from app.outbox.tables import Message

ASKS_AGAIN = "Its facts changed, and it waits for approval again."


async def recheck_by_hand(message: Message, *, freshen: Freshen, papers: Papers, now: datetime) -> Found:
    """Before the claim on data fresh from Xero: what changed is written down and a person is asked again. After the claim
    on what we know; then nothing is written, and the claim is given back."""
    reminder = await Reminder.objects().where(Reminder.message == message.id).first()
    if reminder is None or message.customer_id is None:
        return Empty("Nothing is known of what it was about.")
    claimed = message.state == State.SENDING.value
    if not claimed:
        await freshen(reminder.organisation)
    desk = await desk_for(reminder.organisation, [message.customer_id], now, ignoring=message.id)
    found, despite = desk.of(message.customer_id), await despite_of(reminder)
    kept = await _still_about(reminder, found, despite)
    if not kept or found is None:
        return _stands_in_the_way(found, despite)
    text = await template_of(await subject_of(reminder.id))
    if fingerprint_by_hand(text, kept) != reminder.fingerprint:
        return Rewritten(SUPERSEDED) if claimed else await _ask_again(reminder, kept, text, now)
    if claimed:
        return Same() if await has_last_words(reminder, message) else Rewritten(SUPERSEDED)
    return Rewritten() if await compose(message, papers, now) else Empty("It could not be written.")


async def despite_of(reminder: Reminder) -> frozenset[str]:
    row = await Wording.select(Wording.despite).where(Wording.id == reminder.wording_id).first()
    return msgspec.json.decode(row["despite"], type=frozenset[str]) if row else frozenset()


async def _still_about(reminder: Reminder, found: Candidate | None, despite: frozenset[str]) -> tuple[Choice, ...]:
    about = ReminderInvoice.reminder == reminder.id
    invoices = await ReminderInvoice.select(ReminderInvoice.invoice).where(about).output(as_list=True)
    return found.about(frozenset(invoices), despite) if found is not None else ()


def _stands_in_the_way(found: Candidate | None, despite: frozenset[str]) -> Found:
    if found is None:
        return Empty(NOTHING_LEFT)
    if found.cannot:
        return NotNow(f"{said(found.cannot[0])}.")
    new = [*found.never, *(reason for reason in found.against if str(reason.hold) not in despite)]
    if new and all(reason.hold is Hold.MINIMUM_GAP for reason in new):
        return NotNow(f"{said(new[0])}.")
    return Empty(f"{said(new[0])}." if new else NOTHING_LEFT)


async def _ask_again(reminder: Reminder, kept: Sequence[Choice], text: TemplateText, now: datetime) -> Found:
    """It is about what is left of it now, in the template's words; those that a person wrote are kept beside it."""
    async with transaction():
        if not await ask_again(reminder.message):
            return NotNow(ASKS_AGAIN)
        before, counts = await _lines(reminder), await records_steps(reminder)
        changed = what_changed(before, {c.number: say_amount(c.amount, c.currency) for c in kept}, was="written")
        await ReminderInvoice.delete().where(ReminderInvoice.reminder == reminder.id)
        await insert_lines([line_of(reminder.id, choice, counts_as_step=counts) for choice in kept])
        await withdraw_approval(reminder.message)
        await _back_to_the_template(reminder, fingerprint_by_hand(text, kept), changed)
        about = {"customer": reminder.customer, "message": reminder.message, "template_name": reminder.template_name}
        await tell(reminder.organisation, [about], f"“{{template_name}}” waits for approval: {changed}", by="Tactful", now=now)
        await reconsider([reminder.customer], now)
    return NotNow(ASKS_AGAIN)


async def _lines(reminder: Reminder) -> dict[str, str]:
    rows = await fetch(
        "SELECT i.number, ri.amount, ri.currency FROM reminder_invoice ri JOIN invoice i ON i.id = ri.invoice"
        " WHERE ri.reminder = {} ORDER BY i.due_on, i.number",
        reminder.id,
    )
    return {row["number"]: say_amount(Decimal(amount(row["amount"])), row["currency"]) for row in rows}


async def records_steps(reminder: Reminder) -> bool:
    carried = (ReminderInvoice.reminder == reminder.id) & ReminderInvoice.is_carried.eq(True)
    return bool(await ReminderInvoice.exists().where(carried))


async def _back_to_the_template(reminder: Reminder, fingerprint: str, changed: str) -> None:
    before = await Wording.objects().get(Wording.id == reminder.wording_id)
    assert before is not None
    wording, kept = before.id, reminder.kept_wording_id
    if before.body:
        same = {name: value for name, value in before.to_dict().items() if name != "id"}
        plain = Wording(**{**same, "subject": "", "body": ""})
        await plain.save()
        wording, kept = plain.id, before.id
    await execute_many(
        "UPDATE reminder SET fingerprint = {}, needs_approval = TRUE, approval_why = 'changed', was_approved = TRUE,"
        " died_because = {}, wording_id = {}, kept_wording_id = {} WHERE id = {}",
        [(fingerprint, changed, wording, kept, reminder.id)],
    )

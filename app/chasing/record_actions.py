"""Writing a plan down: reminders and their messages, the outlook of each invoice, the next reminder of each customer."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime

from app.activity.telling_actions import tell
from app.chasing.book_queries import Gathered
from app.chasing.changes import NOTHING_LEFT, Changes, Dying, PlannedEmail, WantedEmail, changes
from app.chasing.foreseen_actions import write_ahead
from app.chasing.planner import Plan
from app.chasing.reminder import DueReminder
from app.chasing.succession_queries import NOTHING, Inherited, inherited
from app.chasing.thanks import DueThankYou
from app.database import execute_many, fetch, insert_returning
from app.money import units
from app.outbox.actions import on_freed
from app.outbox.bulk_actions import Draft, Renewal, cancel_many, draft_many, renew_many
from app.schedules.calendar import chase_instant, days_after

Window = tuple[datetime, datetime]
UNDER_WAY = "Its step is under way in another email."


async def record(
    plan: Plan, gathered: Gathered, day: date, now: datetime, customers: Collection[int] | None, *, of_a_run: bool = False
) -> Changes:
    """Make the database say what the plan of `day` says, for the whole organisation or the named customers, who may be a
    portion of a run.

    Runs inside the caller's transaction. What has begun to leave is never touched.
    """
    planned = await planned_emails(gathered.organisation.id, customers)
    found = changes(plan, planned)
    window = window_of(gathered, day)
    await _cancel(found.dying, now)
    await _end_what_is_paid(gathered.organisation.id, customers, now)
    await _keep(found, gathered, day)
    await _add(found, gathered, day, window, now)
    await write_ahead(plan, gathered, day, now, customers, of_a_run=of_a_run)
    return found


def window_of(gathered: Gathered, day: date) -> Window:
    """From chase time until the evening of that day, in UTC."""
    settings = gathered.settings
    return (
        chase_instant(day, settings.chase_time, settings.timezone),
        chase_instant(day, settings.until_time, settings.timezone),
    )


async def planned_emails(organisation_id: int, customers: Collection[int] | None) -> list[PlannedEmail]:
    # without "+ 0" SQLite would walk all that the organisation ever sent for a single customer's
    chosen = "" if customers is None else f" + 0 AND r.customer IN ({', '.join(str(int(c)) for c in customers) or '0'})"
    rows = await fetch(
        "SELECT r.id, r.message, r.customer, r.kind, r.fingerprint, r.planned_on, r.needs_approval, m.approved_at,"  # noqa: S608
        " ri.invoice FROM reminder r JOIN message m ON m.id = r.message"
        " LEFT JOIN reminder_invoice ri ON ri.reminder = r.id AND ri.is_carried = TRUE"
        " WHERE r.kind <> 'chase_now' AND m.state IN ('planned', 'approved') AND r.organisation = {}" + chosen,
        organisation_id,
    )
    invoices: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row["invoice"] is not None:
            invoices[row["id"]].append(row["invoice"])
    return [
        PlannedEmail(
            row["id"], row["message"], row["customer"], row["kind"], row["fingerprint"], row["planned_on"],
            row["approved_at"] is not None, bool(row["needs_approval"]), tuple(invoices[row["id"]]),
        )
        for row in {row["id"]: row for row in rows}.values()
    ]  # fmt: skip


async def _cancel(dying: Iterable[Dying], now: datetime) -> None:
    rows = list(dying)
    await cancel_many([(email.message_id, because) for email, because in rows], now)
    await free_steps([email.message_id for email, _ in rows])


async def _end_what_is_paid(organisation_id: int, customers: Collection[int] | None, now: datetime) -> None:
    """What was written by hand and waits for a person asks for nothing any more once none of its invoices is open."""
    chosen = "" if customers is None else f" AND r.customer IN ({', '.join(str(int(c)) for c in customers) or '0'})"
    rows = await fetch(
        "SELECT m.id FROM message m JOIN reminder r ON r.message = m.id WHERE m.organisation_id = {}"  # noqa: S608  ids
        " AND m.kind = 'chase_now' AND m.state IN ('planned', 'approved')"
        " AND NOT EXISTS (SELECT 1 FROM reminder_invoice ri JOIN invoice i"
        f" ON i.id = ri.invoice WHERE ri.reminder = r.id AND i.is_open = TRUE){chosen}",
        organisation_id,
    )
    await cancel_many([(row["id"], NOTHING_LEFT) for row in rows], now)
    await free_steps([row["id"] for row in rows])


async def free_steps(message_ids: Collection[int]) -> None:
    """The steps of emails that failed or were cancelled may be planned again."""
    await execute_many(
        "UPDATE reminder_invoice SET is_live = FALSE WHERE reminder IN (SELECT r.id FROM reminder r"
        " JOIN message m ON m.id = r.message WHERE m.id = {} AND m.state IN ('failed', 'cancelled'))",
        [(message_id,) for message_id in message_ids],
    )


async def free(message_id: int) -> None:
    """Told by the outbox, in its transaction, that a message failed or was cancelled: its steps are free again."""
    await free_steps([message_id])


on_freed.append(free)


async def _keep(found: Changes, gathered: Gathered, day: date) -> None:
    """An email that lives on leaves on this day, from the mailbox of today, and says whether and why it needs a person.
    An approved one that the gap or a statement keeps from going waits for the next chase day."""
    later = gathered.calendar.next_chase_day(days_after(day, 1))
    windows = {on: window_of(gathered, on) for on in (day, later)}
    renewals = list[Renewal]()
    for planned, wanted in found.kept:
        on = later if planned.approved and not wanted.ready else day
        sender = _sender_of(wanted, gathered)
        renewals.append(Renewal(planned.message_id, sender, on, windows[on], wanted.email.needs_approval))
    await renew_many(renewals)
    await execute_many(
        "UPDATE reminder SET needs_approval = {}, approval_why = {}, reason = {} WHERE id = {}",
        [(w.email.needs_approval, _approval_why(w.email), w.email.reason, p.reminder_id) for p, w in found.kept],
    )


def _sender_of(wanted: WantedEmail, gathered: Gathered) -> int | None:
    return gathered.senders.get(wanted.email.sender if isinstance(wanted.email, DueReminder) else "normal")


def _approval_why(email: DueReminder | DueThankYou) -> str:
    if isinstance(email, DueReminder):
        return email.approval_why
    return "review" if email.needs_approval else ""


async def _add(found: Changes, gathered: Gathered, day: date, window: Window, now: datetime) -> None:
    organisation_id = gathered.organisation.id
    new = {_unique_key(wanted, day): (wanted, before) for wanted, before in found.added}
    drafts = [_draft(key, wanted, gathered, day, window) for key, (wanted, _) in new.items()]
    messages = await draft_many(drafts, now)
    heirs = await inherited([new[key] for key in messages])
    taken = {key: heirs.get(before.reminder_id, NOTHING) if before else NOTHING for key, (_, before) in new.items()}
    rows = {
        key: _reminder_row(messages[key], wanted, taken[key], organisation_id, day, now)
        for key, (wanted, _) in new.items()
        if key in messages
    }
    for key, row in rows.items():
        await _tell_of_lost_words(organisation_id, taken[key], row, now)
    reminders = await insert_returning("reminder", REMINDER_COLUMNS, list(rows.values()), "message")
    lines = [line for key, message in messages.items() for line in _lines(reminders[message], new[key][0].email)]
    await insert_lines(lines)
    short = await short_of_lines(lines)
    unmade = [message for message, reminder in reminders.items() if reminder in short]
    await cancel_many([(message, UNDER_WAY) for message in unmade], now)
    await free_steps(unmade)


async def short_of_lines(lines: list[tuple[object, ...]]) -> set[int]:
    """Reminders of which not every step could be recorded, because another email that is leaving just now has it."""
    wanted = Counter(int(str(line[0])) for line in lines if line[2])
    if not wanted:
        return set()
    rows = await fetch(
        "SELECT reminder, COUNT(*) AS recorded FROM reminder_invoice WHERE is_carried = TRUE"
        " AND reminder BETWEEN {} AND {} GROUP BY reminder",
        min(wanted),
        max(wanted),
    )
    recorded = {row["reminder"]: row["recorded"] for row in rows}
    return {reminder for reminder, count in wanted.items() if recorded.get(reminder, 0) < count}


def _unique_key(wanted: WantedEmail, day: date) -> str:
    """One email of a kind a customer and day; one that waits for a person stands beside one that goes."""
    waiting = "" if wanted.ready else ":waiting"
    return f"{wanted.kind}:{wanted.email.customer_id}:{day:%Y-%m-%d}{waiting}"


def _draft(key: str, wanted: WantedEmail, gathered: Gathered, day: date, window: Window) -> Draft:
    email = wanted.email
    return Draft(
        unique_key=key,
        organisation_id=gathered.organisation.id,
        customer_id=email.customer_id,
        kind=wanted.kind,
        to=[address for address, kind in email.recipients if kind == "to"],
        cc=[address for address, kind in email.recipients if kind == "cc"],
        planned_on=day,
        sender_id=_sender_of(wanted, gathered),
        window=window,
        needs_approval=email.needs_approval,
        weight=units(email.amount) if isinstance(email, DueReminder) else 0,
    )


REMINDER_COLUMNS = (
    "organisation", "customer", "message", "kind", "planned_on", "schedule_id", "step_offset", "step_number",
    "template_id", "template_name", "sender_kind", "reason", "fingerprint", "needs_approval", "approval_why",
    "was_approved", "died_because", "kept_wording_id", "created_at",
)  # fmt: skip


async def _tell_of_lost_words(organisation_id: int, before: Inherited, row: tuple[object, ...], now: datetime) -> None:
    if before.loses_words:
        named = dict(zip(REMINDER_COLUMNS, row, strict=True))
        sentence = f"What was written for “{{template_name}}” is not sent, but kept. {before.changed}"
        await tell(organisation_id, [named], sentence, by="Tactful", now=now)


def _reminder_row(
    message: int, wanted: WantedEmail, before: Inherited, organisation_id: int, day: date, now: datetime
) -> tuple[object, ...]:
    email = wanted.email
    first = before.planned_on if before.planned_on is not None and not wanted.ready else day
    history = (before.was_approved, before.changed, before.kept_wording_id, now)
    common = (organisation_id, email.customer_id, message, wanted.kind, first)
    rest = (email.reason, email.fingerprint, email.needs_approval)
    if isinstance(email, DueReminder):
        step = (email.schedule_id, email.step.offset, email.step_number, email.template_id, email.template, email.sender)
        return (*common, *step, *rest, email.approval_why, *history)
    return (*common, None, 0, 0, None, "Thank you", "normal", *rest, _approval_why(email), *history)


def _lines(reminder: int, email: DueReminder | DueThankYou) -> Iterable[tuple[object, ...]]:
    if isinstance(email, DueThankYou):
        for paid in email.invoices:
            yield reminder, paid.id, False, 0, 0, 1, units(paid.amount), paid.currency
        return
    for invoice in email.carried:
        step = (invoice.step_offset, invoice.step_number, invoice.occurrence)
        yield reminder, invoice.invoice_id, True, *step, units(invoice.amount), invoice.currency
    for listed in email.also_overdue:
        yield reminder, listed.invoice_id, False, 0, 0, 0, units(listed.amount), listed.currency


async def insert_lines(lines: list[tuple[object, ...]]) -> None:
    await execute_many(
        "INSERT INTO reminder_invoice (reminder, invoice, is_carried, step_offset, step_number, occurrence, amount, currency)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING",
        lines,
    )

"""Writing a plan down: reminders and their messages, the outlook of each invoice, the next reminder of each customer."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime

import msgspec

from app.chasing.book_queries import Gathered
from app.chasing.changes import Changes, Dying, PlannedEmail, WantedEmail, changes, what_changed
from app.chasing.outlook import InvoiceOutlook, next_reminder, outlook
from app.chasing.planner import Plan
from app.chasing.reminder import DueReminder
from app.chasing.sentences import say_amount
from app.chasing.thanks import DueThankYou
from app.database import execute_many, fetch, insert_returning
from app.money import amount, units
from app.outbox.bulk_actions import Draft, cancel_many, draft_many, set_windows
from app.schedules.calendar import chase_instant

Window = tuple[datetime, datetime]


async def record(plan: Plan, gathered: Gathered, day: date, now: datetime, customers: Collection[int] | None) -> Changes:
    """Make the database say what the plan of `day` says, for the whole organisation or the named customers.

    Runs inside the caller's transaction. What has begun to leave is never touched.
    """
    planned = await planned_emails(gathered.organisation.id, customers)
    found = changes(plan, planned)
    window = window_of(gathered, day)
    await _cancel(found.dying, now)
    await _keep(found, window)
    await _add(found, gathered, day, window, now)
    await _write_outlooks(tuple(outlook(plan, day, gathered.today)), gathered.organisation.id, customers)
    return found


def window_of(gathered: Gathered, day: date) -> Window:
    """From chase time until the evening of that day, in UTC."""
    settings = gathered.settings
    return (
        chase_instant(day, settings.chase_time, settings.timezone),
        chase_instant(day, settings.until_time, settings.timezone),
    )


async def planned_emails(organisation_id: int, customers: Collection[int] | None) -> list[PlannedEmail]:
    chosen = "" if customers is None else f" AND r.customer IN ({', '.join(str(int(c)) for c in customers) or '0'})"
    rows = await fetch(
        "SELECT r.id, r.message, r.customer, r.kind, r.fingerprint, r.planned_on, r.needs_approval, m.approved_at,"  # noqa: S608
        " ri.invoice FROM reminder r JOIN message m ON m.id = r.message"
        " LEFT JOIN reminder_invoice ri ON ri.reminder = r.id AND ri.is_carried = TRUE"
        " WHERE r.organisation = {} AND m.state IN ('planned', 'approved')" + chosen,
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


async def free_steps(message_ids: Collection[int]) -> None:
    """The steps of emails that failed or were cancelled may be planned again."""
    await execute_many(
        "UPDATE reminder_invoice SET is_live = FALSE WHERE reminder IN (SELECT r.id FROM reminder r"
        " JOIN message m ON m.id = r.message WHERE m.id = {} AND m.state IN ('failed', 'cancelled'))",
        [(message_id,) for message_id in message_ids],
    )


async def _keep(found: Changes, window: Window) -> None:
    """An email that lives on gets the day's window; one that no longer needs a person says so."""
    await set_windows([(planned.message_id, *window, wanted.email.needs_approval) for planned, wanted in found.kept])
    await execute_many(
        "UPDATE reminder SET needs_approval = FALSE WHERE id = {}",
        [(p.reminder_id,) for p, wanted in found.kept if p.needs_approval and not wanted.email.needs_approval],
    )


async def _add(found: Changes, gathered: Gathered, day: date, window: Window, now: datetime) -> None:
    organisation_id = gathered.organisation.id
    new = {_unique_key(wanted, day): (wanted, before) for wanted, before in found.added}
    drafts = [_draft(key, wanted, gathered, day, window) for key, (wanted, _) in new.items()]
    messages = await draft_many(drafts, now)
    rows = [
        await _reminder_row(messages[key], wanted, before, organisation_id, day, now)
        for key, (wanted, before) in new.items()
        if key in messages
    ]
    reminders = await insert_returning("reminder", REMINDER_COLUMNS, rows, "message")
    carried = [line for key, message in messages.items() for line in _lines(reminders[message], new[key][0].email)]
    await insert_lines(carried)


def _unique_key(wanted: WantedEmail, day: date) -> str:
    """One email of a kind a customer and day; one that waits for a person stands beside one that goes."""
    waiting = "" if wanted.ready else ":waiting"
    return f"{wanted.kind}:{wanted.email.customer_id}:{day:%Y-%m-%d}{waiting}"


def _draft(key: str, wanted: WantedEmail, gathered: Gathered, day: date, window: Window) -> Draft:
    email, senders = wanted.email, gathered.senders
    return Draft(
        unique_key=key,
        organisation_id=gathered.organisation.id,
        customer_id=email.customer_id,
        kind=wanted.kind,
        to=[address for address, kind in email.recipients if kind == "to"],
        cc=[address for address, kind in email.recipients if kind == "cc"],
        planned_on=day,
        sender_id=senders.get(email.sender if isinstance(email, DueReminder) else "normal"),
        window=window,
        needs_approval=email.needs_approval,
        weight=units(email.amount) if isinstance(email, DueReminder) else 0,
    )


REMINDER_COLUMNS = (
    "organisation", "customer", "message", "kind", "planned_on", "schedule_id", "step_offset", "step_number",
    "template_id", "template_name", "sender_kind", "reason", "fingerprint", "needs_approval", "approval_why",
    "was_approved", "died_because", "created_at",
)  # fmt: skip


async def _reminder_row(
    message: int, wanted: WantedEmail, before: PlannedEmail | None, organisation_id: int, day: date, now: datetime
) -> tuple[object, ...]:
    email = wanted.email
    first = before.planned_on if before is not None and not wanted.ready else day
    died = await _why_it_died(before, email) if before is not None and before.approved else ""
    common = (organisation_id, email.customer_id, message, wanted.kind, first)
    rest = (email.reason, email.fingerprint, email.needs_approval)
    if isinstance(email, DueReminder):
        step = (email.schedule_id, email.step.offset, email.step_number, email.template_id, email.template, email.sender)
        return (*common, *step, *rest, email.approval_why, bool(died), died, now)
    return (*common, None, 0, 0, None, "Thank you", "normal", *rest, "review" if email.needs_approval else "", False, "", now)


async def _why_it_died(before: PlannedEmail, email: DueReminder | DueThankYou) -> str:
    rows = await fetch(
        "SELECT i.number, ri.step_number, ri.amount, ri.currency FROM reminder_invoice ri"
        " JOIN invoice i ON i.id = ri.invoice WHERE ri.reminder = {} AND ri.is_carried = TRUE",
        before.reminder_id,
    )
    was = {row["number"]: f"step {row['step_number']}, {say_amount(amount(row['amount']), row['currency'])}" for row in rows}
    carried = email.carried if isinstance(email, DueReminder) else ()
    return what_changed(was, {i.number: f"step {i.step_number}, {say_amount(i.amount, i.currency)}" for i in carried})


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


async def _write_outlooks(
    outlooks: tuple[InvoiceOutlook, ...], organisation_id: int, customers: Collection[int] | None
) -> None:
    chosen = None if customers is None else [(organisation_id, int(customer)) for customer in customers]
    if chosen is None:
        await execute_many("DELETE FROM outlook WHERE organisation_id = {}", [(organisation_id,)])
    else:
        await execute_many("DELETE FROM outlook WHERE organisation_id = {} AND customer_id = {}", chosen)
    await execute_many(
        "INSERT INTO outlook (invoice, organisation_id, customer_id, hold, until_on, sentence, behind, next_step, next_on)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING",
        [
            (o.invoice_id, organisation_id, o.customer_id, o.hold.value if o.hold else "", o.until, o.sentence,
             msgspec.json.encode(o.behind).decode() if o.behind else "[]", o.next_step, o.next_on)
            for o in outlooks
        ],
    )  # fmt: skip
    await _write_next_reminders(outlooks, organisation_id, chosen)


async def _write_next_reminders(
    outlooks: tuple[InvoiceOutlook, ...], organisation_id: int, chosen: list[tuple[int, int]] | None
) -> None:
    clear = "UPDATE customer_summary SET next_reminder_on = NULL, next_step = '' WHERE organisation_id = {}"
    await execute_many(*((clear, [(organisation_id,)]) if chosen is None else (f"{clear} AND customer = {{}}", chosen)))
    by_customer: dict[int, list[InvoiceOutlook]] = defaultdict(list)
    for one in outlooks:
        by_customer[one.customer_id].append(one)
    found = ((customer, next_reminder(its)) for customer, its in by_customer.items())
    await execute_many(
        "UPDATE customer_summary SET next_reminder_on = {}, next_step = {} WHERE customer = {}",
        [(*following, customer) for customer, following in found if following is not None],
    )

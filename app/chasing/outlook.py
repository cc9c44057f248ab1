"""What lies ahead of each open invoice, in one sentence: its reminder, or why it is held and what comes next."""

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from app.chasing.holds import Held, Hold
from app.chasing.planner import Plan
from app.chasing.reminder import DueReminder
from app.chasing.sentences import say_day


class InvoiceOutlook(Struct, frozen=True, kw_only=True, gc=False):
    """hold is None for an invoice whose reminder is due; next_on is None where no day can be known."""

    invoice_id: int
    customer_id: int
    hold: Hold | None
    until: date | None
    sentence: str
    behind: tuple[str, ...]
    next_step: str
    next_step_number: int
    next_on: date | None


def outlook(plan: Plan, day: date, today: date | None = None) -> Iterator[InvoiceOutlook]:
    """One for every open invoice of the plan of `day`, told on `today`: on the day itself unless said."""
    for reminder in plan.due:
        yield from _of_reminder(reminder, day, today or day)
    for held in plan.held:
        yield _of_held(held, today or day)


def next_reminder(outlooks: Iterable[InvoiceOutlook]) -> tuple[date, str] | None:
    """The day and step of the first reminder that these invoices of one customer expect: the most advanced step leads."""
    dated = [(o.next_on, -o.next_step_number, o.next_step) for o in outlooks if o.next_on is not None]
    first = min(dated, default=None)
    return (first[0], first[2]) if first is not None else None


def _of_reminder(reminder: DueReminder, day: date, today: date) -> Iterator[InvoiceOutlook]:
    when = "Today" if day == today else say_day(day, today)
    for invoice in reminder.carried:
        yield InvoiceOutlook(
            invoice_id=invoice.invoice_id,
            customer_id=reminder.customer_id,
            hold=None,
            until=None,
            sentence=f"{when}: {reminder.reason[:1].lower()}{reminder.reason[1:]}",
            behind=(),
            next_step=reminder.step.name,
            next_step_number=reminder.step_number,
            next_on=day,
        )


def _of_held(held: Held, today: date) -> InvoiceOutlook:
    sentence = held.sentence
    if held.next_on is not None and held.hold is not Hold.NOT_REACHED:
        sentence += f"; next: {say_next(held, held.next_on, today)}"
    return InvoiceOutlook(
        invoice_id=held.invoice_id,
        customer_id=held.customer_id,
        hold=held.hold,
        until=held.until,
        sentence=sentence,
        behind=tuple(reason.sentence for reason in held.behind),
        next_step=held.next_step,
        next_step_number=held.next_step_number,
        next_on=held.next_on,
    )


def say_next(held: Held, on: date, today: date) -> str:
    """step 3 (When can we expect it?) on Tue 1 Dec because …"""
    return f"step {held.next_step_number} ({held.next_step}) on {say_day(on, today)} because {held.next_because}"

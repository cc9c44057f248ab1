"""What lies ahead of each open invoice, in one sentence: its reminder, or why it is held and what comes next.

What comes next is what the projection of the coming weeks foresees, where there is one: it knows of the gap between a
customer's emails and of what its other invoices bring about. Without one, the planner's own first day stands.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from app.chasing.book import BookCustomer
from app.chasing.holds import Held, Hold
from app.chasing.planner import Plan
from app.chasing.reminder import DueReminder
from app.chasing.sentences import say_day, say_days
from app.chasing.upcoming import Coming
from app.schedules.calendar import days_after


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


class Foreseen(Struct, frozen=True):
    """The first coming email that carries an invoice, and the step that it is for this invoice. `after`: the day of the
    reminder to the same customer from which its gap is counted."""

    on: date
    step_number: int
    step: str
    after: date | None = None


class Foresight(Struct, frozen=True):
    """By invoice, what comes first on a day up to `last`; `gap` is the least number of days between two reminders."""

    last: date
    first: Mapping[int, Foreseen]
    gap: int = 0


def foresight(found: Iterable[tuple[BookCustomer, tuple[Coming, ...]]], last: date, gap: int = 0) -> Foresight:
    """Expects each customer's emails by day."""
    first: dict[int, Foreseen] = {}
    for customer, coming in found:
        after = customer.last_reminded_on
        for on, reminder in ((each.on, each.reminder) for each in coming if each.reminder is not None):
            for carried in reminder.carried:
                step = (carried.step_number, carried.step_name)
                first.setdefault(carried.invoice_id, Foreseen(on, *step, after if reminder.counts_for_the_gap else None))
            after = on if reminder.counts_for_the_gap else after
    return Foresight(last, first, gap)


def outlook(plan: Plan, day: date, today: date | None = None, foreseen: Foresight | None = None) -> Iterator[InvoiceOutlook]:
    """One for every open invoice of the plan of `day`, told on `today`: on the day itself unless said."""
    for reminder in plan.due:
        yield from _of_reminder(reminder, day, today or day)
    for held in plan.held:
        stale = Hold.STALE in (held.hold, *(reason.hold for reason in held.behind))
        if foreseen is None or stale:  # it assumes fresh data: nothing goes before there are
            yield _of_held(held, today or day)
        else:
            yield _foreseen(held, foreseen, today or day)


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


def _foreseen(held: Held, foreseen: Foresight, today: date) -> InvoiceOutlook:
    """As the projection has it; it may go later than its own step would, and as a more advanced one."""
    first = foreseen.first.get(held.invoice_id)
    if first is None:
        return _of_held(held, today) if held.next_on is None or held.next_on > foreseen.last else _beyond(held, foreseen, today)
    as_planned = (first.on, first.step_number) == (held.next_on, held.next_step_number)
    if as_planned:
        return _of_held(held, today)
    step, on = f"step {first.step_number} ({first.step})", say_day(first.on, today)
    why = _gap_between(held, first, foreseen.gap, today)
    if held.hold is not Hold.NOT_REACHED:
        said = f"next: {step} on {on}{why}"
    elif first.step_number == held.next_step_number:
        said = f"it goes on {on}" + (why or ", with the customer's next email")
    else:
        said = f"it goes on {on} as {step}{why}"
    return _outlook(held, f"{held.sentence}; {said}", first.step, first.step_number, first.on)


def _gap_between(held: Held, first: Foreseen, gap: int, today: date) -> str:
    """Says that its own day comes too soon after the customer's reminder before, where it does."""
    after, own = first.after, held.next_on
    if after is None or own is None or not after <= own < days_after(after, gap):
        return ""
    one = f"one {'went' if after < today else 'goes'} on {say_day(after, today)}"
    return f", because reminders are at least {say_days(gap)} apart and {one}"


def _beyond(held: Held, foreseen: Foresight, today: date) -> InvoiceOutlook:
    """Its step is reached within the weeks looked at, and yet nothing carries it by their end."""
    step = "it" if held.hold is Hold.NOT_REACHED else f"next: step {held.next_step_number} ({held.next_step}), which"
    said = f"{step} goes no sooner than {say_day(days_after(foreseen.last, 1), today)}"
    return _outlook(held, f"{held.sentence}; {said}", held.next_step, held.next_step_number, None)


def _of_held(held: Held, today: date) -> InvoiceOutlook:
    sentence = held.sentence
    if held.next_on is not None and held.hold is not Hold.NOT_REACHED:
        sentence += f"; next: {say_next(held, held.next_on, today)}"
    return _outlook(held, sentence, held.next_step, held.next_step_number, held.next_on)


def _outlook(held: Held, sentence: str, step: str, number: int, on: date | None) -> InvoiceOutlook:
    return InvoiceOutlook(
        invoice_id=held.invoice_id,
        customer_id=held.customer_id,
        hold=held.hold,
        until=held.until,
        sentence=sentence,
        behind=tuple(reason.sentence for reason in held.behind),
        next_step=step,
        next_step_number=number,
        next_on=on,
    )


def say_next(held: Held, on: date, today: date) -> str:
    """step 3 (When can we expect it?) on Tue 1 Dec because …"""
    return f"step {held.next_step_number} ({held.next_step}) on {say_day(on, today)} because {held.next_because}"

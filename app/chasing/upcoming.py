"""The coming weeks: the plan folded forward, assuming fresh data and that what is due goes.

What needs a person counts as approved on its day. Each customer leaps from one day on which something may change for it
to the next, so that the cost follows the reminders, not the days.
"""

from collections.abc import Iterator
from datetime import date

import msgspec
from msgspec import Struct

from app.chasing.book import Book, BookCustomer, BookInvoice, ChasingSettings
from app.chasing.holds import Hold
from app.chasing.ladder import mark_after
from app.chasing.planner import CustomerPlan, Weighed, next_of, run_day, weigh
from app.chasing.reminder import CarriedInvoice, DueReminder
from app.chasing.standing import RunDay
from app.chasing.thanks import DueThankYou
from app.schedules.calendar import ChaseCalendar, days_after

FOUR_WEEKS = 28

_HOLDS_THAT_OTHERS_LIFT = frozenset({Hold.BELOW_MINIMUM, Hold.TEMPLATE_FAILED})


class Coming(Struct, frozen=True, kw_only=True):
    """What one customer gets on one day: a reminder or a thank-you."""

    on: date
    customer_id: int
    customer: str
    reminder: DueReminder | None = None
    thank_you: DueThankYou | None = None


class Days:
    """The days of a projection, each prepared once for all customers."""

    def __init__(self, book: Book, calendar: ChaseCalendar, settings: ChasingSettings) -> None:
        self._book = msgspec.structs.replace(book, last_good_sync_at=book.now, last_receipt_on=None)
        self._calendar, self._settings = calendar, settings
        self._days: dict[date, RunDay] = {}

    def __getitem__(self, today: date) -> RunDay:
        day = self._days.get(today)
        if day is None:
            day = self._days[today] = run_day(
                self._book,
                today=today,
                calendar=self._calendar,
                settings=self._settings,
                assume_approved=True,
            )
        return day


def project(
    book: Book, *, today: date, calendar: ChaseCalendar, settings: ChasingSettings, days: int = FOUR_WEEKS
) -> tuple[Coming, ...]:
    """What goes on each of so many days from today on, by day, then customer."""
    found = project_each(book, today=today, calendar=calendar, settings=settings, days=days)
    return tuple(sorted((c for _, coming in found for c in coming), key=lambda c: (c.on, c.customer, c.customer_id)))


def project_each(
    book: Book, *, today: date, calendar: ChaseCalendar, settings: ChasingSettings, days: int = FOUR_WEEKS
) -> Iterator[tuple[BookCustomer, tuple[Coming, ...]]]:
    """The same customer by customer, each with what it gets, by day: a book of any size takes the room of one customer."""
    run_days, last = Days(book, calendar, settings), days_after(today, days - 1)
    for customer in book.customers:
        yield customer, tuple(_project_customer(customer, run_days, today, last))


def _project_customer(customer: BookCustomer, days: Days, today: date, last: date) -> Iterator[Coming]:
    while today <= last:
        found = weigh(customer, days[today])
        if found.due is not None or found.thank_you is not None:
            yield Coming(
                on=today,
                customer_id=customer.id,
                customer=customer.name,
                reminder=found.due,
                thank_you=found.thank_you,
            )
        next_day = _next_change(customer, found, days[today])
        if next_day is None:
            return
        customer, today = carried_out(customer, found, today), next_day


def _next_change(customer: BookCustomer, found: Weighed, day: RunDay) -> date | None:
    """The next day on which this customer may get something; None when only a new fact can bring that about.

    An invoice can go no sooner than its holds foretell. Only where sums or the choice of the leading step hold some back,
    other invoices may set them free: by losing a hold, by falling overdue, by reaching a step.
    """
    if customer.paid:
        return days_after(day.today, 1)
    if found.due is not None:
        return days_after(day.today, max(day.settings.minimum_gap_days, 1) if found.due.counts_for_the_gap else 1)
    if any(reason.hold in _HOLDS_THAT_OTHERS_LIFT for standing in found.standings for reason in standing.reasons):
        return min((changes for changes in _days_of_change(customer, found, day) if changes > day.today), default=None)
    foretold = (next_of(standing, day)[1] for standing in found.standings)
    return min((on for on in foretold if on is not None), default=None)


def _days_of_change(customer: BookCustomer, found: Weighed, day: RunDay) -> Iterator[date]:
    for standing in found.standings:
        yield from (reason.until for reason in standing.reasons if reason.until is not None)
        due, ladder = standing.invoice.due_on, standing.ladder
        if due is None or ladder is None:
            continue
        yield days_after(due, 1)
        if standing.rung is not None:
            yield standing.rung.ready_on
        for step in (*ladder.before, *ladder.steps):
            goes_on = days_after(due, step.offset)
            yield from (day.calendar.last_chase_day(goes_on), day.calendar.next_chase_day(goes_on))


def carried_out(customer: BookCustomer, plan: CustomerPlan | Weighed, on: date) -> BookCustomer:
    """The customer once the plan's reminder or thank-you has gone on that day."""
    if plan.due is not None:
        customer = reminded(customer, plan.due, on)
    if plan.thank_you is not None:
        thanked = {invoice.id for invoice in plan.thank_you.invoices}
        paid = tuple(invoice for invoice in customer.paid if invoice.id not in thanked)
        customer = msgspec.structs.replace(customer, paid=paid, last_email_on=on)
    return customer


def reminded(customer: BookCustomer, reminder: DueReminder, on: date) -> BookCustomer:
    carried = {invoice.invoice_id: invoice for invoice in reminder.carried}
    invoices = tuple(
        _marked(invoice, carried[invoice.id], on) if invoice.id in carried else invoice for invoice in customer.invoices
    )
    counted = on if reminder.counts_for_the_gap else customer.last_reminded_on
    return msgspec.structs.replace(customer, invoices=invoices, awaiting=(), last_reminded_on=counted, last_email_on=on)


def _marked(invoice: BookInvoice, carried: CarriedInvoice, on: date) -> BookInvoice:
    mark = mark_after(invoice, carried.step_offset, on)
    gone = (*invoice.offsets_gone, carried.step_offset)
    if carried.step_offset < 0:
        return msgspec.structs.replace(invoice, before_mark=mark, offsets_gone=gone)
    return msgspec.structs.replace(invoice, mark=mark, offsets_gone=gone)

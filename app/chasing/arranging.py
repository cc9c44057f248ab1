"""What a person may arrange about one email that is foreseen: how it stands among the others, and what is legal."""

from datetime import date

import msgspec
from msgspec import Struct

from app.chasing.book import Book, BookCustomer, ChasingSettings, Sooner
from app.chasing.reminder import DueReminder
from app.chasing.upcoming import Coming, project
from app.schedules.calendar import ChaseCalendar, days_after

A_WEEK = 7


class Prospect(Struct, frozen=True, kw_only=True):
    """A foreseen email of a customer.

    before    what the same customer gets before it
    skip_to   the first free day if it is left out: that of the customer's following reminder, or a week later
    sooner    the day on which it would go if it need not wait for its own; None when that changes nothing
    """

    email: Coming
    before: tuple[Coming, ...]
    skip_to: date
    sooner: date | None

    @property
    def reminder(self) -> DueReminder | None:
        return self.email.reminder


def prospect(book: Book, on: date, *, today: date, calendar: ChaseCalendar, settings: ChasingSettings) -> Prospect | None:
    """The email of that day in a book of one customer; None when nothing is foreseen then. `today` is the planning day."""
    coming = project(book, today=today, calendar=calendar, settings=settings)
    email = next((each for each in coming if each.on == on), None)
    if email is None:
        return None
    following = next((each.on for each in coming if each.on > on and each.reminder is not None), None)
    return Prospect(
        email=email,
        before=tuple(each for each in coming if each.on < on),
        skip_to=following or calendar.next_chase_day(days_after(on, A_WEEK)),
        sooner=_sooner(book, email, today, calendar, settings),
    )


def _sooner(book: Book, email: Coming, today: date, calendar: ChaseCalendar, settings: ChasingSettings) -> date | None:
    if email.reminder is None or email.on <= today:
        return None
    hastened = tuple(_hastened(customer, email.reminder, today) for customer in book.customers)
    coming = project(msgspec.structs.replace(book, customers=hastened), today=today, calendar=calendar, settings=settings)
    wanted = {(invoice.invoice_id, invoice.step_offset) for invoice in email.reminder.carried}
    on = next((each.on for each in coming if wanted <= _carried(each)), None)
    return on if on is not None and on < email.on else None


def _hastened(customer: BookCustomer, reminder: DueReminder, today: date) -> BookCustomer:
    offsets = {invoice.invoice_id: invoice.step_offset for invoice in reminder.carried}
    invoices = tuple(
        msgspec.structs.replace(invoice, sooner=Sooner(offsets[invoice.id], today, "")) if invoice.id in offsets else invoice
        for invoice in customer.invoices
    )
    return msgspec.structs.replace(customer, invoices=invoices)


def _carried(coming: Coming) -> set[tuple[int, int]]:
    return {(invoice.invoice_id, invoice.step_offset) for invoice in coming.reminder.carried} if coming.reminder else set()

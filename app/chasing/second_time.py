"""Letters that a change of schedules would have customers get again about the same invoice, though no step repeats."""

from collections.abc import Mapping

from app.chasing.book import Book, BookCustomer, BookInvoice
from app.chasing.reminder import DueReminder
from app.schedules.book import BookSchedule

TemplateIds = frozenset[int]


def had_already(book: Book) -> Mapping[int, TemplateIds]:
    """By invoice, the letters it has had, by the schedule it follows; those without any are left out."""
    return {
        invoice.id: _of(invoice, schedule)
        for customer in book.customers
        for invoice in customer.invoices
        if invoice.offsets_gone and (schedule := schedule_of(invoice, customer, book)) is not None
    }


def is_second(reminder: DueReminder, had: Mapping[int, TemplateIds], book: Book) -> bool:
    """Whether an invoice that it carries has had its letter; the last step of a schedule that repeats it is meant to come."""
    schedule = book.schedules[reminder.schedule_id]
    if schedule.repeat_every_days and reminder.step.offset == max(step.offset for step in schedule.steps):
        return False
    return any(reminder.step.template_id in had.get(invoice.invoice_id, ()) for invoice in reminder.carried)


def schedule_of(invoice: BookInvoice, customer: BookCustomer, book: Book) -> BookSchedule | None:
    for schedule_id in (invoice.schedule_id, customer.schedule_id, book.default_schedule_id):
        if schedule_id is not None and schedule_id in book.schedules:
            return book.schedules[schedule_id]
    return None


def _of(invoice: BookInvoice, schedule: BookSchedule) -> TemplateIds:
    gone = set(invoice.offsets_gone)
    return frozenset(step.template_id for step in schedule.steps if gone & {step.offset, *(offset for offset, _ in step.stood)})

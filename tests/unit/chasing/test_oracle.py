"""The planner against the same rules written once more, slowly and independently of it."""

from datetime import date, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from app.chasing.book import Book, BookCustomer
from app.chasing.planner import plan
from tests.unit.chasing.books import CALENDAR, SETTINGS, TODAY, books
from tests.unit.chasing.oracle import Email, Oracle, Verdict

DAYS = st.integers(-3, 40).map(lambda n: TODAY + timedelta(days=n))


def without_wishes(book: Book) -> Book:
    """Nothing that a person approved, was asked about or wanted to go sooner."""
    return msgspec.structs.replace(book, customers=tuple(map(_without, book.customers)))


def _without(customer: BookCustomer) -> BookCustomer:
    invoices = tuple(msgspec.structs.replace(invoice, sooner=None) for invoice in customer.invoices)
    return msgspec.structs.replace(customer, invoices=invoices, awaiting=())


def planned(book: Book, today: date) -> Verdict:
    outcome = plan(book, today=today, calendar=CALENDAR, settings=SETTINGS)
    emails = {
        due.customer_id: Email(
            due.step.id,
            due.sender,
            tuple(invoice.invoice_id for invoice in due.carried),
            frozenset(invoice.invoice_id for invoice in due.also_overdue),
        )
        for due in outcome.due
    }
    return Verdict(emails, {held.invoice_id: (held.hold, held.until) for held in outcome.held})


@given(books(), DAYS)
@settings(max_examples=60)
def test_the_planner_decides_as_the_rules_say_word_for_word(book: Book, today: date) -> None:
    book = without_wishes(book)
    verdict, outcome = Oracle(book, today, CALENDAR, SETTINGS).verdict(), planned(book, today)
    assert outcome.emails == verdict.emails
    assert outcome.held == verdict.held

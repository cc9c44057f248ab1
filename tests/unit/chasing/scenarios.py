"""The facts of a test, and what the planner makes of them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec

from app.chasing.book import AwaitingApproval, Book, BookCustomer, ChasingSettings
from app.chasing.planner import CustomerPlan, Plan, plan, plan_customer, run_day
from app.chasing.upcoming import Coming, carried_out, project
from app.schedules.calendar import ChaseCalendar
from app.schedules.shipped import BEST_PRACTICE
from tests.unit.chasing.notation import Facts


class Scenario(Facts):
    """A test's docstring, planned on its day, on another, or lived through day by day."""

    @property
    def calendar(self) -> ChaseCalendar:
        return ChaseCalendar(**self.calendar_facts)

    @property
    def chasing_settings(self) -> ChasingSettings:
        return ChasingSettings(**self.settings)

    @property
    def book(self) -> Book:
        customers = {name: BookCustomer(**facts) for name, facts in self.customers.items()}
        book = self._book_of(tuple(customers.values()))
        for name, planned_on, approved in self.awaiting:
            customers[name] = self._waiting(book, customers[name], planned_on, approved)
        return self._book_of(tuple(customers.values()))

    def plan(self, on: date | None = None) -> Plan:
        book = self.book
        if on is not None:
            book = msgspec.structs.replace(book, now=noon(on), last_good_sync_at=noon(on))
        return plan(book, today=on or self.today, calendar=self.calendar, settings=self.chasing_settings)

    def coming(self, days: int = 28) -> tuple[Coming, ...]:
        return project(self.book, today=self.today, calendar=self.calendar, settings=self.chasing_settings, days=days)

    def lived(self, days: int) -> Iterator[Coming]:
        """Every day planned anew, everything proposed approved at once and everything due sent: the slow way."""
        customers = list(self.book.customers)
        for on in (self.today + timedelta(days=n) for n in range(days)):
            book = msgspec.structs.replace(self._book_of(tuple(customers)), now=noon(on), last_good_sync_at=noon(on))
            for i, (customer, outcome) in enumerate(self._outcomes(book, on)):
                if outcome.due or outcome.thank_you:
                    yield Coming(
                        on=on,
                        customer_id=customer.id,
                        customer=customer.name,
                        reminder=outcome.due,
                        thank_you=outcome.thank_you,
                    )
                customers[i] = carried_out(customer, outcome, on)

    def _outcomes(self, book: Book, on: date) -> Iterator[tuple[BookCustomer, CustomerPlan]]:
        day = run_day(book, today=on, calendar=self.calendar, settings=self.chasing_settings, assume_approved=True)
        for customer in book.customers:
            yield customer, plan_customer(customer, day)

    def _book_of(self, customers: tuple[BookCustomer, ...]) -> Book:
        facts = {"now": noon(self.today), "last_good_sync_at": noon(self.today), **self.organisation}
        schedules = {schedule.id: schedule for schedule in self.schedules.values()} or {1: BEST_PRACTICE}
        return Book(
            base_currency="GBP",
            customers=customers,
            schedules=schedules,
            default_schedule_id=min(schedules),
            **facts,
        )

    def _waiting(self, book: Book, customer: BookCustomer, planned_on: date, approved: bool) -> BookCustomer:
        outcome = plan(book, today=self.today, calendar=self.calendar, settings=self.chasing_settings)
        waiting = tuple(
            AwaitingApproval(
                fingerprint=reminder.fingerprint,
                planned_on=planned_on,
                approved=approved,
                invoice_ids=frozenset(invoice.invoice_id for invoice in reminder.carried),
            )
            for reminder in outcome.proposed
            if reminder.customer_id == customer.id
        )
        thanks = tuple(
            AwaitingApproval(fingerprint=thank_you.fingerprint, planned_on=planned_on, approved=approved)
            for thank_you in outcome.thank_yous
            if thank_you.customer_id == customer.id
        )
        return msgspec.structs.replace(customer, awaiting=waiting + thanks)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

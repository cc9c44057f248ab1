"""Small books at random, with every kind of fact in them, for the planner's laws.

A book is made from a number: drawn fact by fact, books would be slow to make and nearly all alike.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from app.chasing.book import (
    AwaitingApproval,
    Book,
    BookCredit,
    BookCustomer,
    BookInvoice,
    BookSchedule,
    BookStep,
    ChasingSettings,
    ExpectedDate,
    Mark,
    PaidInvoice,
    PutOff,
    Recipient,
    Sooner,
)
from app.chasing.sentences import STOPS
from app.schedules.calendar import ChaseCalendar

TODAY = date(2026, 12, 21)
CALENDAR = ChaseCalendar("GB", closed_days=[date(2026, 12, 24)])
SETTINGS = ChasingSettings(approve_above=Decimal(700))
AMOUNTS = ["0", "0.01", "2.99", "3", "4.99", "5", "50", "99.99", "100", "123.45", "900"]


def _step(number: int, offset: int, **facts: Any) -> BookStep:
    return BookStep(id=number, offset=offset, name=f"step {number}", template_id=number, **facts)


SCHEDULES = {
    1: BookSchedule(
        id=1,
        name="standard",
        steps=(
            _step(10, -3),
            _step(11, 3),
            _step(12, 7),
            _step(13, 14, recipient_kinds=("normal", "escalated", "copy")),
            _step(14, 30, sender="escalated", recipient_kinds=("escalated",), needs_approval=True),
        ),
        entry_offset=7,
        repeat_every_days=10,
        repeat_limit=1,
    ),
    2: BookSchedule(id=2, name="other", steps=(_step(20, 0), _step(21, 10), _step(22, 20)), entry_offset=None),
}


class Dice(Random):
    """The chances of a book's facts."""

    def rarely(self) -> bool:
        return self.random() < 0.07

    def day(self, first: int, last: int) -> date:
        return TODAY + timedelta(days=self.randint(first, last))

    def rare_day(self, first: int, last: int) -> date | None:
        return self.day(first, last) if self.rarely() else None

    def amount(self) -> Decimal:
        return Decimal(self.choice(AMOUNTS))


def _invoice(dice: Dice, number: int) -> BookInvoice:
    expected, owed, asked = dice.rare_day(-20, 20), dice.amount(), dice.rare_day(-3, 10)
    marked = dice.random() < 0.4
    return BookInvoice(
        id=number,
        number=f"INV-{number}",
        currency=dice.choice(["GBP", "GBP", "EUR"]),
        rate=Decimal("1.25"),
        total=Decimal(900),
        outstanding=owed,
        due_on=None if dice.rarely() else dice.day(-60, 20),
        disputed_amount=dice.choice([None, dice.amount(), owed, owed / 2]) if dice.rarely() else Decimal(0),
        expected=ExpectedDate(on=expected, source="customer") if expected else None,
        chase_despite_expected=dice.rarely(),
        sent_in_xero=not dice.rarely(),
        told_paid_on=dice.rare_day(-20, 0),
        excluded=dice.rarely(),
        schedule_id=2 if dice.rarely() else None,
        mark=Mark(dice.choice([3, 7, 14, 30]), dice.day(-25, 0), dice.choice([1, 2])) if marked else None,
        before_mark=Mark(-3, dice.day(-20, 0)) if dice.rarely() else None,
        sooner=Sooner(dice.choice([-3, 3, 7, 14]), asked, "Tom") if asked else None,
    )


def _waiting(dice: Dice, invoices: tuple[BookInvoice, ...]) -> AwaitingApproval:
    """A proposal of some days ago, of which another version would be made today."""
    ids = frozenset(invoice.id for invoice in invoices if dice.random() < 0.5)
    approved = dice.random() < 0.5
    return AwaitingApproval(fingerprint="of another day", planned_on=dice.day(-9, 0), approved=approved, invoice_ids=ids)


def _customer(dice: Dice, number: int) -> BookCustomer:
    paid = PaidInvoice(id=900 + number, number="PAID", amount=dice.amount(), currency="GBP", paid_on=dice.day(-12, 0))
    usual = (Recipient("ap@acme.example", bounced=dice.rarely()), Recipient("boss@acme.example", "escalated"))
    invoices = tuple(_invoice(dice, number * 10 + n) for n in range(dice.randint(0, 5)))
    stopped = dice.rarely()
    return BookCustomer(
        id=number,
        name=f"C{number}",
        invoices=invoices,
        credits=(BookCredit(dice.amount(), dice.choice(["GBP", "EUR"])),) if dice.rarely() else (),
        paid=(paid,) if dice.random() < 0.3 else (),
        recipients=() if dice.rarely() else usual,
        chasing=not dice.rarely(),
        stop=dice.choice(sorted(STOPS)) if stopped else None,
        stop_until=dice.rare_day(-3, 20) if stopped else None,
        paused_until=dice.rare_day(-3, 20),
        put_off=(PutOff(dice.day(-5, 3), dice.day(0, 12), "Tom"),) if dice.rarely() else (),
        skipped_until=dice.rare_day(-3, 20),
        replied_on=dice.rare_day(-9, 0),
        unknown_send_on=dice.rare_day(-9, 0),
        last_reminded_on=dice.day(-9, 0) if dice.random() < 0.4 else None,
        last_email_on=dice.rare_day(-9, 0),
        statement_on=dice.rare_day(-2, 10),
        awaiting=(_waiting(dice, invoices),) if dice.rarely() else (),
        failed_templates={12: "a blank"} if dice.rarely() else {},
    )


def random_book(seed: int, most_customers: int) -> Book:
    dice = Dice(seed)
    noon = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
    return Book(
        base_currency="GBP",
        now=noon,
        last_good_sync_at=noon,
        customers=tuple(_customer(dice, n) for n in range(1, dice.randint(1, most_customers) + 1)),
        schedules=SCHEDULES,
        default_schedule_id=1,
        connected=not dice.rarely(),
        restored=dice.rarely() and dice.rarely(),
        paused=dice.rarely(),
        paused_until=dice.rare_day(-2, 9),
        review_mode=dice.rarely(),
        senders=frozenset({"normal"}) if dice.rarely() else frozenset({"normal", "escalated"}),
    )


def books(most_customers: int = 6) -> st.SearchStrategy[Book]:
    return st.integers(0, 2**32).map(lambda seed: random_book(seed, most_customers))

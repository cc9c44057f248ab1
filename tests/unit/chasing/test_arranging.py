"""What people arrange about coming emails: put off between two days, sent before their time."""

from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.chasing.arranging import prospect
from app.chasing.book import Book, BookCustomer, BookInvoice, PutOff, Sooner
from app.chasing.holds import Hold
from app.chasing.planner import plan
from app.chasing.upcoming import Coming, project
from app.schedules.calendar import days_after
from tests.unit.chasing.books import CALENDAR, SCHEDULES, SETTINGS, TODAY, random_book
from tests.unit.chasing.scenarios import Scenario
from tests.unit.chasing.test_planner_laws import lived

OFFSETS = sorted({step.offset for schedule in SCHEDULES.values() for step in schedule.steps})


def coming(scenario: Scenario, **facts: Any) -> list[tuple[date, str]]:
    """Of the scenario's customer with these facts: what goes when. `sooner` is that of its first invoice."""
    return [(each.on, each.reminder.step.name) for each in emails(scenario, **facts) if each.reminder]


def emails(scenario: Scenario, **facts: Any) -> tuple[Coming, ...]:
    book = arranged(scenario.book, **facts)
    return project(book, today=scenario.today, calendar=scenario.calendar, settings=scenario.chasing_settings)


def arranged(book: Book, sooner: Sooner | None = None, **facts: Any) -> Book:
    [customer] = book.customers
    first, *others = customer.invoices
    invoices = (msgspec.structs.replace(first, sooner=sooner), *others)
    return msgspec.structs.replace(book, customers=(msgspec.structs.replace(customer, invoices=invoices, **facts),))


def test_what_is_put_off_waits_and_what_comes_before_goes(scenario: Scenario) -> None:
    """
    schedule  kind+3 firm+14
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  120.00
    today     2026-12-01
    """
    assert coming(scenario) == [(date(2026, 12, 1), "kind"), (date(2026, 12, 14), "firm")]
    put_off = (PutOff(date(2026, 12, 10), date(2026, 12, 17), "Tom Hale"),)
    assert coming(scenario, put_off=put_off) == [(date(2026, 12, 1), "kind"), (date(2026, 12, 17), "firm")]


def test_the_hold_names_who_put_it_off_and_until_when(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  120.00
    today     2026-12-01
    """
    book = arranged(scenario.book, put_off=(PutOff(date(2026, 12, 1), date(2026, 12, 8), "Tom Hale"),))
    [held] = plan(book, today=scenario.today, calendar=scenario.calendar, settings=scenario.chasing_settings).held
    assert (held.hold, held.until, held.next_on) == (Hold.SKIPPED, date(2026, 12, 8), date(2026, 12, 8))
    assert held.sentence == "Held: Tom Hale put reminders to Acme off until Tue 8 Dec"


@pytest.mark.parametrize(("asked", "goes"), [((2026, 12, 1), (2026, 12, 1)), ((2026, 12, 5), (2026, 12, 7))])
def test_a_step_asked_for_sooner_need_not_wait_for_its_day(
    scenario: Scenario, asked: tuple[int, int, int], goes: tuple[int, int, int]
) -> None:
    """
    schedule  kind+3 firm+14
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  120.00  mark 3 2026-11-24
    today     2026-12-01
    """
    assert coming(scenario) == [(date(2026, 12, 7), "firm")]
    [email] = emails(scenario, sooner=Sooner(14, date(*asked), "Tom Hale"))
    assert email.on == date(*goes)
    assert email.reminder is not None
    if email.on == scenario.today:
        assert email.reminder.reason.endswith("was due on Fri 20 Nov, 11 days ago, and Tom Hale asked for it to go sooner")


def test_what_speaks_of_overdue_never_goes_before_it_is(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-02  120.00
    today     2026-12-01
    """
    assert coming(scenario) == [(date(2026, 12, 7), "kind")]
    assert coming(scenario, sooner=Sooner(3, date(2026, 12, 1), "Tom Hale")) == [(date(2026, 12, 3), "kind")]


def test_one_before_the_due_date_may_go_earlier_still(scenario: Scenario) -> None:
    """
    schedule  soon-3 kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-18  120.00
    today     2026-12-01
    """
    assert coming(scenario)[0] == (date(2026, 12, 15), "soon")
    assert coming(scenario, sooner=Sooner(-3, date(2026, 12, 2), "Tom Hale"))[0] == (date(2026, 12, 2), "soon")


def test_the_gap_holds_against_it(scenario: Scenario) -> None:
    """
    schedule  kind+3 firm+14
    customer  Acme   ap@acme.example  reminded 2026-11-30
    invoice   INV-1  Acme  due 2026-11-20  120.00  mark 3 2026-11-30
    today     2026-12-01
    """
    assert coming(scenario, sooner=Sooner(14, date(2026, 12, 1), "Tom Hale")) == [(date(2026, 12, 4), "firm")]


def test_another_step_than_the_one_asked_for_is_not_hurried(scenario: Scenario) -> None:
    """
    schedule  kind+3 firm+14
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  120.00  mark 3 2026-11-24
    today     2026-12-01
    """
    assert coming(scenario, sooner=Sooner(3, date(2026, 12, 1), "Tom Hale")) == [(date(2026, 12, 7), "firm")]


def test_a_prospect_knows_what_comes_before_where_skipping_leads_and_whether_it_may_go_sooner(scenario: Scenario) -> None:
    """
    schedule  kind+3 firm+14 last+30
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  120.00  mark 3 2026-11-24
    today     2026-12-01
    """
    facts = {"today": scenario.today, "calendar": scenario.calendar, "settings": scenario.chasing_settings}
    first = prospect(scenario.book, date(2026, 12, 7), **facts)
    assert first is not None
    assert (first.before, first.skip_to, first.sooner) == ((), date(2026, 12, 23), date(2026, 12, 1))
    second = prospect(scenario.book, date(2026, 12, 23), **facts)
    assert second is not None
    assert ([each.on for each in second.before], second.skip_to) == ([date(2026, 12, 7)], date(2026, 12, 30))
    assert second.sooner == date(2026, 12, 11), "four days after the one before it"
    assert prospect(scenario.book, date(2026, 12, 8), **facts) is None


def sprinkled(seed: int) -> Book:
    """A random book in which people arranged this and that."""
    dice, book = Random(seed), random_book(seed, 2)
    customers = tuple(_sprinkled(customer, dice) for customer in book.customers)
    return msgspec.structs.replace(book, customers=customers)


def _sprinkled(customer: BookCustomer, dice: Random) -> BookCustomer:
    def asked(invoice: BookInvoice) -> BookInvoice:
        day = TODAY + timedelta(days=dice.randint(-5, 20))
        return msgspec.structs.replace(invoice, sooner=Sooner(dice.choice(OFFSETS), day, "Tom Hale"))

    first = TODAY + timedelta(days=dice.randint(-5, 20))
    put_off = (PutOff(first, days_after(first, dice.randint(1, 9)), "Tom Hale"),) if dice.random() < 0.5 else ()
    return msgspec.structs.replace(customer, put_off=put_off, invoices=tuple(asked(invoice) for invoice in customer.invoices))


@given(st.integers(0, 2**32))
@settings(max_examples=60)
def test_leaping_still_finds_what_living_every_day_does(seed: int) -> None:
    book = sprinkled(seed)
    slow = [(today, customer.id, o.due, o.thank_you) for today, customer, o in lived(book, 28) if o.due or o.thank_you]
    fast = project(book, today=TODAY, calendar=CALENDAR, settings=SETTINGS)
    found = [(each.on, each.customer_id, each.reminder, each.thank_you) for each in fast]
    assert sorted(found, key=_day_and_customer) == sorted(slow, key=_day_and_customer)
    for each in fast:
        for customer in (c for c in book.customers if c.id == each.customer_id):
            assert each.reminder is None or not any(p.from_on <= each.on < p.until_on for p in customer.put_off)


def _day_and_customer(email: tuple[Any, ...]) -> tuple[date, int]:
    return email[0], email[1]

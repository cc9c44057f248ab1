"""What an invoice's outlook says of its next email is what the projection of the coming weeks foresees."""

from datetime import date

from hypothesis import given, settings

from app.chasing.book import Book
from app.chasing.holds import Hold
from app.chasing.outlook import InvoiceOutlook, foresight, outlook
from app.chasing.planner import plan
from app.chasing.upcoming import project_each
from app.schedules.calendar import days_after
from tests.unit.chasing.books import CALENDAR, SETTINGS, TODAY, books
from tests.unit.chasing.scenarios import Scenario


def foreseen(scenario: Scenario) -> dict[int, InvoiceOutlook]:
    last, settings = days_after(scenario.today, 27), scenario.chasing_settings
    each = project_each(scenario.book, today=scenario.today, calendar=scenario.calendar, settings=settings)
    found = outlook(scenario.plan(), scenario.today, foreseen=foresight(each, last, settings.minimum_gap_days))
    return {one.invoice_id: one for one in found}


@given(books(most_customers=3))
@settings(max_examples=60)
def test_the_next_day_of_an_invoice_is_that_of_the_first_email_that_carries_it(book: Book) -> None:
    facts = {"today": TODAY, "calendar": CALENDAR, "settings": SETTINGS}
    found, last = tuple(project_each(book, **facts)), days_after(TODAY, 27)
    first: dict[int, date] = {}
    for each in (each for _, coming in found for each in coming):
        for invoice in each.reminder.carried if each.reminder else ():
            first.setdefault(invoice.invoice_id, each.on)
    for one in outlook(plan(book, **facts), TODAY, foreseen=foresight(found, last)):
        if one.invoice_id in first:
            assert one.next_on == first[one.invoice_id], one
        else:
            assert one.next_on is None or one.next_on > last, one


def test_an_email_that_the_gap_delays_is_told_with_its_own_day(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-27  120.00
    invoice   INV-2  Acme  due 2026-11-30  120.00
    today     2026-12-01
    """
    earlier, later = sorted(foreseen(scenario).values(), key=lambda one: one.invoice_id)
    assert earlier.next_on == date(2026, 12, 1)
    assert (later.next_on, later.next_step) == (date(2026, 12, 7), "kind")
    assert later.sentence == (
        "Next: step 1 (kind) on Thu 3 Dec because it fell due on Mon 30 Nov and has had no step since;"
        " it goes on Mon 7 Dec, because reminders are at least 4 days apart and one goes on Tue 1 Dec"
    )


def test_the_gap_since_a_reminder_that_went_is_told(scenario: Scenario) -> None:
    """
    schedule  kind+3  firm+14
    customer  Acme   ap@acme.example  reminded 2026-11-30
    invoice   INV-1  Acme  due 2026-11-29  120.00
    today     2026-12-01
    """
    [one] = foreseen(scenario).values()
    assert one.sentence.endswith("it goes on Fri 4 Dec, because reminders are at least 4 days apart and one went on Mon 30 Nov")


def test_what_waits_for_a_later_email_for_another_reason_is_not_laid_to_the_gap(scenario: Scenario) -> None:
    """
    schedule  kind+3  minimum 100
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-30  60.00
    invoice   INV-2  Acme  due 2026-12-07  60.00
    today     2026-12-01
    """
    small, later = sorted(foreseen(scenario).values(), key=lambda one: one.invoice_id)
    assert small.sentence.endswith("next: step 1 (kind) on Tue 8 Dec")
    assert "one goes on Tue 8 Dec" in later.sentence


def test_what_other_invoices_set_free_is_told_too(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  3.00
    invoice   INV-2  Acme  due 2026-12-08  3.00
    today     2026-12-01
    """
    small = min(foreseen(scenario).values(), key=lambda one: one.invoice_id)
    assert (small.hold, small.next_on) == (Hold.BELOW_MINIMUM, date(2026, 12, 9))
    assert small.sentence.endswith("; next: step 1 (kind) on Wed 9 Dec")


def test_what_nothing_carries_within_four_weeks_says_so(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-06-22  120.00
    invoice   INV-2  Acme  due 2026-06-23  120.00
    today     2026-06-01
    """
    one = max(foreseen(scenario).values(), key=lambda one: one.invoice_id)
    assert one.next_on is None
    assert one.sentence.startswith("Next: step 1 (kind) on Fri 26 Jun because ")
    assert one.sentence.endswith("; it goes no sooner than Mon 29 Jun")


def test_stale_data_promise_no_day(scenario: Scenario) -> None:
    """
    organisation  never-synced
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  120.00
    today     2026-12-01
    """
    [one] = foreseen(scenario).values()
    assert (one.hold, one.next_on) == (Hold.STALE, None)


def test_without_a_projection_the_planners_own_day_stands(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-10  120.00
    today     2026-12-01
    """
    [one] = outlook(scenario.plan(), scenario.today)
    assert one.next_on == date(2026, 12, 14)

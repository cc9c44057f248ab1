from datetime import date
from decimal import Decimal

from app.promises.settling import PromisedInvoice, settled
from app.promises.words import DisputeReason, PromiseState, Said, listed, say_promise, say_reason
from app.schedules.calendar import ChaseCalendar

FRIDAY = date(2026, 12, 4)
MONDAY = date(2026, 12, 7)
TUESDAY = date(2026, 12, 8)
in_england = ChaseCalendar("GB").add_working_days


def promised(outstanding: str = "100", paid_on: date | None = None, is_void: bool = False) -> PromisedInvoice:
    return PromisedInvoice(promised_on=FRIDAY, outstanding=Decimal(outstanding), paid_on=paid_on, is_void=is_void)


def test_a_promise_waits_one_working_day_beyond_its_date() -> None:
    assert settled(promised(), FRIDAY, in_england) is PromiseState.ACTIVE
    assert settled(promised(), MONDAY, in_england) is PromiseState.ACTIVE
    assert settled(promised(), TUESDAY, in_england) is PromiseState.BROKEN


def test_over_christmas_the_grace_day_is_the_next_working_one() -> None:
    eve = PromisedInvoice(promised_on=date(2026, 12, 24), outstanding=Decimal(1), paid_on=None)
    assert settled(eve, date(2026, 12, 29), in_england) is PromiseState.ACTIVE
    assert settled(eve, date(2026, 12, 30), in_england) is PromiseState.BROKEN


def test_payment_by_then_keeps_it_even_when_we_read_of_it_later() -> None:
    assert settled(promised("0", MONDAY), date(2026, 12, 20), in_england) is PromiseState.KEPT


def test_payment_ahead_of_the_date_keeps_it_at_once() -> None:
    assert settled(promised("0", date(2026, 12, 1)), date(2026, 12, 1), in_england) is PromiseState.KEPT


def test_payment_after_that_breaks_it() -> None:
    assert settled(promised("0", TUESDAY), date(2026, 12, 20), in_england) is PromiseState.BROKEN


def test_part_of_the_money_does_not_keep_it() -> None:
    assert settled(promised("0.01", FRIDAY), TUESDAY, in_england) is PromiseState.BROKEN


def test_a_voided_invoice_ends_its_promise_without_breaking_it() -> None:
    assert settled(promised("0", is_void=True), TUESDAY, in_england) is PromiseState.REPLACED


def test_many_numbers_are_told_as_two_and_a_count() -> None:
    assert listed(["A"]) == "A"
    assert listed(["A", "B"]) == "A and B"
    assert listed(["A", "B", "C"]) == "A, B and C"
    assert listed(["A", "B", "C", "D", "E"]) == "A, B and 3 more"
    assert listed([]) == ""


def test_every_reason_of_a_query_has_words() -> None:
    assert all(say_reason(reason) != reason.value for reason in DisputeReason)
    assert say_reason("one_we_dropped") == "one_we_dropped"


def test_a_promise_says_who_where_what_and_when() -> None:
    said = say_promise(["INV-1", "INV-2"], FRIDAY, date(2026, 11, 30), Said.PORTAL)
    assert said == "The customer promised in the portal to pay INV-1 and INV-2 on Fri 4 Dec"

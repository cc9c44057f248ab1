"""The planner's words, where the facts are at their edges."""

from datetime import date
from decimal import Decimal

import pytest

from app.chasing.book import ExpectedDate
from app.chasing.holds import Hold
from app.chasing.planner import Plan
from app.chasing.sentences import expected, say_amount, say_day, say_days
from components.format import money
from tests.unit.chasing.scenarios import Scenario

TODAY = date(2026, 12, 1)


def test_days_bear_the_year_only_where_it_is_another() -> None:
    assert say_day(date(2026, 12, 4), TODAY) == "Fri 4 Dec"
    assert say_day(date(2027, 1, 4), TODAY) == "Mon 4 Jan 2027"


def test_amounts_and_counts_are_written_out() -> None:
    assert say_amount(Decimal("1234567.5"), "EUR") == "€1,234,567.50"
    assert say_amount(Decimal("60000"), "JPY") == "JP¥60,000", "a yen has no hundredths"
    assert (say_days(1), say_days(2)) == ("1 day", "2 days")


@pytest.mark.parametrize("currency", ["GBP", "EUR", "USD", "JPY", "CHF", "KWD", "PLN", "SEK", "INR", "NZD", "XXQ", ""])
def test_amounts_are_written_as_everywhere_else_in_the_product(currency: str) -> None:
    for amount in (Decimal("1234567.5"), Decimal("0.01"), Decimal(80)):
        assert say_amount(amount, currency) == money(amount, currency)


@pytest.mark.parametrize(
    ("place", "said"), [("portal", "in the portal"), ("phone", "by phone"), ("reply", "in a reply"), ("fax", "fax")]
)
def test_a_promise_says_where_it_was_given(place: str, said: str) -> None:
    promise = ExpectedDate(on=date(2026, 12, 4), source="customer", place=place)
    assert expected(promise, TODAY) == f"promised for Fri 4 Dec by the customer {said}"


def test_an_expected_date_says_who_set_it_and_when() -> None:
    by_anna = ExpectedDate(on=date(2026, 12, 4), source="controller", by="Anna", set_on=date(2026, 11, 30))
    assert expected(by_anna, TODAY) == "payment is expected on Fri 4 Dec, set by Anna on Mon 30 Nov"
    in_xero = ExpectedDate(on=date(2026, 12, 4), source="xero", by="Xero", set_on=date(2026, 11, 30))
    assert expected(in_xero, TODAY) == "payment is expected on Fri 4 Dec, set in Xero on Mon 30 Nov"
    by_someone = ExpectedDate(on=date(2026, 12, 4), source="controller")
    assert expected(by_someone, TODAY) == "payment is expected on Fri 4 Dec, set by a controller"


@pytest.mark.parametrize(
    ("step", "due", "reason"),
    [
        ("soon-3", "2026-12-02", "Step 1 (soon): INV-1, £50.00, falls due on Wed 2 Dec, in 1 day"),
        ("now+0", "2026-12-01", "Step 1 (now): INV-1, £50.00, falls due today"),
        (
            "soft+1",
            "2026-11-30",
            "Step 1 (soft): INV-1, £50.00, was due on Mon 30 Nov, 1 day ago, and has had no step since",
        ),
        (
            "soft+1 repeat 5 x3",
            "2026-11-20 50.00 mark +1 2026-11-25",
            "Step 1 (soft): INV-1, £50.00, was due on Fri 20 Nov, 11 days ago, "
            "and the last step, which repeats, went on Wed 25 Nov",
        ),
    ],
)
def test_a_reminder_says_why_now(step: str, due: str, reason: str) -> None:
    facts = due if " " in due else f"{due} 50.00"
    plan = Scenario(f"schedule {step}\ncustomer Acme ap@acme.example\ninvoice INV-1 Acme due {facts}\ntoday 2026-12-01").plan()
    assert [r.reason for r in plan.due] == [reason]


@pytest.mark.parametrize(
    ("step", "facts", "sentence"),
    [
        ("now+0", "2026-12-03 50.00", "Next: step 1 (now) on Thu 3 Dec because it falls due on Thu 3 Dec"),
        (
            "soft+1",
            "2026-12-01 50.00",
            "Next: step 1 (soft) on Wed 2 Dec because it falls due on Tue 1 Dec and the step comes 1 day after",
        ),
        (
            "soft+3",
            "2026-11-29 50.00",
            "Next: step 1 (soft) on Wed 2 Dec because it fell due on Sun 29 Nov and has had no step since",
        ),
        (
            "soft+1 repeat 7 x3",
            "2026-11-20 50.00 mark +1 2026-11-25",
            "Next: step 1 (soft) on Wed 2 Dec because the last step went on Wed 25 Nov and repeats",
        ),
    ],
)
def test_a_step_to_come_says_why_then(step: str, facts: str, sentence: str) -> None:
    plan = Scenario(f"schedule {step}\ncustomer Acme ap@acme.example\ninvoice INV-1 Acme due {facts}\ntoday 2026-12-01").plan()
    assert [held.sentence for held in plan.held] == [sentence]


def test_a_schedule_without_steps_after_the_due_date_says_so(planned: Plan) -> None:
    """
    schedule  soon-3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  50.00
    today     2026-12-01
    """
    assert [(held.hold, held.sentence) for held in planned.held] == [
        (Hold.FINISHED, "Held: there is no step after the due date in the schedule standard")
    ]


def test_one_more_invoice_is_told_in_the_singular(planned: Plan) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  50.00
    invoice   INV-2  Acme  due 2026-11-20  50.00
    today     2026-12-01
    """
    assert planned.due[0].reason.endswith("; 1 more invoice is ready too")


def test_a_thank_you_for_one_invoice_names_it_alone(planned: Plan) -> None:
    """
    customer  Acme   ap@acme.example  paused 2026-12-01
    paid      INV-1  Acme  120.00  2026-11-30
    today     2026-12-01
    """
    assert [t.reason for t in planned.thank_yous] == ["Thank you: INV-1, £120.00, was paid on Mon 30 Nov"]

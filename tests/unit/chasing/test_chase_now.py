"""Chasing by hand: what goes, what a tick overrides, and what none does."""

import pytest

from app.chasing.chase_many import pile_of
from app.chasing.chase_now import Candidate, approval_why, candidate
from app.chasing.planner import run_day
from app.chasing.standing import RunDay
from tests.unit.chasing.scenarios import Scenario

ACME = """
customer  Acme   ap@acme.example
invoice   INV-1  Acme  due 2026-11-20  120.00
invoice   INV-2  Acme  due 2026-12-20   80.00
today     2026-11-30
"""


def day_of(scenario: Scenario) -> RunDay:
    return run_day(scenario.book, today=scenario.today, calendar=scenario.calendar, settings=scenario.chasing_settings)


def first(text: str) -> Candidate:
    scenario = Scenario(text)
    return candidate(scenario.book.customers[0], day_of(scenario))


def numbers(found: Candidate, *despite: str) -> list[str]:
    ids = [choice.invoice_id for choice in found.choices]
    return [choice.number for choice in found.about(ids, despite)]


def test_what_is_overdue_is_chosen_at_first() -> None:
    found = first(ACME)
    assert [choice.number for choice in found.choices if choice.invoice_id in found.at_first] == ["INV-1"]
    assert numbers(found) == ["INV-1", "INV-2"]
    assert found.recipients == (("ap@acme.example", "to"),)


def test_neither_a_step_to_come_nor_a_finished_ladder_stands_in_the_way() -> None:
    assert first(ACME).why_not == ""
    assert first(ACME.replace("2026-11-20", "2026-11-29")).why_not == ""


@pytest.mark.parametrize(
    ("words", "tick"),
    [("told-paid 2026-11-28", "told_paid"), ("promised 2026-12-04", "expected_date"), ("excluded", "excluded")],
)
def test_what_was_said_about_an_invoice_takes_a_tick(words: str, tick: str) -> None:
    found = first(ACME.replace("120.00", f"120.00 {words}"))
    held = next(choice for choice in found.choices if choice.number == "INV-1")
    assert numbers(found) == ["INV-2"]
    [code] = held.codes
    assert code.startswith(f"{tick}:{held.invoice_id}:")
    assert numbers(found, code) == ["INV-1", "INV-2"]
    assert numbers(found, code.replace(f":{held.invoice_id}:", ":999:")) == ["INV-2"], (
        "a tick of another invoice is none of this"
    )


def test_a_promise_made_since_the_tick_stands_in_the_way_again() -> None:
    """What was ticked away was the promise for 4 December; the one for the 11th is another word of the customer."""
    earlier, later = (first(ACME.replace("120.00", f"120.00 promised 2026-12-{day}")) for day in ("04", "11"))
    [code] = next(choice for choice in earlier.choices if choice.number == "INV-1").codes
    assert numbers(earlier, code) == ["INV-1", "INV-2"]
    assert numbers(later, code) == ["INV-2"]


def test_what_is_in_question_never_goes() -> None:
    found = first(ACME.replace("120.00", "120.00 disputed"))
    disputed = next(choice for choice in found.choices if choice.number == "INV-1")
    assert numbers(found, f"disputed:{disputed.invoice_id}", "disputed") == ["INV-2"]


def test_of_an_amount_in_question_the_rest_is_asked_for() -> None:
    found = first(ACME.replace("120.00", "120.00 disputed 20.00"))
    assert f"{found.choices[0].amount:.2f}" == "100.00"


def test_a_stopped_customer_takes_a_tick_and_the_law_takes_none() -> None:
    agency = first(ACME.replace("ap@acme.example", "ap@acme.example stopped agency"))
    assert numbers(agency) == []
    assert numbers(agency, "customer_stopped") == ["INV-1", "INV-2"]
    for law in ("breathing_space", "insolvent"):
        assert numbers(first(ACME.replace("ap@acme.example", f"ap@acme.example stopped {law}")), "customer_stopped") == []


@pytest.mark.parametrize("state", ["disconnected", "restored", "never-synced", "no-sender"])
def test_without_xero_or_a_mailbox_nobody_is_chased(state: str) -> None:
    found = first(f"organisation {state}\n{ACME}")
    assert found.cannot
    assert numbers(found, *[str(reason.hold) for reason in found.cannot]) == []


def test_review_mode_asks_a_manager() -> None:
    scenario = Scenario(f"organisation review\n{ACME}")
    day = day_of(scenario)
    found = candidate(scenario.book.customers[0], day)
    assert approval_why(found.choices, day, counts_as_step=False) == "review"
    assert approval_why(found.choices, day_of(Scenario(ACME)), counts_as_step=False) == ""


def test_of_many_each_goes_could_go_or_cannot() -> None:
    scenario = Scenario("""
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  120.00
    customer  Bolt   ap@bolt.example  stopped agency
    invoice   INV-2  Bolt  due 2026-11-20  50.00
    customer  Cobalt
    invoice   INV-3  Cobalt  due 2026-11-20  50.00
    customer  Dune   ap@dune.example
    invoice   INV-4  Dune  due 2026-12-24  50.00
    today     2026-11-30
    """)
    day = day_of(scenario)
    pile = pile_of([candidate(customer, day) for customer in scenario.book.customers], (), day, False)
    assert [line.customer for line in pile.goes] == ["Acme"]
    assert [line.customer for line in pile.could] == ["Bolt"]
    assert {line.customer: line.why for line in pile.cannot} == {
        "Cobalt": "There is no email address to write to",
        "Dune": "Nothing is overdue",
    }

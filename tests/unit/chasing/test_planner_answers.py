"""What the plan tells besides what goes: whose a held invoice is, what comes next and why, which thank-yous stand back."""

import msgspec

from app.chasing.holds import Hold
from app.chasing.planner import Plan, plan
from tests.unit.chasing.scenarios import Scenario


def test_a_held_invoice_says_whose_it_is_and_what_comes_next_and_why(planned: Plan) -> None:
    """
    schedule  kind+3 firm+14
    customer  Other  other@other.example
    customer  Acme   ap@acme.example  paused 2026-12-03
    invoice   INV-1  Acme  due 2026-11-20  120.00
    today     2026-12-01
    """
    [held] = planned.held
    assert (held.customer, held.number) == ("Acme", "INV-1")
    assert held.customer_id != held.invoice_id
    assert (held.next_step, held.next_step_number, str(held.next_on)) == ("kind", 1, "2026-12-03")
    assert held.next_because == "it fell due on Fri 20 Nov and has had no step since"


def test_a_held_invoice_bears_the_id_of_its_own_customer(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme  ap@acme.example  not-chasing
    customer  Bolt  ap@bolt.example  not-chasing
    invoice   INV-1  Acme  due 2026-11-20  120.00
    invoice   INV-2  Bolt  due 2026-11-20  120.00
    today     2026-12-01
    """
    ids = {name: facts["id"] for name, facts in scenario.customers.items()}
    assert {held.number: held.customer_id for held in scenario.plan().held} == {"INV-1": ids["Acme"], "INV-2": ids["Bolt"]}


def test_what_a_person_must_lift_has_a_next_step_but_neither_day_nor_because(planned: Plan) -> None:
    """
    schedule  kind+3 firm+14
    customer  Acme  ap@acme.example  replied 2026-11-30
    invoice   INV-1  Acme  due 2026-11-20  120.00
    today     2026-12-01
    """
    [held] = planned.held
    assert (held.next_step, held.next_step_number) == ("kind", 1)
    assert (held.next_on, held.next_because) == (None, "")


def test_what_is_finished_has_no_next_step(planned: Plan) -> None:
    """
    schedule  kind+3
    customer  Acme  ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  120.00  mark +3 2026-11-23
    today     2026-12-01
    """
    [held] = planned.held
    assert held.hold is Hold.FINISHED
    assert (held.next_step, held.next_step_number, held.next_on, held.next_because) == ("", 0, None, "")


def test_a_hold_that_outlasts_the_only_step_leaves_no_next_one(planned: Plan) -> None:
    """
    schedule  coming-3
    customer  Acme  ap@acme.example  paused 2026-12-08
    invoice   INV-1  Acme  due 2026-12-07  120.00
    today     2026-12-03
    """
    [held] = planned.held
    assert held.hold is Hold.CUSTOMER_PAUSED
    assert (held.next_step, held.next_step_number, held.next_on, held.next_because) == ("", 0, None, "")


def test_the_latest_of_several_ends_decides_on_the_day_of_the_next_step(planned: Plan) -> None:
    """
    schedule  kind+3
    customer  Acme  ap@acme.example  paused 2026-12-03  skipped 2026-12-09
    invoice   INV-1  Acme  due 2026-11-20  120.00  promised 2026-12-01
    today     2026-12-01
    """
    assert [str(held.next_on) for held in planned.held] == ["2026-12-09"]


ASKED = """
organisation  review
schedule      kind+3
customer      Acme  ap@acme.example
customer      Bolt  ap@bolt.example
paid          INV-8  Acme  80.00  2026-11-30
paid          INV-9  Bolt  90.00  2026-11-30
today         2026-12-01
"""


def test_a_thank_you_that_a_person_was_asked_about_stands_back_behind_a_statement_and_is_not_forgotten() -> None:
    scenario = Scenario(f"{ASKED}proposed Acme 2026-12-01")
    [acme, bolt] = scenario.book.customers
    both = tuple(msgspec.structs.replace(each, statement_on=scenario.today) for each in (acme, bolt))
    book = msgspec.structs.replace(scenario.book, customers=both)
    found = plan(book, today=scenario.today, calendar=scenario.calendar, settings=scenario.chasing_settings)
    assert found.thank_yous == ()
    assert [thanks.customer for thanks in found.displaced] == ["Acme"], "of Bolt nobody was asked anything"


def test_a_thank_you_that_may_go_is_not_displaced() -> None:
    found = Scenario(f"{ASKED}proposed Acme 2026-12-01").plan()
    assert [thanks.customer for thanks in found.thank_yous] == ["Acme", "Bolt"]
    assert found.displaced == ()


def test_where_nothing_is_left_to_thank_for_nothing_is_displaced() -> None:
    scenario = Scenario(f"{ASKED}proposed Acme 2026-12-01")
    [acme, _] = scenario.book.customers
    book = msgspec.structs.replace(scenario.book, customers=(msgspec.structs.replace(acme, paid=()),))
    found = plan(book, today=scenario.today, calendar=scenario.calendar, settings=scenario.chasing_settings)
    assert found.displaced == ()

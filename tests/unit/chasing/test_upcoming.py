"""The coming four weeks: rule 13."""

from datetime import date

from tests.unit.chasing.scenarios import Scenario


def coming(scenario: Scenario, days: int = 28) -> list[tuple[date, str, str]]:
    return [(c.on, c.customer, c.reminder.step.name if c.reminder else "thanks") for c in scenario.coming(days)]


def test_what_is_due_goes_and_the_next_step_follows(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Brick  ap@brick.example
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme   due 2026-09-01  120.00
    invoice   INV-2  Brick  due 2026-12-03  120.00
    paid      INV-3  Brick  50.00  2026-11-30
    today     2026-12-01
    """
    assert coming(scenario) == [
        (date(2026, 12, 1), "Acme", "When can we expect it?"),
        (date(2026, 12, 1), "Brick", "Coming up"),
        (date(2026, 12, 2), "Brick", "thanks"),
        (date(2026, 12, 7), "Brick", "Just overdue"),
        (date(2026, 12, 8), "Acme", "Firm"),
        (date(2026, 12, 11), "Brick", "When can we expect it?"),
        (date(2026, 12, 18), "Brick", "Firm"),
        (date(2026, 12, 24), "Acme", "Final"),
    ]


def test_data_are_assumed_fresh_and_proposals_approved(scenario: Scenario) -> None:
    """
    organisation  review  never-synced
    schedule  kind+3 final+10!
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  120.00
    today     2026-12-01
    """
    assert coming(scenario) == [(date(2026, 12, 1), "Acme", "kind"), (date(2026, 12, 8), "Acme", "final")]
    assert [c.reminder.approval_why for c in scenario.coming() if c.reminder] == ["review", "step"]


def test_a_disconnected_organisation_has_nothing_coming(scenario: Scenario) -> None:
    """
    organisation  disconnected
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  120.00
    today     2026-12-01
    """
    assert coming(scenario) == []


def test_the_last_day_counts_and_the_one_after_does_not(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-07  120.00
    today     2026-12-01
    """
    assert coming(scenario, days=10) == [(date(2026, 12, 10), "Acme", "kind")]
    assert coming(scenario, days=9) == []


def test_small_sums_go_once_together_they_reach_the_minimum(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-20  3.00
    invoice   INV-2  Acme  due 2026-12-08  3.00
    today     2026-12-01
    """
    assert coming(scenario) == [(date(2026, 12, 9), "Acme", "kind"), (date(2026, 12, 14), "Acme", "kind")]


def test_holds_that_end_by_themselves_are_waited_for(scenario: Scenario) -> None:
    """
    schedule  kind+3
    customer  Acme   ap@acme.example  statement 2026-12-14
    customer  Brick  ap@brick.example  paused 2026-12-03
    invoice   INV-1  Acme  due 2026-11-20  120.00  promised 2026-12-10
    invoice   INV-2  Brick  due 2026-11-20  120.00
    today     2026-12-01
    """
    assert coming(scenario) == [(date(2026, 12, 3), "Brick", "kind"), (date(2026, 12, 15), "Acme", "kind")]

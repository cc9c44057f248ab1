"""How an invoice climbs its schedule: rules 2, 3 and 4, told in days."""

from datetime import date

from app.chasing.holds import Hold
from tests.unit.chasing.scenarios import Scenario


def steps(scenario: Scenario, days: int = 150) -> list[tuple[str, str]]:
    """The days as "Mon 30 Nov" and the steps that went, every day planned anew."""
    return [(f"{c.on:%a} {c.on.day} {c.on:%b}", c.reminder.step.name) for c in scenario.lived(days) if c.reminder]


def test_the_shipped_schedule_from_before_the_due_date_to_the_end(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-03  120.00
    today     2026-11-23
    """
    assert steps(scenario) == [
        ("Mon 30 Nov", "Coming up"),
        ("Mon 7 Dec", "Just overdue"),
        ("Fri 11 Dec", "When can we expect it?"),
        ("Fri 18 Dec", "Firm"),
        ("Mon 4 Jan", "Final"),
    ]


def test_old_debt_first_seen_enters_at_the_entry_step_and_climbs_one_at_a_time(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-09-01  120.00
    today     2026-12-01
    """
    assert steps(scenario) == [
        ("Tue 1 Dec", "When can we expect it?"),
        ("Tue 8 Dec", "Firm"),
        ("Thu 24 Dec", "Final"),
    ]


def test_an_invoice_five_days_late_begins_where_its_age_is(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-26  120.00
    today     2026-12-01
    """
    assert steps(scenario, 10) == [("Tue 1 Dec", "Just overdue"), ("Mon 7 Dec", "When can we expect it?")]


def test_with_the_entry_rule_off_age_alone_decides_where_old_debt_begins(scenario: Scenario) -> None:
    """
    schedule  kind+3 plain+7 firm+14 final+30  entry off
    customer  Acme   ap@acme.example
    customer  Brick  ap@brick.example
    invoice   INV-1  Acme   due 2026-01-01  120.00
    invoice   INV-2  Brick  due 2026-11-12  120.00
    today     2026-12-01
    """
    assert steps(scenario, 5) == [("Tue 1 Dec", "final"), ("Tue 1 Dec", "firm")]


def test_an_entry_at_the_last_step_is_held_to_the_one_before(scenario: Scenario) -> None:
    """
    schedule  kind+3 firm+14 final+30 entry +30
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-01-01  120.00
    today     2026-12-01
    """
    assert steps(scenario, 5) == [("Tue 1 Dec", "firm")]


def test_an_entry_before_every_step_begins_at_the_first(scenario: Scenario) -> None:
    """
    schedule  soon-3 kind+3 firm+14 final+30 entry -3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-01-01  120.00
    today     2026-12-01
    """
    assert steps(scenario, 14) == [("Tue 1 Dec", "kind"), ("Mon 14 Dec", "firm")]


def test_the_only_step_of_a_schedule_may_be_begun_at(scenario: Scenario) -> None:
    """
    schedule  friendly+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-01-01  120.00
    today     2026-12-01
    """
    assert steps(scenario) == [("Tue 1 Dec", "friendly")]


def test_a_step_on_the_due_date_goes_on_the_due_date(scenario: Scenario) -> None:
    """
    schedule  today+0 later+7
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-03  120.00
    today     2026-12-01
    """
    assert steps(scenario, 14) == [("Thu 3 Dec", "today"), ("Thu 10 Dec", "later")]


def test_a_step_on_a_due_date_without_chasing_goes_on_the_next_chase_day(scenario: Scenario) -> None:
    """
    schedule  today+0 later+7
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-05  120.00
    today     2026-12-01
    """
    assert steps(scenario, 14) == [("Mon 7 Dec", "today"), ("Mon 14 Dec", "later")]


def test_a_repeated_step_on_the_due_date_ends_too(scenario: Scenario) -> None:
    """
    schedule  today+0 repeat 7 x1
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-03  120.00
    today     2026-12-01
    """
    assert steps(scenario, 60) == [("Thu 3 Dec", "today"), ("Thu 10 Dec", "today")]


def test_after_a_week_of_outage_one_step_is_caught_up_and_the_next_keeps_its_distance(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example  reminded 2026-12-07
    invoice   INV-1  Acme  due 2026-12-03  120.00  mark +3 2026-12-07
    today     2026-12-21
    """
    assert steps(scenario, 20) == [("Mon 21 Dec", "When can we expect it?"), ("Tue 29 Dec", "Firm")]


def test_forty_days_asleep_send_one_reminder_and_no_leap(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example  reminded 2026-12-07
    invoice   INV-1  Acme  due 2026-12-03  120.00  mark +3 2026-12-07
    today     2027-01-18
    """
    assert steps(scenario, 8) == [("Mon 18 Jan", "When can we expect it?"), ("Mon 25 Jan", "Firm")]


def test_a_broken_promise_goes_on_with_one_step(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example  reminded 2026-12-07
    invoice   INV-1  Acme  due 2026-12-03  120.00  mark +3 2026-12-07  promised 2027-01-15
    today     2026-12-14
    """
    assert steps(scenario, 50) == [("Tue 19 Jan", "When can we expect it?"), ("Tue 26 Jan", "Firm")]


def test_a_switched_schedule_goes_on_above_the_mark(scenario: Scenario) -> None:
    """
    schedule  gentle+5 second+10 third+20
    customer  Acme   ap@acme.example  reminded 2026-12-01
    invoice   INV-1  Acme  due 2026-11-24  120.00  mark +7 2026-12-01
    today     2026-12-01
    """
    assert steps(scenario, 20) == [("Mon 7 Dec", "second"), ("Thu 17 Dec", "third")]


def test_a_due_date_moved_later_begins_the_ladder_anew(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example  reminded 2026-11-24
    invoice   INV-1  Acme  due 2026-12-10  120.00  mark +14 2026-11-24  before -3 2026-11-06
    today     2026-12-01
    """
    assert steps(scenario, 20) == [("Mon 14 Dec", "Just overdue"), ("Fri 18 Dec", "When can we expect it?")]


def test_a_step_gone_in_an_earlier_climb_goes_as_its_next_occurrence(scenario: Scenario) -> None:
    """
    schedule  kind+3 firm+14
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-24  120.00  mark +3 2026-10-01
    today     2026-12-01
    """
    assert [(c.step_offset, c.occurrence) for c in scenario.plan().due[0].carried] == [(3, 2)]


def test_a_due_date_moved_earlier_makes_no_leap(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example  reminded 2026-12-01
    invoice   INV-1  Acme  due 2026-09-01  120.00  mark +3 2026-12-01
    today     2026-12-02
    """
    assert steps(scenario, 14) == [("Mon 7 Dec", "When can we expect it?"), ("Mon 14 Dec", "Firm")]


def test_a_step_before_the_due_date_goes_early_rather_than_on_a_holiday(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-31  120.00
    today     2026-12-21
    """
    assert steps(scenario, 10) == [("Thu 24 Dec", "Coming up")]


def test_a_missed_step_before_the_due_date_goes_on_the_next_chase_day_before_it(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-03  120.00
    today     2026-12-02
    """
    assert steps(scenario, 3) == [("Wed 2 Dec", "Coming up")]


def test_a_step_before_the_due_date_lapses_when_that_begins(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-03  120.00
    today     2026-12-03
    """
    assert steps(scenario, 6) == [("Mon 7 Dec", "Just overdue")]


def test_a_step_missed_over_the_last_weekend_lapses(scenario: Scenario) -> None:
    """
    schedule  soon-3 kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-07  120.00
    today     2026-12-05
    """
    [held] = scenario.plan().held
    assert (held.hold, held.until, held.next_step) == (Hold.NOT_REACHED, date(2026, 12, 10), "kind")


def test_of_two_missed_steps_before_the_due_date_only_the_later_goes(scenario: Scenario) -> None:
    """
    schedule  early-10 soon-3 kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-04  120.00
    today     2026-12-02
    """
    assert steps(scenario, 8) == [("Wed 2 Dec", "soon"), ("Mon 7 Dec", "kind")]


def test_steps_before_the_due_date_go_each_once(scenario: Scenario) -> None:
    """
    schedule  early-10 soon-3 kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-18  120.00
    today     2026-12-01
    """
    assert steps(scenario, 25) == [("Tue 8 Dec", "early"), ("Tue 15 Dec", "soon"), ("Mon 21 Dec", "kind")]


def test_a_reminder_before_the_due_date_does_not_count_for_the_gap(scenario: Scenario) -> None:
    """
    schedule  soon-3 kind+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-04  120.00
    invoice   INV-2  Acme  due 2026-11-29  120.00
    today     2026-12-01
    """
    assert steps(scenario, 4) == [("Tue 1 Dec", "soon"), ("Wed 2 Dec", "kind")]


def test_the_last_step_repeats_up_to_its_limit_and_then_is_finished(scenario: Scenario) -> None:
    """
    schedule  kind+3 final+10 repeat 7 x2
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-27  120.00
    today     2026-12-01
    """
    assert steps(scenario, 80) == [
        ("Tue 1 Dec", "kind"),
        ("Tue 8 Dec", "final"),
        ("Tue 15 Dec", "final"),
        ("Tue 22 Dec", "final"),
    ]
    occurrences = [i.occurrence for c in scenario.lived(30) if c.reminder for i in c.reminder.carried]
    assert occurrences == [1, 1, 2, 3]


def test_the_end_of_the_ladder_is_finished(scenario: Scenario) -> None:
    """
    schedule  kind+3 final+10
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-11-01  120.00  mark +10 2026-11-11
    today     2026-12-01
    """
    [held] = scenario.plan().held
    assert (held.hold, held.until, held.next_on) == (Hold.FINISHED, None, None)
    assert held.sentence == "Held: it has had every step of the schedule standard"


def test_29_february_has_its_steps(scenario: Scenario) -> None:
    """
    schedule  soon-3 kind+3 firm+14
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2028-02-29  120.00
    today     2028-02-21
    """
    assert steps(scenario, 30) == [("Fri 25 Feb", "soon"), ("Fri 3 Mar", "kind"), ("Tue 14 Mar", "firm")]


def test_the_year_ends_without_a_double_step(scenario: Scenario) -> None:
    """
    schedule  kind+3 firm+7
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-29  120.00
    today     2026-12-29
    """
    assert steps(scenario, 30) == [("Mon 4 Jan", "kind"), ("Fri 8 Jan", "firm")]


def test_the_days_the_clocks_change_have_each_step_once(scenario: Scenario) -> None:
    """
    schedule  kind+3 firm+7
    customer  Acme   ap@acme.example
    customer  Brick  ap@brick.example
    invoice   INV-1  Acme   due 2026-03-26  120.00
    invoice   INV-2  Brick  due 2026-10-22  120.00
    today     2026-03-23
    """
    assert steps(scenario, 230) == [
        ("Mon 30 Mar", "kind"),
        ("Tue 7 Apr", "firm"),
        ("Mon 26 Oct", "kind"),
        ("Fri 30 Oct", "firm"),
    ]


def test_a_due_date_at_the_end_of_all_days_is_survived(scenario: Scenario) -> None:
    """
    schedule  shipped
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 9999-12-31  120.00
    invoice   INV-2  Acme  due 0001-01-01  120.00
    today     2026-12-01
    """
    assert [r.invoices for r in scenario.plan().due] == [("INV-2",)]

"""The schedule that ships is the one the product promises."""

from decimal import Decimal

from app.schedules.shipped import BEST_PRACTICE


def test_five_steps_from_three_days_before_to_thirty_after() -> None:
    assert [(step.offset, step.name) for step in BEST_PRACTICE.steps] == [
        (-3, "Coming up"),
        (3, "Just overdue"),
        (7, "When can we expect it?"),
        (14, "Firm"),
        (30, "Final"),
    ]


def test_old_debt_enters_at_when_can_we_expect_it() -> None:
    assert BEST_PRACTICE.entry_offset == 7


def test_only_the_final_step_is_escalated_needs_approval_and_brings_the_statement() -> None:
    *milder, final = BEST_PRACTICE.steps
    assert (final.sender, final.needs_approval, final.attach_statement) == ("escalated", True, True)
    assert not any(s.sender == "escalated" or s.needs_approval or s.attach_statement for s in milder)


def test_firm_copies_the_escalated_and_final_writes_to_them() -> None:
    assert BEST_PRACTICE.steps[3].recipient_kinds == ("normal", "escalated", "copy")
    assert BEST_PRACTICE.steps[4].recipient_kinds[0] == "escalated"


def test_nothing_below_five_is_chased_and_final_not_below_a_hundred() -> None:
    assert (BEST_PRACTICE.minimum, BEST_PRACTICE.last_step_minimum) == (Decimal(5), Decimal(100))

"""What stands out in the queue of approvals, and what may be approved together."""

from decimal import Decimal
from typing import Any

import pytest

from app.chasing.marks import Facts, Group, Mark, Waiting, exceptional, groups, in_order, marks_of

ORDINARY = Facts(
    kind="reminder",
    weight=Decimal(900),
    was_approved=False,
    has_changed=False,
    is_edited=False,
    is_escalated=False,
    was_reminded=True,
    approve_above=None,
)


def a_place(number: int, *marks: Mark, weight: int = 100) -> Waiting:
    return Waiting(number, Decimal(weight), marks)


def test_an_ordinary_reminder_bears_no_mark() -> None:
    assert marks_of(ORDINARY) == ()


@pytest.mark.parametrize(
    ("facts", "mark"),
    [
        ({"was_approved": True, "has_changed": True}, Mark.DIED),
        ({"has_changed": True}, Mark.CHANGED),
        ({"is_edited": True}, Mark.EDITED),
        ({"kind": "chase_now", "is_edited": True}, Mark.BY_HAND),
        ({"is_escalated": True}, Mark.ESCALATED),
        ({"weight": Decimal("10000.01")}, Mark.LARGE),
        ({"weight": Decimal("500.01"), "approve_above": Decimal(500)}, Mark.LARGE),
        ({"was_reminded": False}, Mark.FIRST),
        ({"is_last": True}, Mark.LAST),
        ({"has_credit": True}, Mark.CREDIT),
        ({"has_dispute": True}, Mark.DISPUTED),
        ({"has_failed": True}, Mark.FAILED),
        ({"goes_elsewhere": True}, Mark.REDIRECTED),
    ],
)
def test_each_fact_that_stands_out_is_a_mark(facts: dict[str, Any], mark: Mark) -> None:
    assert marks_of(ORDINARY._replace(**facts)) == (mark,)


def test_the_limit_itself_is_not_large() -> None:
    assert marks_of(ORDINARY._replace(weight=Decimal(500), approve_above=Decimal(500))) == ()


def test_a_thank_you_asks_for_nothing_that_could_stand_out() -> None:
    asking = {"weight": Decimal(99_999), "was_reminded": False, "has_credit": True, "has_dispute": True, "is_last": True}
    assert marks_of(ORDINARY._replace(kind="thank_you", **asking)) == ()


def test_on_the_first_day_a_first_contact_does_not_stand_out() -> None:
    places = exceptional([a_place(1, Mark.FIRST), a_place(2, Mark.FIRST), a_place(3, Mark.LARGE, Mark.FIRST)])
    assert [each.marks for each in places] == [(), (), (Mark.LARGE,)]


def test_among_customers_who_were_reminded_before_it_does() -> None:
    places = [a_place(1, Mark.FIRST), a_place(2)]
    assert exceptional(places) == tuple(places)


def test_a_queue_is_grouped_by_what_stands_out_first() -> None:
    queue = in_order([a_place(1), a_place(2), a_place(3, Mark.LARGE), a_place(4, Mark.LAST, Mark.LARGE), a_place(5)])
    assert groups(queue) == {4: Group(Mark.LAST, 1), 3: Group(Mark.LARGE, 1), 1: Group(None, 3)}


def test_what_died_comes_first_then_what_stands_out_then_the_largest() -> None:
    places = [a_place(1), a_place(2, weight=500), a_place(3, Mark.FIRST), a_place(4, Mark.DIED), a_place(5, Mark.LARGE)]
    assert [each.id for each in in_order(places)] == [4, 5, 3, 2, 1]


def test_what_changed_or_was_written_by_hand_is_never_approved_with_others() -> None:
    assert a_place(1).is_unremarkable
    assert a_place(1, Mark.FIRST, Mark.LARGE).is_only_remarkable
    for mark in (Mark.DIED, Mark.CHANGED, Mark.EDITED, Mark.BY_HAND):
        changed = a_place(1, mark, Mark.FIRST)
        assert not changed.is_unremarkable
        assert not changed.is_only_remarkable

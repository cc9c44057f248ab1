"""Where one day or one step more or less would be wrong, and what customers said, word for word."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from app.chasing.book import BookCustomer, BookInvoice, BookSchedule, BookStep, Mark, Queried, Sooner, ToldPaid
from app.chasing.ladder import Ladder, Rung, Way, next_rung
from app.chasing.planner import Plan, plan, plan_customer, run_day
from app.schedules.calendar import ChaseCalendar
from tests.unit.chasing.scenarios import Scenario

EVERY_DAY = ChaseCalendar("XX", chase_weekdays=range(7))
DUE = date(2026, 12, 10)


def ladder(*offsets: int, repeat: int | None = None) -> Ladder:
    steps = tuple(BookStep(id=n, offset=offset, name=f"step {n}", template_id=n) for n, offset in enumerate(offsets, 1))
    return Ladder(BookSchedule(id=1, name="s", steps=steps, entry_offset=None, repeat_every_days=repeat, repeat_limit=3))


def rung(on: Ladder, day: date, calendar: ChaseCalendar = EVERY_DAY, **facts: object) -> Rung:
    owed = {"currency": "GBP", "total": Decimal(9), "outstanding": Decimal(9), "due_on": DUE}
    found = next_rung(on, BookInvoice(id=1, number="INV-1", **{**owed, **facts}), calendar, day)  # type: ignore[arg-type]
    assert found is not None
    return found


def day(number: int) -> date:
    return date(2026, 12, number)


def test_of_two_steps_before_the_due_date_that_fall_on_one_chase_day_the_later_one_goes() -> None:
    """Four and three days before Monday are Thursday and Friday: both go on the firm's only chase day, Wednesday."""
    wednesdays = ChaseCalendar("XX", chase_weekdays=[2])
    found = rung(ladder(-4, -3), day(9), wednesdays, due_on=day(14))
    assert (found.step.offset, found.ready_on, found.way) == (-3, day(9), Way.BEFORE)


def test_who_enters_on_the_very_day_of_a_later_step_enters_there() -> None:
    found = rung(ladder(3, 7, 14, 30), day(17))
    assert (found.step.offset, found.way) == (7, Way.ENTERS)
    assert rung(ladder(3, 7, 14, 30), day(16)).step.offset == 3


def test_of_two_steps_that_wait_for_one_chase_day_the_later_one_is_foretold() -> None:
    """Three and four days after Thursday are Sunday and Monday: whoever enters on the Wednesday enters at the later."""
    wednesdays = ChaseCalendar("XX", chase_weekdays=[2])
    found = rung(ladder(3, 4, 14), day(11), wednesdays)
    assert (found.step.offset, found.ready_on, found.way) == (4, day(16), Way.ENTERS)


def moved(*offsets: int, stood: dict[int, list[tuple[int, date]]], repeat: int | None = None) -> Ladder:
    """The ladder some of whose steps, by number, stood elsewhere up to a day."""
    schedule = ladder(*offsets, repeat=repeat).schedule
    steps = tuple(msgspec.structs.replace(step, stood=tuple(stood.get(step.id, ()))) for step in schedule.steps)
    return Ladder(msgspec.structs.replace(schedule, steps=steps))


def test_a_step_that_was_moved_a_day_later_does_not_go_again_to_whoever_had_it() -> None:
    went = Mark(7, day(17))
    edited = moved(3, 8, 14, 30, stood={2: [(7, day(18))]})
    assert rung(edited, day(18), mark=went) == rung(ladder(3, 7, 14, 30), day(18), mark=went), "they notice nothing"
    assert rung(edited, day(18), mark=went).step.offset == 14
    assert rung(edited, day(18), mark=Mark(3, day(15))).step.offset == 8, "who has not had it gets it"


def test_a_step_that_was_moved_twice_is_known_by_where_it_stood_when_it_went() -> None:
    edited = moved(3, 9, 14, stood={2: [(7, day(12)), (5, day(16))]})
    assert rung(edited, day(20), mark=Mark(7, day(12))).step.offset == 14
    assert rung(edited, day(20), mark=Mark(5, day(13))).step.offset == 14
    assert rung(edited, day(20), mark=Mark(7, day(13))).step.offset == 9, "on that day it stood elsewhere: another's mark"


def test_a_step_that_was_moved_to_before_where_it_went_keeps_its_new_distance_to_the_next() -> None:
    found = rung(moved(3, 7, 10, stood={2: [(14, day(25))]}), day(25), mark=Mark(14, day(24)))
    assert (found.step.offset, found.ready_on) == (10, day(27))


def test_where_the_last_one_went_there_is_another_step_now_which_keeps_its_distance_from_where_it_is_today() -> None:
    found = rung(moved(3, 7, 14, stood={1: [(7, day(18))]}), day(18), mark=Mark(7, day(17)))
    assert (found.step.offset, found.ready_on) == (7, day(21))


def test_another_step_that_took_the_place_of_a_moved_one_is_a_step_of_its_own() -> None:
    edited = moved(3, 7, 10, 14, stood={3: [(7, day(12))]})
    assert rung(edited, day(20), mark=Mark(7, day(12))).step.offset == 14
    assert rung(edited, day(20), mark=Mark(7, day(18))).step.offset == 10


def test_a_step_before_the_due_date_that_was_moved_does_not_go_again_either() -> None:
    edited = moved(-2, 5, stood={1: [(-4, day(7))]})
    assert rung(edited, day(7), before_mark=Mark(-4, day(6))).step.offset == 5
    assert rung(edited, day(7)).step.offset == -2


def test_a_step_that_was_moved_beyond_the_due_date_is_another_one() -> None:
    edited = moved(4, 9, stood={1: [(-3, day(8))]})
    assert rung(edited, day(14), before_mark=Mark(-3, day(7))).step.offset == 4
    edited = moved(-3, 9, stood={1: [(4, day(15))]})
    assert rung(edited, day(16), mark=Mark(4, day(14))).step.offset == 9


@pytest.mark.parametrize(("stood", "offsets", "comes"), [(3, (0, 2, 9), 2), (0, (3, 9), 9)])
def test_the_due_date_itself_is_no_border(stood: int, offsets: tuple[int, ...], comes: int) -> None:
    """What stands on the due date and what stands after it are the same ladder."""
    edited = moved(*offsets, stood={1: [(stood, day(14))]})
    assert rung(edited, day(15), mark=Mark(stood, day(13))).step.offset == comes


def test_the_repeats_of_a_last_step_are_counted_from_wherever_it_stood() -> None:
    edited = moved(3, 12, stood={2: [(10, day(30))]}, repeat=5)
    gone = (3, 10, 10, 10, 12)
    twice = BookInvoice(
        id=1, number="INV-1", currency="GBP", total=Decimal(9), outstanding=Decimal(9), due_on=DUE,
        mark=Mark(12, date(2027, 1, 5)), offsets_gone=gone,
    )  # fmt: skip
    assert next_rung(edited, twice, EVERY_DAY, date(2027, 1, 6)) is None, "it has gone once and again three times"
    assert (
        next_rung(edited, msgspec.structs.replace(twice, offsets_gone=gone[1:-1][1:]), EVERY_DAY, date(2027, 1, 6)) is not None
    )


def test_on_the_due_date_nothing_that_comes_before_it_goes_any_more() -> None:
    found = rung(ladder(-3, 0, 5), DUE)
    assert (found.step.offset, found.ready_on) == (0, DUE)
    assert rung(ladder(-3, 5), DUE).step.offset == 5


def test_of_two_steps_the_second_is_the_last_of_several_and_a_single_one_is_not() -> None:
    two, one = ladder(3, 14), ladder(3)
    assert [two.is_last_of_several(step) for step in two.steps] == [False, True]
    assert not one.is_last_of_several(one.steps[0])


def test_the_last_of_two_steps_needs_its_minimum_to_lead(planned: Plan) -> None:
    """
    schedule  kind+3 firm+14 last-minimum 100
    customer  Acme  ap@acme.example
    invoice   INV-1  Acme  due 2026-11-10  99.99  mark +3 2026-11-13
    today     2026-12-01
    """
    assert planned.due == ()
    assert [held.sentence for held in planned.held] == ["Held: step 2 (firm) waits until its invoices reach £100.00"]


@pytest.mark.parametrize(
    ("offset", "asked_on", "ready_on"),
    [(0, 8, 10), (0, 10, 10), (1, 8, 11), (5, 8, 11), (5, 13, 13), (5, 15, 15), (-2, 6, 6), (-2, 8, 8)],
)
def test_a_step_asked_for_sooner_goes_on_that_day_and_no_sooner_than_it_is_true(
    offset: int, asked_on: int, ready_on: int
) -> None:
    """On the due date itself "due today" is true, what speaks of overdue from the day after."""
    found = rung(ladder(offset), day(5), sooner=Sooner(offset, day(asked_on), "Tom"))
    assert found.ready_on == day(ready_on)
    assert (found.asked_by == "Tom") == (found.ready_on < rung(ladder(offset), day(5)).ready_on)


def test_a_repeat_is_not_hurried() -> None:
    facts = {"mark": Mark(5, day(16)), "sooner": Sooner(5, day(17), "Tom")}
    found = rung(ladder(5, repeat=7), day(17), **facts)
    assert (found.way, found.ready_on, found.asked_by) == (Way.REPEATS, day(23), "")


def test_a_step_before_the_due_date_is_not_hurried_onto_it() -> None:
    """The only chase days are Thursdays: asked for on Friday, a step that goes on Thursday 3 December goes then."""
    thursdays = ChaseCalendar("XX", chase_weekdays=[3])
    found = rung(ladder(-2), day(1), thursdays, due_on=day(10), sooner=Sooner(-2, day(4), "Tom"))
    assert (found.ready_on, found.asked_by) == (day(3), "")


def test_what_counts_as_approved_goes_in_one_email_though_a_part_of_it_was_left_unapproved() -> None:
    """As a projection sees it; otherwise the second email of the day would take the first one's place."""
    scenario = Scenario(
        "schedule kind+3 firm+14!\ncustomer Acme ap@acme.example\n"
        "invoice INV-1 Acme due 2026-11-10 120.00 mark +3 2026-11-13\nproposed Acme 2026-11-26\ntoday 2026-12-01"
    )
    [acme] = scenario.book.customers
    late = msgspec.structs.replace(acme.invoices[0], id=99, number="INV-2", due_on=date(2026, 11, 24), mark=None)
    both: BookCustomer = msgspec.structs.replace(acme, invoices=(*acme.invoices, late))
    facts = {"today": scenario.today, "calendar": scenario.calendar, "settings": scenario.chasing_settings}
    approved = plan_customer(both, run_day(scenario.book, **facts, assume_approved=True))  # type: ignore[arg-type]
    assert approved.due is not None
    assert approved.due.invoices == ("INV-1", "INV-2")
    waiting = plan_customer(both, run_day(scenario.book, **facts))  # type: ignore[arg-type]
    assert waiting.due is not None
    assert waiting.due.invoices == ("INV-2",)


def said(**facts: object) -> str:
    scenario = Scenario(
        "schedule kind+3\ncustomer Acme ap@acme.example\ninvoice INV-1 Acme due 2026-11-20 120.00\ntoday 2026-12-01"
    )
    [acme] = scenario.book.customers
    people = {name: value for name, value in facts.items() if name in BookCustomer.__struct_fields__}
    invoice = msgspec.structs.replace(acme.invoices[0], **{name: value for name, value in facts.items() if name not in people})
    book = msgspec.structs.replace(scenario.book, customers=(msgspec.structs.replace(acme, invoices=(invoice,), **people),))
    [held] = plan(book, today=scenario.today, calendar=scenario.calendar, settings=scenario.chasing_settings).held
    return held.sentence


def test_a_query_says_who_asked_where_when_why_and_who_answers() -> None:
    query = Queried(
        on=date(2026, 11, 30), by="the customer", reason="The amount is wrong", owner="Tom Hale", answer_by=date(2027, 1, 4)
    )
    assert said(disputed_amount=None, queried=query) == (
        "Held: all of the £120.00 outstanding is disputed by the customer in the portal on Mon 30 Nov"
        " (The amount is wrong); Tom Hale answers by Mon 4 Jan 2027"
    )


def test_who_told_us_that_it_is_paid_is_named_with_the_place() -> None:
    told = ToldPaid(date(2026, 11, 26), "phone", "Tom Hale")
    assert said(told_paid_on=told.on, told_paid=told) == (
        "Held: on Thu 26 Nov the customer told us by phone, noted by Tom Hale, it is paid; held until Fri 4 Dec"
    )


def test_a_customer_chased_by_hand_is_told_of_as_that() -> None:
    on = date(2026, 11, 30)
    by_hand = "Held: Acme is chased by hand on Mon 30 Nov; reminders are at least 4 days apart"
    assert said(last_reminded_on=on, chased_by_hand_on=on) == by_hand
    assert said(last_reminded_on=on, chased_by_hand_on=date(2026, 11, 27)).startswith("Held: Acme was reminded on Mon 30 Nov")

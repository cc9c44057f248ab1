"""The dry run: what a change of schedules would do in the next four weeks, told in one sentence and by customer."""

from collections.abc import Callable

import msgspec

from app.chasing.dry_run import Change, DryRun, dry_run
from app.chasing.schedule_changes import with_assignment, with_default, with_pause, with_schedule
from app.schedules import moves
from app.schedules.book import BookSchedule
from tests.unit.chasing.scenarios import Scenario


def foreseen(scenario: Scenario, change: Change) -> DryRun:
    return dry_run(scenario.book, change, today=scenario.today, calendar=scenario.calendar, settings=scenario.chasing_settings)


def moved(schedule: BookSchedule, by: Callable[[int], int]) -> BookSchedule:
    return msgspec.structs.replace(
        schedule, steps=tuple(msgspec.structs.replace(step, offset=by(step.offset)) for step in schedule.steps)
    )


def test_an_earlier_step_has_customers_hear_sooner_and_a_later_one_later(scenario: Scenario) -> None:
    """
    schedule  friendly+7
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-01  120.00
    customer  Beta   ap@beta.example
    invoice   INV-2  Beta  due 2026-12-03  80.00
    today     2026-12-01
    """
    [schedule] = scenario.schedules.values()
    sooner = foreseen(scenario, with_schedule(moved(schedule, lambda offset: offset - 3)))
    assert sooner.sentence == "In the next four weeks 2 customers would hear from us sooner."
    assert [(each.customer, str(each.before[0].on), str(each.after[0].on)) for each in sooner.differences] == [
        ("Acme", "2026-12-08", "2026-12-07"),
        ("Beta", "2026-12-10", "2026-12-07"),
    ]
    later = foreseen(scenario, with_schedule(moved(schedule, lambda offset: offset + 3)))
    assert {each.kind for each in later.differences} == {"later"}


def test_what_changes_for_nobody_is_said_too(scenario: Scenario) -> None:
    """
    schedule  friendly+7
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-01  120.00
    today     2026-12-01
    """
    [schedule] = scenario.schedules.values()
    assert foreseen(scenario, with_schedule(schedule)).sentence == ("Nothing changes: no open invoice follows these rules yet.")
    minimum = msgspec.structs.replace(schedule, minimum=schedule.minimum + 1)
    assert foreseen(scenario, with_schedule(minimum)).sentence == (
        "Nothing changes in the next four weeks for the 1 customer concerned."
    )


def test_a_pause_silences_those_on_the_schedule_and_nobody_else(scenario: Scenario) -> None:
    """
    schedule  standard: friendly+3
    schedule  gentle: soft+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-01  120.00
    customer  Beta   ap@beta.example  schedule gentle
    invoice   INV-2  Beta  due 2026-12-01  80.00
    today     2026-12-01
    """
    found = foreseen(scenario, with_pause(scenario.schedules["gentle"].id, True))
    assert found.sentence == "In the next four weeks 1 customer would not hear from us at all. 1 email would become 0."
    assert [(each.customer, each.kind, each.after) for each in found.differences] == [("Beta", "gone", ())]


def test_another_default_reaches_those_without_a_schedule_of_their_own(scenario: Scenario) -> None:
    """
    schedule  standard: friendly+3
    schedule  quick: soft+1
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-01  120.00
    invoice   INV-2  Acme  due 2026-12-01  80.00  schedule standard
    customer  Beta   ap@beta.example  schedule standard
    invoice   INV-3  Beta  due 2026-12-01  80.00
    today     2026-12-01
    """
    found = foreseen(scenario, with_default(scenario.schedules["quick"].id))
    assert [(each.customer, each.kind) for each in found.differences] == [("Acme", "sooner")]
    assert found.customers == 1


def test_an_assignment_reaches_those_chosen(scenario: Scenario) -> None:
    """
    schedule  standard: friendly+3
    schedule  quick: soft+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-01  120.00
    customer  Beta   ap@beta.example
    invoice   INV-2  Beta  due 2026-12-01  80.00
    customer  Gone   ap@gone.example  not-chasing
    invoice   INV-3  Gone  due 2026-12-01  80.00
    today     2026-12-01
    """
    beta, gone = scenario.customers["Beta"]["id"], scenario.customers["Gone"]["id"]
    found = foreseen(scenario, with_assignment([beta, gone], scenario.schedules["quick"].id))
    assert [(each.customer, each.kind, each.after[0].what) for each in found.differences] == [("Beta", "otherwise", "soft")]
    assert found.sentence == "In the next four weeks 1 customer would hear from us differently. 1 customer notices nothing."


def test_one_who_hears_for_the_first_time_hears_in_addition(scenario: Scenario) -> None:
    """
    schedule  friendly+60
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-01  120.00
    today     2026-12-01
    """
    [schedule] = scenario.schedules.values()
    found = foreseen(scenario, with_schedule(moved(schedule, lambda offset: 3)))
    assert found.sentence == "In the next four weeks 1 customer would hear from us in addition. 0 emails would become 1."


def test_what_asks_for_a_person_or_goes_with_other_papers_is_another_email(scenario: Scenario) -> None:
    """
    schedule  friendly+3
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-01  120.00
    today     2026-12-01
    """
    [schedule] = scenario.schedules.values()
    for facts, words in (
        ({"needs_approval": True}, "asks for approval"),
        ({"link_portal": False}, "without the portal"),
        ({"attach_invoices": False}, "without the invoices"),
    ):
        step = msgspec.structs.replace(schedule.steps[0], **facts)
        [found] = foreseen(scenario, with_schedule(msgspec.structs.replace(schedule, steps=(step,)))).differences
        assert (found.kind, found.after[0].details) == ("otherwise", words)


def test_whoever_has_had_a_step_does_not_get_it_again_when_it_is_moved(scenario: Scenario) -> None:
    """
    schedule  friendly+3 plain+7 firm+14 final+30
    customer  Acme   ap@acme.example  reminded 2026-11-27
    invoice   INV-1  Acme  due 2026-06-01  120.00  mark 7 2026-11-27
    customer  Beta   ap@beta.example
    invoice   INV-2  Beta  due 2026-11-30  120.00
    today     2026-12-01
    """
    [schedule] = scenario.schedules.values()
    first, second, *rest = schedule.steps
    edited = msgspec.structs.replace(schedule, steps=(first, msgspec.structs.replace(second, offset=8), *rest))
    known = moves.moved(schedule, edited, scenario.today)
    found = foreseen(scenario, with_schedule(known))
    assert found.sentence == "In the next four weeks 1 customer would hear from us later. 1 customer notices nothing."
    assert [each.customer for each in found.differences] == ["Beta"]
    forgotten = foreseen(scenario, with_schedule(edited))
    assert {each.customer: [email.what for email in each.after if email.is_second] for each in forgotten.differences} == {
        "Acme": ["plain"], "Beta": [],
    }  # fmt: skip


def test_a_letter_that_would_come_a_second_time_is_told_before_anything_is_saved(scenario: Scenario) -> None:
    """
    schedule  standard: friendly+3 plain+7 firm+14 final+30
    schedule  slow: soft+5
    customer  Acme   ap@acme.example  reminded 2026-11-27
    invoice   INV-1  Acme  due 2026-11-20  120.00  mark 7 2026-11-27
    customer  Beta   ap@beta.example
    invoice   INV-2  Beta  due 2026-11-28  120.00
    today     2026-12-01
    """
    plain = scenario.schedules["standard"].steps[1]
    slow = scenario.schedules["slow"]
    late = msgspec.structs.replace(plain, id=99, offset=15)
    scenario.schedules["slow"] = msgspec.structs.replace(slow, steps=(*slow.steps, late))
    everybody = [facts["id"] for facts in scenario.customers.values()]
    found = foreseen(scenario, with_assignment(everybody, slow.id))
    assert "1 customer would get “plain” a second time about the same invoice." in found.sentence
    seconds = {each.customer: [email.is_second for email in each.after] for each in found.differences}
    assert seconds == {"Acme": [True], "Beta": [False, False]}
    scenario.schedules["slow"] = msgspec.structs.replace(scenario.schedules["slow"], repeat_every_days=7, repeat_limit=2)
    repeated = foreseen(scenario, with_assignment(everybody, slow.id))
    assert "second time" not in repeated.sentence, "the last step is meant to come again"


def test_the_ladder_never_leaps_however_the_schedule_is_edited(scenario: Scenario) -> None:
    """
    schedule  friendly+3 plain+10 firm+40
    customer  Acme   ap@acme.example  reminded 2026-11-30
    invoice   INV-1  Acme  due 2026-11-25  120.00  mark 3 2026-11-30
    today     2026-12-01
    """
    [schedule] = scenario.schedules.values()
    first, second, third = schedule.steps
    pulled = (first, msgspec.structs.replace(second, offset=5), msgspec.structs.replace(third, offset=6))
    [found] = foreseen(scenario, with_schedule(msgspec.structs.replace(schedule, steps=pulled))).differences
    assert [email.what for email in found.after] == ["plain", "firm"]
    assert (found.after[1].on - found.after[0].on).days >= scenario.chasing_settings.minimum_gap_days


def test_what_keeps_everything_from_going_is_said_beside_it(scenario: Scenario) -> None:
    """
    schedule  friendly+7
    organisation disconnected
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-01  120.00
    today     2026-12-01
    """
    [schedule] = scenario.schedules.values()
    found = foreseen(scenario, with_schedule(moved(schedule, lambda offset: 3)))
    assert found.stands_still == ("Held: Xero is disconnected",)
    assert [each.kind for each in found.differences] == ["sooner"]


def test_a_step_that_is_taken_out_has_customers_hear_less_often_and_is_named(scenario: Scenario) -> None:
    """
    schedule  friendly+3 plain+10 firm+20
    customer  Acme   ap@acme.example
    invoice   INV-1  Acme  due 2026-12-01  120.00
    today     2026-12-01
    """
    [schedule] = scenario.schedules.values()
    first, second, third = schedule.steps
    without = msgspec.structs.replace(schedule, steps=(first, third))
    found = foreseen(scenario, with_schedule(without))
    assert found.sentence == "In the next four weeks 1 customer would hear from us less often. 3 emails would become 2."
    assert [email.what for email in found.differences[0].before] == ["plain"]
    assert found.differences[0].after == ()
    back = dry_run(
        msgspec.structs.replace(scenario.book, schedules={schedule.id: without}),
        with_schedule(schedule),
        today=scenario.today,
        calendar=scenario.calendar,
        settings=scenario.chasing_settings,
    )
    assert [each.kind for each in back.differences] == ["more"]
    assert second.name == back.differences[0].after[0].what

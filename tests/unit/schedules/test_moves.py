"""A step that is moved remembers where it stood."""

from datetime import date

import msgspec

from app.schedules.book import BookSchedule, BookStep
from app.schedules.moves import MOST_REMEMBERED, moved, moves_a_step

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 11, day) for day in (23, 24, 25))


def schedule(*offsets: int) -> BookSchedule:
    steps = tuple(BookStep(id=number, offset=offset, name="a", template_id=1) for number, offset in enumerate(offsets, 1))
    return BookSchedule(id=1, name="s", steps=steps, entry_offset=None)


def stood(of: BookSchedule) -> list[tuple[tuple[int, date], ...]]:
    return [step.stood for step in of.steps]


def test_only_what_is_moved_remembers_its_place_and_the_last_day_there() -> None:
    assert stood(moved(schedule(3, 7), schedule(3, 8), MONDAY)) == [(), ((7, MONDAY),)]
    assert (moves_a_step(schedule(3, 7), schedule(3, 8)), moves_a_step(schedule(3, 7), schedule(3, 7, 14))) == (True, False)


def test_what_is_remembered_lives_on_when_something_else_is_edited() -> None:
    first = moved(schedule(3, 7), schedule(3, 8), MONDAY)
    assert stood(moved(first, schedule(4, 8), WEDNESDAY)) == [((3, WEDNESDAY),), ((7, MONDAY),)]
    assert stood(moved(first, schedule(3, 9), WEDNESDAY))[1] == ((7, MONDAY), (8, WEDNESDAY))


def test_a_place_that_lasted_less_than_a_day_is_forgotten() -> None:
    first = moved(schedule(7), schedule(8), MONDAY)
    again = moved(first, schedule(9), MONDAY)
    assert stood(again) == [((7, MONDAY),)]
    [step] = again.steps
    assert [step.offset_on(day) for day in (date(2026, 11, 1), MONDAY, TUESDAY)] == [7, 7, 9]


def test_a_new_step_has_stood_nowhere() -> None:
    new = BookStep(id=-2, offset=14, name="b", template_id=2)
    edited = msgspec.structs.replace(schedule(7), steps=(*schedule(8).steps, new))
    assert stood(moved(schedule(7), edited, MONDAY))[1] == ()


def test_no_more_is_remembered_than_anybody_will_ask_for() -> None:
    now = schedule(1)
    for number in range(2, 40):
        now = moved(now, schedule(number), date(2026, 1, number % 28 + 1) if number < 28 else date(2026, 2, number - 27))
    assert len(now.steps[0].stood) <= MOST_REMEMBERED

"""Working days, chase days, and the instant of a chase on days when clocks change."""

from datetime import UTC, date, datetime, time

import pytest

from app.schedules.calendar import ChaseCalendar, chase_instant, days_after

BRITAIN = ChaseCalendar("GB")


def test_gb_means_england_unless_chosen() -> None:
    easter_monday, late_august = date(2026, 4, 6), date(2026, 8, 31)
    assert not BRITAIN.is_chase_day(easter_monday)
    assert not BRITAIN.is_chase_day(late_august)
    scotland = ChaseCalendar("GB", "SCT")
    assert scotland.is_chase_day(easter_monday)
    assert not scotland.is_chase_day(date(2026, 1, 2))


def test_weekends_are_neither_worked_nor_chased() -> None:
    assert not BRITAIN.is_working_day(date(2026, 12, 5))
    assert not BRITAIN.is_chase_day(date(2026, 12, 6))
    assert BRITAIN.is_chase_day(date(2026, 12, 7))


def test_a_chosen_saturday_is_a_chase_day_but_no_working_day() -> None:
    calendar = ChaseCalendar("GB", chase_weekdays={0, 5})
    assert calendar.is_chase_day(date(2026, 12, 5))
    assert not calendar.is_working_day(date(2026, 12, 5))
    assert not calendar.is_chase_day(date(2026, 12, 8))
    assert calendar.is_working_day(date(2026, 12, 8))


def test_own_closed_days_are_neither_worked_nor_chased() -> None:
    calendar = ChaseCalendar("GB", closed_days=[date(2026, 12, 24)])
    assert not calendar.is_chase_day(date(2026, 12, 24))
    assert not calendar.is_working_day(date(2026, 12, 24))


def test_the_next_chase_day_is_the_day_itself_or_leaps_over_christmas() -> None:
    assert BRITAIN.next_chase_day(date(2026, 12, 24)) == date(2026, 12, 24)
    assert BRITAIN.next_chase_day(date(2026, 12, 25)) == date(2026, 12, 29)


def test_the_last_chase_day_is_the_day_itself_or_the_one_before_the_holidays() -> None:
    assert BRITAIN.last_chase_day(date(2026, 12, 29)) == date(2026, 12, 29)
    assert BRITAIN.last_chase_day(date(2026, 12, 28)) == date(2026, 12, 24)


def test_working_days_are_added_over_weekend_and_new_year() -> None:
    assert BRITAIN.add_working_days(date(2026, 12, 31), 0) == date(2026, 12, 31)
    assert BRITAIN.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert BRITAIN.add_working_days(date(2026, 12, 5), 1) == date(2026, 12, 7)
    assert BRITAIN.add_working_days(date(2026, 12, 4), 5) == date(2026, 12, 11)


def test_working_days_are_counted_back_over_weekends_and_holidays() -> None:
    assert BRITAIN.working_days_ago(date(2026, 12, 10), 2) == date(2026, 12, 8)
    assert BRITAIN.working_days_ago(date(2026, 12, 8), 2) == date(2026, 12, 6), "what came on Sunday has waited since Monday"
    assert BRITAIN.working_days_ago(date(2026, 12, 7), 2) == date(2026, 12, 3)
    assert BRITAIN.working_days_ago(date(2026, 12, 29), 2) == date(2026, 12, 23), "Christmas, its Monday and a weekend"


def test_the_weekend_is_the_countrys_own() -> None:
    assert not ChaseCalendar("IL").is_working_day(date(2026, 12, 4))
    assert ChaseCalendar("IL").is_working_day(date(2026, 12, 6))


def test_an_unknown_country_has_weekends_and_no_holidays() -> None:
    calendar = ChaseCalendar("XX")
    assert calendar.is_chase_day(date(2026, 12, 25))
    assert not calendar.is_working_day(date(2026, 12, 26))


def test_an_unknown_subdivision_has_the_whole_countrys_holidays() -> None:
    assert not ChaseCalendar("GB", "nowhere").is_chase_day(date(2026, 12, 25))


def test_at_least_one_weekday_must_be_chosen() -> None:
    with pytest.raises(ValueError, match=r"^choose at least one weekday to chase on$"):
        ChaseCalendar("GB", chase_weekdays=())
    with pytest.raises(ValueError, match="at least one weekday"):
        ChaseCalendar("GB", chase_weekdays={7})


def test_the_ends_of_the_calendar_are_survived() -> None:
    sunday_only = ChaseCalendar("GB", chase_weekdays={6})
    assert sunday_only.next_chase_day(date.max) == date.max
    assert sunday_only.last_chase_day(date.min) == date.min
    assert sunday_only.add_working_days(date.max, 3) == date.max
    assert ChaseCalendar("IL").add_working_days(date.max, 1) == date.max, "which is no working day there"
    assert days_after(date.max, 1) == date.max
    assert days_after(date.min, -1) == date.min


def test_29_february_is_a_day_like_any_other() -> None:
    assert BRITAIN.is_chase_day(date(2028, 2, 29))
    assert days_after(date(2028, 2, 29), 365) == date(2029, 2, 28)
    assert BRITAIN.add_working_days(date(2028, 2, 28), 2) == date(2028, 3, 1)


@pytest.mark.parametrize(
    ("day", "at", "zone", "instant"),
    [
        (date(2026, 12, 1), time(10), "Europe/London", datetime(2026, 12, 1, 10, tzinfo=UTC)),
        (date(2026, 6, 1), time(10), "Europe/London", datetime(2026, 6, 1, 9, tzinfo=UTC)),
        (date(2026, 6, 1), time(10), "Pacific/Auckland", datetime(2026, 5, 31, 22, tzinfo=UTC)),
        (date(2026, 3, 29), time(10), "Europe/London", datetime(2026, 3, 29, 9, tzinfo=UTC)),
        (date(2026, 3, 28), time(10), "Europe/London", datetime(2026, 3, 28, 10, tzinfo=UTC)),
        (date(2026, 10, 25), time(10), "Europe/London", datetime(2026, 10, 25, 10, tzinfo=UTC)),
        (date(2026, 10, 24), time(10), "Europe/London", datetime(2026, 10, 24, 9, tzinfo=UTC)),
    ],
)
def test_chase_time_is_the_organisations_clock_in_summer_and_winter(day: date, at: time, zone: str, instant: datetime) -> None:
    assert chase_instant(day, at, zone) == instant


def test_a_chase_instant_is_told_in_utc_wherever_the_server_stands() -> None:
    assert chase_instant(date(2026, 6, 1), time(10), "Europe/London").tzinfo is UTC


def test_a_time_skipped_in_spring_comes_as_much_later() -> None:
    assert chase_instant(date(2026, 3, 29), time(1, 30), "Europe/London") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_of_a_time_that_comes_twice_in_autumn_the_first_counts() -> None:
    assert chase_instant(date(2026, 10, 25), time(1, 30), "Europe/London") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

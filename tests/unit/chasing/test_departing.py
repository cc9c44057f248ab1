"""When an approved email leaves, in words."""

from datetime import UTC, datetime

from app.chasing.departing import when_it_goes

MONDAY = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


def test_while_the_chase_time_runs_it_goes_within_minutes() -> None:
    assert when_it_goes(MONDAY, MONDAY, "Europe/London") == "within minutes"
    assert when_it_goes(None, MONDAY, "Europe/London") == "within minutes"


def test_before_it_the_day_and_the_time_are_told_by_the_organisations_clock() -> None:
    early, sunday = datetime(2026, 11, 30, 8, 0, tzinfo=UTC), datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
    assert when_it_goes(MONDAY, early, "Europe/London") == "today from 10:00"
    assert when_it_goes(MONDAY, sunday, "Europe/London") == "on Mon 30 Nov from 10:00"
    assert when_it_goes(MONDAY, early, "Pacific/Auckland") == "today from 23:00"

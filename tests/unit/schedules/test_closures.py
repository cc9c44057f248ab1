"""The next chase days that are none, with their names."""

from datetime import date

from app.schedules.calendar import ChaseCalendar
from app.schedules.closures import next_closures


def said(calendar: ChaseCalendar, today: date, count: int = 4, **names: str) -> list[tuple[str, str]]:
    own = {date.fromisoformat(on.replace("_", "-")[1:]): name for on, name in names.items()}
    return [(each.on.isoformat(), each.name) for each in next_closures(calendar, own, today, count)]


def test_holidays_and_own_days_come_in_order_weekends_go_without_saying() -> None:
    calendar = ChaseCalendar("GB", closed_days=[date(2026, 12, 24), date(2026, 12, 29)])
    found = said(calendar, date(2026, 12, 1), 5, _2026_12_24="Christmas Eve")
    assert found == [
        ("2026-12-24", "Christmas Eve"),
        ("2026-12-25", "Christmas Day"),
        ("2026-12-28", "Boxing Day (observed)"),
        ("2026-12-29", "Closed"),
        ("2027-01-01", "New Year's Day"),
    ]
    assert [each.is_own for each in next_closures(calendar, {}, date(2026, 12, 1), 3)] == [True, False, False]


def test_today_counts_and_only_chosen_weekdays_do() -> None:
    assert said(ChaseCalendar("GB"), date(2026, 12, 25), 1) == [("2026-12-25", "Christmas Day")]
    assert said(ChaseCalendar("GB", chase_weekdays={5}), date(2026, 12, 1), 1) == [("2026-12-26", "Boxing Day")]


def test_the_chosen_regions_holidays_are_named_in_english() -> None:
    assert ("2027-01-06", "Epiphany") in said(ChaseCalendar("DE", "BY"), date(2027, 1, 1))
    assert ("2027-01-06", "Epiphany") not in said(ChaseCalendar("DE"), date(2027, 1, 1))
    assert said(ChaseCalendar("GB", "SCT"), date(2027, 1, 1), 2)[1][0] == "2027-01-04"


def test_where_nothing_is_closed_nothing_is_named() -> None:
    assert said(ChaseCalendar("XX"), date(2026, 12, 1)) == []

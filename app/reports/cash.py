"""Expected cash: what is outstanding, by the week in which it is likely to come."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from app.reports.months import day_and_month, monday_of, week_name
from app.reports.report import Head, Report, Row
from components.chart.columns import Point, column_chart
from components.format import money

WEEKS = 12
ZERO = Decimal(0)


class Owed(Struct, frozen=True):
    """Invoices that are alike, in base currency: by when they are expected or due, and how late their customer pays."""

    number: int
    value: Decimal
    expected_on: date | None
    due_on: date | None
    days_late: int | None
    disputed: Decimal = ZERO
    """Of the value."""


class Week(Struct, frozen=True):
    """`monday` None: later than all weeks, or in none of them."""

    label: str
    monday: date | None
    number: int = 0
    dated: Decimal = ZERO
    by_habit: Decimal = ZERO

    @property
    def value(self) -> Decimal:
        return self.dated + self.by_habit


def likely_on(owed: Owed, today: date) -> date | None:
    """Its expected date; else the due date and the customer's habit, which is never early. None: that has passed, and
    nobody knows."""
    on = owed.expected_on or (owed.due_on or today) + timedelta(days=max(owed.days_late or 0, 0))
    return on if on >= today else None


def weeks_of(found: Iterable[Owed], today: date, locale: str) -> list[Week]:
    """Twelve weeks from this one on, what comes later, what should have come already, and what is in question."""
    first = monday_of(today)
    mondays = [first + timedelta(weeks=place) for place in range(WEEKS)]
    weeks = [Week(week_name(monday, today, locale), monday) for monday in mondays]
    weeks += [Week("Later", None), Week("Should have come: no date", None), Week("In dispute: no date", None)]
    for each in found:
        on = likely_on(each, today)
        place = min((monday_of(on) - first).days // 7, WEEKS) if on is not None else WEEKS + 1
        weeks[place] = _with(weeks[place], each, each.value - each.disputed, each.number)
        weeks[-1] = _with(weeks[-1], each, each.disputed, 0)
    return weeks


def _with(week: Week, owed: Owed, value: Decimal, number: int) -> Week:
    is_dated = owed.expected_on is not None
    dated, by_habit = (week.dated + value, week.by_habit) if is_dated else (week.dated, week.by_habit + value)
    return Week(week.label, week.monday, week.number + number, dated, by_habit)


def cash_report(found: Sequence[Owed], today: date, base: str, locale: str) -> Report:
    weeks = weeks_of(found, today, locale)
    soon = sum((week.value for week in weeks[:4]), ZERO)
    number, total = sum(week.number for week in weeks), sum((week.value for week in weeks), ZERO)
    points = [
        Point(day_and_month(week.monday, locale), week.value, _thousands(week.value), place == 0)
        for place, week in enumerate(weeks[:WEEKS])
        if week.monday is not None
    ]
    return Report(
        name="expected-cash",
        title="Expected cash",
        said=f"{money(soon, base, locale)} is likely to come within four weeks.",
        counted="By the expected payment date where there is one; else by the due date and the days by which the customer pays "
        "late on average. Where that day has passed nobody knows, so that it stands in no week; nor does what is in dispute.",
        empty="Nothing is outstanding.",
        heads=(
            Head("Week"), Head("Invoices", "number"), Head("With a date", "money", base),
            Head("By habit", "money", base), Head("Together", "money", base),
        ),
        rows=tuple(
            Row((week.label, week.number or None, week.dated, week.by_habit, week.value))
            for week in weeks
            if week.value or week.monday
        )
        if found
        else (),
        total=Row(("Total", number, *_sums(weeks), total)) if found else None,
        charts=(column_chart(f"Likely to come each week, in thousands of {base}", points),),
    )  # fmt: skip


def _sums(weeks: Sequence[Week]) -> tuple[Decimal, Decimal]:
    return sum((week.dated for week in weeks), ZERO), sum((week.by_habit for week in weeks), ZERO)


def _thousands(value: Decimal) -> str:
    return f"{value / 1000:.1f}" if value else ""

"""How late customers pay, and the days of sales outstanding, month by month."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from app.reports.months import last_of, months_up_to, short
from app.reports.report import Head, Report, Row
from components.chart.columns import Point, column_chart
from components.format import figure

DSO_DAYS = 90
"""Sales of so many days up to the end of a month are what its receivables are held against."""
ZERO = Decimal(0)


class Paid(Struct, frozen=True):
    """Invoices paid in full in a month: how many, and by how many days late they were paid, added up."""

    number: int = 0
    days: int = 0


class Books(Struct, frozen=True):
    """In base currency. `owed`: outstanding today; what was invoiced and what came in, by day."""

    owed: Decimal
    invoiced: Mapping[date, Decimal]
    received: Mapping[date, Decimal]
    paid: Mapping[str, Paid]


class Month(Struct, frozen=True):
    month: str
    number: int
    late: Decimal | None
    owed: Decimal
    dso: Decimal | None


def late_report(books: Books, today: date, base: str, locale: str) -> Report:
    months = [_month(month, books, today) for month in months_up_to(today)]
    return Report(
        name="days-late",
        title="Days late and DSO",
        said=_said(months),
        counted="Days late: of the invoices paid in full in a month, from the due date to the last payment; early ones count "
        f"as less than nothing. DSO: what was outstanding at a month's end against the sales of the {DSO_DAYS} days up to it.",
        empty="Nothing has been invoiced yet. Invoices arrive with the next sync from Xero.",
        heads=(
            Head("Month"), Head("Invoices paid", "number"), Head("Average days late", "average"),
            Head("Outstanding at its end", "money", base), Head("DSO", "number", unit="days"),
        ),
        rows=tuple(_row(each, locale) for each in reversed(months)),
        charts=(
            column_chart("Average days late, by month of payment", _points(months, locale, lambda each: each.late)),
            column_chart("Days of sales outstanding at the end of each month", _points(months, locale, lambda each: each.dso)),
        ),
    )  # fmt: skip


def _month(month: str, books: Books, today: date) -> Month:
    paid, end = books.paid.get(month, Paid()), last_of(month, today)
    late = (Decimal(paid.days) / paid.number).quantize(Decimal("0.1")) if paid.number else None
    owed = books.owed - _after(books.invoiced, end) + _after(books.received, end)
    sales = sum((value for on, value in books.invoiced.items() if end - timedelta(days=DSO_DAYS) < on <= end), ZERO)
    dso = (owed / sales * DSO_DAYS).quantize(Decimal(1)) if sales > 0 and owed >= 0 else None
    return Month(month, paid.number, late, owed, dso)


def _after(by_day: Mapping[date, Decimal], end: date) -> Decimal:
    return sum((value for on, value in by_day.items() if on > end), ZERO)


def _row(each: Month, locale: str) -> Row:
    return Row((short(each.month, locale), each.number, each.late, each.owed, each.dso))


def _points(months: Sequence[Month], locale: str, of: Callable[[Month], Decimal | None]) -> list[Point]:
    values = [(each, of(each)) for each in months]
    return [
        Point(short(each.month, locale), value or ZERO, "" if value is None else figure(value, 0, locale), each is months[-1])
        for each, value in values
    ]


def _said(months: Sequence[Month]) -> str:
    number = sum(each.number for each in months)
    if not number:
        return "No invoice has been paid in the last twelve months."
    days = sum((each.late * each.number for each in months if each.late is not None), ZERO) / number
    how = f"{abs(days):.0f} days {'late' if days >= 0 else 'early'}"
    dso = next((each.dso for each in reversed(months) if each.dso is not None), None)
    return f"Over twelve months customers paid {how} on average" + (f"; DSO is {dso} days." if dso is not None else ".")

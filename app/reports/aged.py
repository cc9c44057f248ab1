"""Aged receivables: what each customer owed on a day, by currency and by age."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from operator import add

from msgspec import Struct

from app.money import amount, in_base, units
from app.reports.home import BANDS
from app.reports.report import Head, Report, Row, Written
from components.chart.ageing import AgeBand, ageing_bar
from components.format import counted, day_in_full, money


class Aged(Struct, frozen=True):
    """What a customer owes in one currency at one rate, by the bands of BANDS; `credit` is not set against anything.

    In ten-thousandths, as it is stored: a large book has tens of thousands of these, of which a page shows the first few.
    """

    customer_id: int
    customer: str
    currency: str
    rate: Decimal
    sums: tuple[int, ...]
    credit: int = 0


class _Line(Struct):
    """One of a customer and currency; `base` is all of it in base currency."""

    customer_id: int
    customer: str
    currency: str
    sums: tuple[int, ...]
    credit: int
    base: int


def aged_report(found: Iterable[Aged], on: date, base: str, locale: str, *, with_credits: bool) -> Report:
    """The largest first. Credits are known of today only."""
    parts = [(part, _based(part)) for part in found]
    lines = sorted(_lines(parts), key=lambda line: (-line.base, line.customer, line.currency))
    bands = [amount(sum(based[place] for _, based in parts)) for place in range(len(BANDS))]
    owed = sum(bands, Decimal(0))
    customers = counted(len({line.customer_id for line in lines if any(line.sums)}), "customer owes", "customers owe", locale)
    extra = (Head("Unused credit", "money"),) if with_credits else ()
    return Report(
        name="aged",
        title="Aged receivables",
        said=f"On {day_in_full(on, locale)} {customers} {money(owed, base, locale)}, of it {_overdue(bands, base, locale)}.",
        counted="By the due date; what has none is not due. Payments and credits count from their own day on. In base currency "
        "at the rate of each invoice.",
        empty="Nothing was owed on that day.",
        heads=(
            Head("Customer"), Head("Currency"), *(Head(band, "money") for band in BANDS), Head("Outstanding", "money"),
            *extra, Head(f"In {base}", "money", base),
        ),
        rows=Written(lines, _with_credit if with_credits else _row),
        total=Row(("Total", base, *bands, owed, *((None,) if with_credits else ()), owed)) if lines else None,
        ageing=ageing_bar(f"Outstanding by age: {_said(bands, base, locale)}", _bar(bands, base, locale)),
    )  # fmt: skip


def _based(part: Aged) -> tuple[int, ...]:
    """Each band in base currency."""
    if part.rate in (0, 1):
        return part.sums
    return tuple(units(in_base(amount(each), part.rate)) if each else 0 for each in part.sums)


def _lines(parts: Iterable[tuple[Aged, tuple[int, ...]]]) -> list[_Line]:
    """One of a customer and currency, its rates put together."""
    lines: dict[tuple[int, str], _Line] = {}
    for part, based in parts:
        line = lines.get((part.customer_id, part.currency))
        if line is None:
            fresh = _Line(part.customer_id, part.customer, part.currency, part.sums, part.credit, sum(based))
            lines[part.customer_id, part.currency] = fresh
        else:
            line.sums = tuple(map(add, line.sums, part.sums))
            line.credit += part.credit
            line.base += sum(based)
    return list(lines.values())


def _row(line: _Line) -> Row:
    sums = (*map(amount, line.sums), amount(sum(line.sums)))
    return Row((line.customer, line.currency, *sums, amount(line.base)), f"/customers/{line.customer_id}")


def _with_credit(line: _Line) -> Row:
    row = _row(line)
    return Row((*row.values[:-1], amount(line.credit), row.values[-1]), row.url)


def _overdue(bands: Sequence[Decimal], base: str, locale: str) -> str:
    return f"{money(sum(bands[1:], Decimal(0)), base, locale)} overdue"


def _said(bands: Sequence[Decimal], base: str, locale: str) -> str:
    return ", ".join(f"{label} {money(each, base, locale)}" for label, each in zip(BANDS, bands, strict=True))


def _bar(bands: Sequence[Decimal], base: str, locale: str) -> list[AgeBand]:
    return [AgeBand(label, each, money(each, base, locale)) for label, each in zip(BANDS, bands, strict=True)]

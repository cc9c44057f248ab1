"""Aged receivables: what each customer owed on a day, by currency and by age."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from app.money import in_base
from app.reports.home import BANDS
from app.reports.report import Head, Report, Row
from components.chart.ageing import AgeBand, ageing_bar
from components.format import counted, day_in_full, money


class Aged(Struct, frozen=True):
    """What a customer owes in one currency at one rate, by the bands of BANDS; `credit` is not set against anything."""

    customer_id: int
    customer: str
    currency: str
    rate: Decimal
    sums: tuple[Decimal, ...]
    credit: Decimal = Decimal(0)


class _Line(Struct, frozen=True):
    customer_id: int
    customer: str
    currency: str
    sums: tuple[Decimal, ...]
    credit: Decimal
    base: Decimal


def aged_report(found: Iterable[Aged], on: date, base: str, locale: str, *, with_credits: bool) -> Report:
    """The largest first. Credits are known of today only."""
    parts = list(found)
    lines = sorted(_lines(parts), key=lambda line: (-line.base, line.customer, line.currency))
    bands = [sum((in_base(part.sums[place], part.rate) for part in parts), Decimal(0)) for place in range(len(BANDS))]
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
        rows=tuple(_row(line, with_credits=with_credits) for line in lines),
        total=Row(("Total", base, *bands, owed, *((None,) if with_credits else ()), owed)) if lines else None,
        ageing=ageing_bar(f"Outstanding by age: {_said(bands, base, locale)}", _bar(bands, base, locale)),
    )  # fmt: skip


def _lines(parts: Sequence[Aged]) -> list[_Line]:
    """One of a customer and currency, its rates put together."""
    together: dict[tuple[int, str], list[Aged]] = {}
    for part in parts:
        together.setdefault((part.customer_id, part.currency), []).append(part)
    return [_together(same) for same in together.values()]


def _together(same: Sequence[Aged]) -> _Line:
    sums = tuple(sum((part.sums[place] for part in same), Decimal(0)) for place in range(len(BANDS)))
    base = sum((in_base(value, part.rate) for part in same for value in part.sums), Decimal(0))
    credit = sum((part.credit for part in same), Decimal(0))
    return _Line(same[0].customer_id, same[0].customer, same[0].currency, sums, credit, base)


def _row(line: _Line, *, with_credits: bool) -> Row:
    owed = sum(line.sums, Decimal(0))
    credit = (line.credit,) if with_credits else ()
    return Row((line.customer, line.currency, *line.sums, owed, *credit, line.base), f"/customers/{line.customer_id}")


def _overdue(bands: Sequence[Decimal], base: str, locale: str) -> str:
    return f"{money(sum(bands[1:], Decimal(0)), base, locale)} overdue"


def _said(bands: Sequence[Decimal], base: str, locale: str) -> str:
    return ", ".join(f"{label} {money(each, base, locale)}" for label, each in zip(BANDS, bands, strict=True))


def _bar(bands: Sequence[Decimal], base: str, locale: str) -> list[AgeBand]:
    return [AgeBand(label, each, money(each, base, locale)) for label, each in zip(BANDS, bands, strict=True)]

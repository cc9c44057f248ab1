"""Broken promises: who keeps its word, and what became of the money."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from app.reports.months import month_of, months_up_to, short
from app.reports.report import Head, Report, Row
from components.chart.columns import Point, column_chart
from components.format import counted, money

ZERO = Decimal(0)


class Ended(Struct, frozen=True):
    """A promise that was kept or broken; amounts in base currency. `open`: of what was promised still outstanding."""

    customer_id: int
    customer: str
    is_broken: bool
    value: Decimal
    open: Decimal
    on: date


class _Word(Struct):
    """A customer's."""

    customer: str = ""
    kept: int = 0
    broken: int = 0
    value: Decimal = ZERO
    open: Decimal = ZERO
    last_on: date | None = None

    def add(self, each: Ended) -> None:
        self.customer = each.customer
        if not each.is_broken:
            self.kept += 1
            return
        self.broken += 1
        self.value += each.value
        self.open += each.open
        self.last_on = max(filter(None, (self.last_on, each.on)))


def broken_report(ended: Iterable[Ended], today: date, base: str, locale: str) -> Report:
    """Of the customers that broke one."""
    words: dict[int, _Word] = defaultdict(_Word)
    months = dict.fromkeys(months_up_to(today), 0)
    for each in ended:
        words[each.customer_id].add(each)
        if each.is_broken and month_of(each.on) in months:
            months[month_of(each.on)] += 1
    broke = {customer: word for customer, word in words.items() if word.broken}
    return Report(
        name="broken-promises",
        title="Broken promises",
        said=_said(words, base, locale),
        counted="Over twelve months. A promise is broken when something is outstanding one working day after its day; what was "
        "replaced or taken back counts for nothing.",
        empty="Nobody has broken a promise. When the day somebody promised passes without the money, it stands here.",
        heads=(
            Head("Customer"), Head("Broken", "number"), Head("Kept", "number"), Head("Keeps its word", "share"),
            Head("Last broken", "day"), Head("Promised and broken", "money", base), Head("Still outstanding", "money", base),
        ),
        rows=tuple(_row(customer, word) for customer, word in sorted(broke.items(), key=_worst)),
        total=_total(broke),
        charts=(column_chart("Promises broken, by month", _points(months, locale)),),
    )  # fmt: skip


def _worst(each: tuple[int, _Word]) -> tuple[Decimal, int, str]:
    return -each[1].open, -each[1].broken, each[1].customer


def _row(customer: int, word: _Word) -> Row:
    share = (Decimal(word.kept) / (word.kept + word.broken)).quantize(Decimal("0.01"))
    return Row((word.customer, word.broken, word.kept, share, word.last_on, word.value, word.open), f"/customers/{customer}")


def _total(broke: Mapping[int, _Word]) -> Row | None:
    if not broke:
        return None
    words = broke.values()
    broken, kept = sum(word.broken for word in words), sum(word.kept for word in words)
    value, still = sum((word.value for word in words), ZERO), sum((word.open for word in words), ZERO)
    return Row(("Together", broken, kept, (Decimal(kept) / (kept + broken)).quantize(Decimal("0.01")), None, value, still))


def _points(months: Mapping[str, int], locale: str) -> list[Point]:
    last = list(months)[-1]
    return [Point(short(each, locale), Decimal(number), str(number or ""), each == last) for each, number in months.items()]


def _said(words: Mapping[int, _Word], base: str, locale: str) -> str:
    broken, kept = sum(each.broken for each in words.values()), sum(each.kept for each in words.values())
    if not broken + kept:
        return "No promise has ended yet."
    still = sum((each.open for each in words.values()), ZERO)
    of = counted(kept + broken, "promise was", "promises were", locale)
    return f"{broken} of {of} broken; {money(still, base, locale)} of that is still outstanding."

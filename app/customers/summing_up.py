"""The one sentence that sums a customer up, and what is owed by age."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from app.money import amount
from components.chart.ageing import AgeBand, AgeingBar, ageing_bar
from components.format import day, money

BANDS: tuple[tuple[str, int], ...] = (
    ("Not due", 0),
    ("1 to 30 days", 30),
    ("31 to 60 days", 60),
    ("61 to 90 days", 90),
    ("Older", 100_000),
)
"""Each with the most days overdue that still belong to it."""


class Standing(Struct, frozen=True, kw_only=True):
    """A customer's sums by currency in ten-thousandths, its habit, and the next reminder. `days_late` None: unknown."""

    outstanding: Mapping[str, int]
    overdue: Mapping[str, int]
    days_late: int | None = None
    next_step: str = ""
    next_on: date | None = None


def summed_up(standing: Standing, today: date, locale: str) -> str:
    """As in "Owes £4,210.00, of it £1,900.00 overdue, pays 12 days late on average; next: Firm on Tue 8 Dec"."""
    parts = [f"Owes {sums(standing.outstanding, locale)}" if standing.outstanding else "Owes nothing"]
    if standing.overdue:
        all_of_it = standing.overdue == standing.outstanding
        parts.append("all of it overdue" if all_of_it else f"of it {sums(standing.overdue, locale)} overdue")
    elif standing.outstanding:
        parts.append("none of it overdue")
    if standing.days_late is not None:
        parts.append(say_habit(standing.days_late))
    return ", ".join(parts) + _say_next(standing, today) + "."


def sums(by_currency: Mapping[str, int], locale: str) -> str:
    """As in "£120.00 and US$40.00"."""
    texts = [money(amount(value), currency, locale) for currency, value in sorted(by_currency.items())]
    return " and ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))


def say_habit(days_late: int) -> str:
    if days_late == 0:
        return "pays on the day on average"
    days = "day" if abs(days_late) == 1 else "days"
    return f"pays {abs(days_late)} {days} {'late' if days_late > 0 else 'early'} on average"


def _say_next(standing: Standing, today: date) -> str:
    if standing.next_on is None:
        return "; no reminder is planned" if standing.overdue else ""
    return f"; next: {standing.next_step} on {day(standing.next_on, today)}"


def ageing_of(open_amounts: Iterable[tuple[date | None, int]], today: date, currency: str, locale: str) -> AgeingBar:
    """The bar over pairs of due date and ten-thousandths of base currency; without a due date it is not due."""
    totals = [Decimal(0)] * len(BANDS)
    for due_on, outstanding in open_amounts:
        totals[_band(due_on, today)] += amount(outstanding)
    texts = [money(total, currency, locale) for total in totals]
    bands = [AgeBand(label, total, text) for (label, _), total, text in zip(BANDS, totals, texts, strict=True)]
    return ageing_bar(_say_ageing(bands), bands)


def _band(due_on: date | None, today: date) -> int:
    days = (today - due_on).days if due_on else 0
    return next(place for place, (_, most) in enumerate(BANDS) if days <= most or place == len(BANDS) - 1)


def _say_ageing(bands: Sequence[AgeBand]) -> str:
    return "; ".join(f"{band.label.lower()}: {band.text}" for band in bands if band.amount) or "nothing is owed"

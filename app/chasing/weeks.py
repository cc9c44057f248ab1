"""The coming four weeks as a calendar: how many emails go on each day, and for how much."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from app.chasing.upcoming import FOUR_WEEKS, Coming
from components.format import counted

ZERO = Decimal(0)


class DayCell(Struct, frozen=True, kw_only=True):
    """One day; `total` is what its reminders are about, in base currency. `within` the four weeks shown."""

    on: date
    count: int
    total: Decimal
    within: bool
    is_today: bool
    is_chosen: bool
    is_chase_day: bool


class Pile(Struct, frozen=True, kw_only=True):
    """A day's emails."""

    on: date
    emails: tuple[Coming, ...]
    total: Decimal


def piles(coming: Iterable[Coming]) -> tuple[Pile, ...]:
    """By day; within it the largest sums first, thank-yous last."""
    days: dict[date, list[Coming]] = defaultdict(list)
    for each in coming:
        days[each.on].append(each)
    return tuple(_pile(on, days[on]) for on in sorted(days))


def _pile(on: date, emails: Sequence[Coming]) -> Pile:
    ordered = sorted(emails, key=lambda each: (-sum_of(each), each.customer))
    return Pile(on=on, emails=tuple(ordered), total=sum((sum_of(each) for each in emails), ZERO))


def sum_of(coming: Coming) -> Decimal:
    return coming.reminder.amount if coming.reminder is not None else ZERO


def weeks(
    found: Sequence[Pile], start: date, today: date, chosen: date | None, is_chase_day: Callable[[date], bool]
) -> tuple[tuple[DayCell, ...], ...]:
    """Whole weeks from Monday that hold `start`, the first day that mail may go, and the 27 days after it."""
    by_day = {pile.on: pile for pile in found}
    last = start + timedelta(days=FOUR_WEEKS - 1)
    monday = start - timedelta(days=start.weekday())
    number = (last - monday).days // 7 + 1
    days = [monday + timedelta(days=place) for place in range(7 * number)]
    cells = [_cell(on, by_day.get(on), start <= on <= last, today, chosen, is_chase_day) for on in days]
    return tuple(tuple(cells[start : start + 7]) for start in range(0, len(cells), 7))


def _cell(
    on: date, pile: Pile | None, within: bool, today: date, chosen: date | None, is_chase_day: Callable[[date], bool]
) -> DayCell:
    return DayCell(
        on=on,
        count=len(pile.emails) if pile else 0,
        total=pile.total if pile else ZERO,
        within=within,
        is_today=on == today,
        is_chosen=on == chosen,
        is_chase_day=is_chase_day(on),
    )


def summed_up(found: Sequence[Pile], customers: int) -> str:
    """As in "38 emails to 24 customers in the next four weeks, if nothing is paid or said meanwhile."."""
    count = sum(len(pile.emails) for pile in found)
    if not count:
        return "Nothing goes out in the next four weeks, as things stand."
    emails, people = counted(count, "email", "emails"), counted(customers, "customer", "customers")
    return f"{emails} to {people} in the next four weeks, if nothing is paid or said meanwhile."

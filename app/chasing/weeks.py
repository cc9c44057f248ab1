"""The coming four weeks as a calendar: how many emails go on each day, and for how much."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from app.chasing.upcoming import FOUR_WEEKS
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


class DaySum(Struct, frozen=True):
    """What goes on a day: how many emails, and what their reminders are about, in base currency."""

    on: date
    count: int
    total: Decimal


def weeks(
    found: Sequence[DaySum], start: date, today: date, chosen: date | None, is_chase_day: Callable[[date], bool]
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
    on: date, pile: DaySum | None, within: bool, today: date, chosen: date | None, is_chase_day: Callable[[date], bool]
) -> DayCell:
    return DayCell(
        on=on,
        count=pile.count if pile else 0,
        total=pile.total if pile else ZERO,
        within=within,
        is_today=on == today,
        is_chosen=on == chosen,
        is_chase_day=is_chase_day(on),
    )


def summed_up(found: Sequence[DaySum], customers: int) -> str:
    """As in "38 emails to 24 customers in the next four weeks, if nothing is paid or said meanwhile."."""
    count = sum(pile.count for pile in found)
    if not count:
        return "Nothing goes out in the next four weeks, as things stand."
    emails, people = counted(count, "email", "emails"), counted(customers, "customer", "customers")
    return f"{emails} to {people} in the next four weeks, if nothing is paid or said meanwhile."

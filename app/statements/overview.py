"""What the Statements page shows of long lists: those of a name, a page at a time, and whoever gets none by the reason."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Generic, TypeVar

from babel.dates import format_date
from msgspec import Struct

from components.format import counted

A_PAGE = 25

Item = TypeVar("Item")


class Find(Struct, frozen=True, kw_only=True):
    """`name` is part of a customer's; `page` of the month's list, `older` of the history, both from 1; `month` (YYYY-MM)
    is the history's, empty for all."""

    name: str = ""
    page: int = 1
    older: int = 1
    month: str = ""

    def has(self, name: str) -> bool:
        return self.name.casefold() in name.casefold()

    @property
    def pattern(self) -> str:
        """For LIKE, with ! as the escape."""
        plain = "".join(f"!{each}" if each in "!%_" else each for each in self.name.lower())
        return f"%{plain}%"


EVERYTHING = Find()


class Part(Struct, Generic[Item], frozen=True):
    """Some of a list; the numbers of the pages before and after, None where there are none."""

    items: tuple[Item, ...]
    before: int | None
    after: int | None


class Group(Struct, Generic[Item], frozen=True):
    """Those of whom the same is true: `many` in all, of whom the first are listed."""

    because: str
    many: int
    items: tuple[Item, ...]

    @property
    def heading(self) -> str:
        return self.because[:1].upper() + self.because[1:]

    @property
    def further(self) -> int:
        return self.many - len(self.items)


def planned_words(going: int, left_out: int, on: str, today: date) -> str:
    """On Tue 1 Dec 143 customers get a statement, as things stand; 12 do not. Without a day: what this month's would be."""
    customers = counted(going, "customer", "customers")
    if on:
        others = f"; {left_out:,} {'does' if left_out == 1 else 'do'} not" if left_out else ""
        return f"On {on}, {customers} {'gets' if going == 1 else 'get'} a statement, as things stand{others}."
    others = f"; {left_out:,} would not" if left_out else ""
    return f"{customers} would get a statement for {format_date(today, 'MMMM yyyy', locale='en_GB')}{others}."


def read_find(given: Mapping[str, str], months: Sequence[str]) -> Find:
    """What cannot be read is as if it was not said."""
    month = given.get("month", "")
    return Find(
        name=given.get("q", "").strip()[:100],
        page=_number(given.get("page", "")),
        older=_number(given.get("older", "")),
        month=month if month in months else "",
    )


def part_of(items: Sequence[Item], page: int) -> Part[Item]:
    begins = (page - 1) * A_PAGE
    return page_of(items[begins : begins + A_PAGE + 1], page)


def page_of(items: Sequence[Item], page: int) -> Part[Item]:
    """Of the items from the page's first on; one more than a page has says that there is another."""
    return Part(tuple(items[:A_PAGE]), page - 1 if page > 1 else None, page + 1 if len(items) > A_PAGE else None)


def grouped(reasons: Sequence[tuple[str, Item]]) -> tuple[Group[Item], ...]:
    """The most frequent reason first."""
    of: dict[str, list[Item]] = {}
    for because, item in reasons:
        of.setdefault(because, []).append(item)
    by_size = sorted(of.items(), key=lambda each: -len(each[1]))
    return tuple(Group(because, len(items), tuple(items[:A_PAGE])) for because, items in by_size)


def _number(text: str) -> int:
    return min(int(text), 100_000) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) else 1

"""What happened on an account between two days: what it opened with, each entry, and the balance after it."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import accumulate

from msgspec import Struct

ZERO = Decimal(0)


class Entry(Struct, frozen=True):
    """Something that changed the balance. `amount` is above zero for what the customer owes more, below for less."""

    on: date
    kind: str
    number: str
    currency: str
    amount: Decimal


class Activity(Struct, frozen=True, kw_only=True):
    """`opening` + `corrections` + the entries is `closing`. Corrections are what changed since the last statement in the
    time before it: a receipt entered late, an invoice taken back."""

    opening: Decimal
    corrections: Decimal
    entries: tuple[Entry, ...]
    closing: Decimal

    @property
    def lines(self) -> tuple[tuple[Entry, Decimal], ...]:
        """Each entry with the balance after it."""
        amounts = (each.amount for each in self.entries)
        balances = accumulate(amounts, initial=self.opening + self.corrections)
        next(balances)
        return tuple(zip(self.entries, balances, strict=True))


class Span(Struct, frozen=True):
    """The time that is told, from the day after `since_on`; `until_on` None: up to now, with whatever is dated ahead."""

    since_on: date
    until_on: date | None = None


def activities(
    entries: Iterable[Entry], balances: Mapping[str, Decimal], span: Span, opened_with: Mapping[str, Decimal] | None = None
) -> dict[str, Activity]:
    """By currency. `balances`: as they are after all entries, from which the earlier ones are reckoned back.

    opened_with  what the last statement closed with; None: there was none, and nothing needs correction
    """
    later = [each for each in entries if each.on > span.since_on]
    currencies = {*balances, *(opened_with or {}), *(each.currency for each in later)}
    made = {each: _activity([e for e in later if e.currency == each], balances.get(each, ZERO), span) for each in currencies}
    if opened_with is not None:
        made = {each: _opened(found, opened_with.get(each, ZERO)) for each, found in made.items()}
    return {each: found for each, found in made.items() if found.entries or found.opening or found.corrections}


def _activity(later: list[Entry], balance: Decimal, span: Span) -> Activity:
    told = [each for each in later if span.until_on is None or each.on <= span.until_on]
    closing = balance - _sum(later) + _sum(told)
    return Activity(
        opening=closing - _sum(told), corrections=ZERO, entries=tuple(sorted(told, key=_by_day)), closing=closing
    )  # fmt: skip


def _opened(found: Activity, opened_with: Decimal) -> Activity:
    return Activity(
        opening=opened_with, corrections=found.opening - opened_with, entries=found.entries, closing=found.closing
    )  # fmt: skip


def _sum(entries: Iterable[Entry]) -> Decimal:
    return sum((each.amount for each in entries), ZERO)


def _by_day(entry: Entry) -> tuple[date, bool, str]:
    """What is owed comes before what is paid of it."""
    return entry.on, entry.amount < 0, entry.number

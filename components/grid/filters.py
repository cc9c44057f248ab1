"""Typed filters: each reads its own parameters of the address, says in English what it shows, and gives the SQL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Protocol

from components.format import day, figure
from components.grid.sql import EVERYTHING, Where, any_of, beside_its_index, one_of

Given = Mapping[str, Sequence[str]]
LARGEST = Decimal(10) ** 13  # beyond any ledger, and within 64 bits at four decimals


@dataclass(frozen=True, slots=True)
class Applied:
    """A filter in force: the parameters that say so, its words ("in GBP or USD"), its condition; and `test`, the condition
    for rows that are walked in another order than that of `sql`; empty: the same."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    sentence: str
    where: Where
    sql: str = ""
    test: Where = EVERYTHING

    def tested(self, sorted_by: str) -> Where:
        return self.test if self.test.sql and self.sql != sorted_by else self.where


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One input of a range: `kind` is the HTML input type."""

    name: str
    label: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Control:
    """What the filter panel shows for one filter: boxes to tick or inputs to fill."""

    label: str
    name: str
    options: tuple[Option, ...] = ()
    entries: tuple[Entry, ...] = ()


class Filter(Protocol):
    """What the grid asks of a filter; `name` is unique in its grid and prefixes its parameters."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    def read(self, given: Given, today: date, locale: str) -> Applied | None:
        """None where the address says nothing that this filter understands."""

    def control(self, applied: Applied | None) -> Control: ...


def _ticked(name: str, known: Mapping[str, object], given: Given) -> tuple[str, ...]:
    asked = set(given.get(name, ()))
    return tuple(value for value in known if value in asked)


def _boxes(name: str, label: str, words: Mapping[str, str], applied: Applied | None) -> Control:
    ticked = {value for _, value in applied.parameters} if applied else set()
    options = (Option(value, text[:1].upper() + text[1:], value in ticked) for value, text in words.items())
    return Control(label, name, options=tuple(options))


def _with(values: tuple[object, ...], where: Where) -> Where:
    sql = where.sql.replace("[values]", ", ".join("{}" for _ in values))
    return Where(sql, (*where.args, *values), where.drives)


@dataclass(frozen=True, slots=True)
class ChoiceFilter:
    """Rows whose `sql` is one of the chosen values. `options` maps values to words; `sentence` puts them in one.

    In a long list `leads` is the condition by which an index leads to the rows, and `tests` that of one row that is there;
    both with "[values]" for the chosen ones.
    """

    name: str
    label: str
    sql: str
    options: Mapping[str, str]
    sentence: str = "{}"
    whole_numbers: bool = False
    leads: Where = EVERYTHING
    tests: Where = EVERYTHING

    def read(self, given: Given, today: date, locale: str) -> Applied | None:
        values = _ticked(self.name, self.options, given)
        if not values:
            return None
        words = self.sentence.format(" or ".join(self.options[value] for value in values))
        wanted = tuple(int(value) if self.whole_numbers else value for value in values)
        test = _with(wanted, self.tests) if self.tests.sql else one_of(self.sql, wanted)
        where = _with(wanted, self.leads) if self.leads.sql else test
        return Applied(self.name, tuple((self.name, v) for v in values), words, where, test=test)

    def control(self, applied: Applied | None) -> Control:
        return _boxes(self.name, self.label, self.options, applied)


@dataclass(frozen=True, slots=True)
class Condition:
    """A named condition; its words stand in the sentence as they are. `where` may depend on the day; `test` says the same
    of a row that is there already, where `where` leads to the rows."""

    words: str
    where: Where | Callable[[date], Where]
    test: Where | Callable[[date], Where] = EVERYTHING

    def on(self, today: date) -> Where:
        return self.where if isinstance(self.where, Where) else self.where(today)

    def tested_on(self, today: date) -> Where:
        test = self.test if isinstance(self.test, Where) else self.test(today)
        return test if test.sql else self.on(today)


@dataclass(frozen=True, slots=True)
class ConditionFilter:
    """Rows that meet one of the chosen named conditions: bands of age, yes or no. `sql`: the value they are about."""

    name: str
    label: str
    conditions: Mapping[str, Condition]
    sql: str = ""

    def read(self, given: Given, today: date, locale: str) -> Applied | None:
        values = _ticked(self.name, self.conditions, given)
        if not values:
            return None
        chosen = [self.conditions[value] for value in values]
        words = " or ".join(condition.words for condition in chosen)
        where = any_of(condition.on(today) for condition in chosen)
        test = any_of(condition.tested_on(today) for condition in chosen)
        return Applied(self.name, tuple((self.name, v) for v in values), words, where, self.sql, test)

    def control(self, applied: Applied | None) -> Control:
        words = {value: condition.words for value, condition in self.conditions.items()}
        return _boxes(self.name, self.label, words, applied)


def _range_words(label: str, low: str, high: str) -> str:
    if low and high:
        return f"{label} {low} to {high}"
    return f"{label} from {low}" if low else f"{label} up to {high}"


def _range_where(sql: str, low: object, high: object) -> Where:
    """`low` and `high` are included; None leaves that side open."""
    if low is not None and high is not None:
        return Where(f"{sql} >= {{}} AND {sql} <= {{}}", (low, high))
    return Where(f"{sql} >= {{}}", (low,)) if low is not None else Where(f"{sql} <= {{}}", (high,))


def _range_wheres(sql: str, low: object, high: object) -> tuple[Where, str, Where]:
    return _range_where(sql, low, high), sql, _range_where(beside_its_index(sql), low, high)


def _range_parameters(name: str, low: str, high: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, text) for key, text in ((f"{name}_from", low), (f"{name}_to", high)) if text)


def _entries(name: str, kind: str, applied: Applied | None) -> tuple[Entry, Entry]:
    given = dict(applied.parameters) if applied else {}
    low, high = f"{name}_from", f"{name}_to"
    return Entry(low, "from", kind, given.get(low, "")), Entry(high, "to", kind, given.get(high, ""))


def _one(given: Given, name: str) -> str:
    return next(iter(given.get(name, ())), "").strip()


@dataclass(frozen=True, slots=True)
class AmountFilter:
    """Amounts from … to …; `scale=4` where the column holds integer ten-thousandths. Reads "1,000.50" and "£20"."""

    name: str
    label: str
    sql: str
    scale: int = 4

    def read(self, given: Given, today: date, locale: str) -> Applied | None:
        low, high = (_amount(_one(given, f"{self.name}_{end}")) for end in ("from", "to"))
        if low is None and high is None:
            return None
        shown = ["" if end is None else figure(end, 2 if end % 1 else 0, locale) for end in (low, high)]
        written = ["" if end is None else f"{end:f}" for end in (low, high)]
        words = _range_words(self.label.lower(), *shown)
        wheres = _range_wheres(self.sql, self._stored(low), self._stored(high))
        return Applied(self.name, _range_parameters(self.name, *written), words, *wheres)

    def _stored(self, amount: Decimal | None) -> int | Decimal | None:
        return amount if amount is None or not self.scale else int(amount.scaleb(self.scale))

    def control(self, applied: Applied | None) -> Control:
        return Control(self.label, self.name, entries=_entries(self.name, "text", applied))


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.replace(",", "").lstrip("£$€ "))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < LARGEST else None


@dataclass(frozen=True, slots=True)
class DayFilter:
    """Days from … to …, both included."""

    name: str
    label: str
    sql: str

    def read(self, given: Given, today: date, locale: str) -> Applied | None:
        low, high = (_day(_one(given, f"{self.name}_{end}")) for end in ("from", "to"))
        if low is None and high is None:
            return None
        shown = ["" if end is None else day(end, today, locale) for end in (low, high)]
        written = ["" if end is None else end.isoformat() for end in (low, high)]
        words = _range_words(self.label.lower(), *shown)
        return Applied(self.name, _range_parameters(self.name, *written), words, *_range_wheres(self.sql, low, high))

    def control(self, applied: Applied | None) -> Control:
        return Control(self.label, self.name, entries=_entries(self.name, "date", applied))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

"""Kinds of cell: from the value in a row to the text, its hover and its place on the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from components.format import age, as_day, day, day_in_full, exact, figure, places_of, symbol_of, written
from components.grid.addresses import filled

Row = Mapping[str, Any]
Tone = Literal["plain", "live", "off", "waiting", "broken"]
Plain = str | int | Decimal | date | None
"""A value as a spreadsheet takes it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Whose eyes: the locale and the day the page is read."""

    today: date
    locale: str = "en_GB"


class Cell(NamedTuple):
    """`before` is small and muted in front of the text, `detail` behind it; `title` is the hover; `badge` a tone."""

    text: str = ""
    title: str = ""
    url: str = ""
    before: str = ""
    detail: str = ""
    css: str = ""
    badge: str = ""


BLANK = Cell()


class CellKind:
    """How one column's values are shown. `css` is the class of its cells and its head; `unit` what an export's head adds."""

    css: str = ""
    unit: str = ""

    def for_rows(self, rows: Sequence[Row], locale: str) -> tuple["CellKind", str]:
        """This kind as it suits these rows, and what its head says besides its label."""
        return self, ""

    def cell(self, value: Any, row: Row, reading: Reading) -> Cell:
        raise NotImplementedError

    def plain(self, value: Any, row: Row, reading: Reading) -> Plain:
        """The value in an export: as it reads on the page, where it is neither a number nor a day."""
        cell = self.cell(value, row, reading)
        return f"{cell.text} {cell.detail}".strip()


@dataclass(frozen=True)
class Text(CellKind):
    """Text as it is; `url` makes it a link ("/invoices/{id}"), `detail` names a value shown small behind it."""

    url: str = ""
    detail: str = ""
    css: str = ""

    def cell(self, value: Any, row: Row, reading: Reading) -> Cell:
        text = "" if value is None else str(value)
        detail = str(row[self.detail] or "") if self.detail else ""
        return Cell(text, "", filled(self.url, row) if self.url and text else "", "", detail)

    def plain(self, value: Any, row: Row, reading: Reading) -> Plain:
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Number(CellKind):
    """A count or an average, in the figures' column."""

    places: int = 0
    unit: str = ""
    css: str = "n"

    def cell(self, value: Any, row: Row, reading: Reading) -> Cell:
        if value is None:
            return BLANK
        return Cell(figure(exact(value), self.places, reading.locale), detail=self.unit)

    def plain(self, value: Any, row: Row, reading: Reading) -> Plain:
        return None if value is None else exact(value)


@dataclass(frozen=True)
class Money(CellKind):
    """An amount. Its currency is fixed, or a value of the row; the head names it once unless the rows differ.

    `scale=4`: the value is an integer in ten-thousandths. `quiet_zero` leaves nothing where nothing is owed.
    """

    currency: str = ""
    currency_of: str = ""
    scale: int = 4
    quiet_zero: bool = False
    each: bool = False
    css: str = "n"

    def for_rows(self, rows: Sequence[Row], locale: str) -> tuple[CellKind, str]:
        names = {row[self.currency_of] for row in rows} if self.currency_of else {self.currency}
        if len(names) > 1:
            return replace(self, each=True), ""
        return self, symbol_of(next(iter(names), "") or "", locale)

    def cell(self, value: Any, row: Row, reading: Reading) -> Cell:
        if value is None or (self.quiet_zero and not value):
            return BLANK
        currency = (row[self.currency_of] if self.currency_of else self.currency) or ""
        text = written(value, self.scale, places_of(currency), reading.locale)
        return Cell(text, "", "", currency if self.each else "")

    def plain(self, value: Any, row: Row, reading: Reading) -> Plain:
        """With the decimals of its currency, and more where there are more."""
        if value is None:
            return None
        currency = (row[self.currency_of] if self.currency_of else self.currency) or ""
        amount = exact(value, self.scale)
        usual = round(amount, places_of(currency))
        return usual if usual == amount else amount


@dataclass(frozen=True)
class Day(CellKind):
    """As "Tue 1 Dec", in full on hover; `detail` names a value shown small behind it."""

    detail: str = ""
    css: str = "d"

    def cell(self, value: Any, row: Row, reading: Reading) -> Cell:
        on = as_day(value)
        if on is None:
            return BLANK
        made = _day(on, reading.today, reading.locale)
        detail = row[self.detail] if self.detail else ""
        return made._replace(detail=str(detail)) if detail else made

    def plain(self, value: Any, row: Row, reading: Reading) -> Plain:
        return as_day(value)


@dataclass(frozen=True)
class Age(CellKind):
    """As "8 days overdue", from a due date or a number of days; strong from `strong_from` on, quiet before due."""

    strong_from: int = 31
    css: str = "a"
    unit: str = "days overdue"

    def cell(self, value: Any, row: Row, reading: Reading) -> Cell:
        if value is None or value == "":
            return BLANK
        return _age(value, self.strong_from, reading.today, reading.locale)

    def plain(self, value: Any, row: Row, reading: Reading) -> Plain:
        """Days overdue; below zero before it is due."""
        due = None if isinstance(value, int) else as_day(value)
        return (reading.today - due).days if due else value if isinstance(value, int) else None


@dataclass(frozen=True)
class Badge(CellKind):
    """A status: `words` maps the stored value to what is shown and its tone. Never colour alone."""

    words: Mapping[Any, tuple[str, Tone]]
    css: str = "b"

    def cell(self, value: Any, row: Row, reading: Reading) -> Cell:
        if value is None or value == "":
            return BLANK
        text, tone = self.words.get(value, (str(value), "plain"))
        return Cell(text, badge=tone)


@dataclass(frozen=True)
class Sentence(CellKind):
    """A reason in words: one line here, whole on hover."""

    css: str = "s"

    def cell(self, value: Any, row: Row, reading: Reading) -> Cell:
        return Cell(str(value or ""), title=str(value or ""))


@lru_cache(maxsize=4096)
def _day(on: date, today: date, locale: str) -> Cell:
    return Cell(day(on, today, locale), day_in_full(on, locale))


@lru_cache(maxsize=4096)
def _age(value: date | str | int, strong_from: int, today: date, locale: str) -> Cell:
    due = None if isinstance(value, int) else as_day(value)
    days = (today - due).days if due else int(str(value))
    title = f"due {day_in_full(due, locale)}" if due else ""
    return Cell(age(days), title, css="strong" if days >= strong_from else "quiet" if days <= 0 else "")

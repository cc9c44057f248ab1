"""A report: a table with a sentence, read on a page or taken away as a file."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Generic, Literal, TypeVar, overload

from msgspec import Struct

from components.chart.ageing import AgeingBar
from components.chart.columns import ColumnChart

Kind = Literal["text", "money", "number", "average", "day", "share"]
Value = str | int | Decimal | date | None
Line = TypeVar("Line")


class Head(Struct, frozen=True):
    """`currency`: of a column of money, where all of it is in one. `unit` as in "days"; a share is out of 1."""

    label: str
    kind: Kind = "text"
    currency: str = ""
    unit: str = ""

    @property
    def in_full(self) -> str:
        """As above a column of a file: "Overdue (GBP)"."""
        said = self.currency or self.unit
        return f"{self.label} ({said})" if said else self.label

    @property
    def is_figure(self) -> bool:
        return self.kind != "text"


class Row(Struct, frozen=True):
    """As many values as there are heads; `url` leads on from the first."""

    values: tuple[Value, ...]
    url: str = ""


class Written(Sequence[Row], Generic[Line]):
    """Rows that are written when they are read: a page of thousands shows the first few."""

    def __init__(self, lines: Sequence[Line], write: Callable[[Line], Row]) -> None:
        self._lines, self._write = lines, write

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return [self._write(line) for line in self._lines[place]]
        return self._write(self._lines[place])


class Report(Struct, frozen=True, kw_only=True):
    """`said`: what it comes to, in a sentence. `counted`: how it is worked out. `empty`: what is said without rows."""

    name: str
    title: str
    said: str
    counted: str
    empty: str
    heads: tuple[Head, ...]
    rows: Sequence[Row]
    total: Row | None = None
    ageing: AgeingBar | None = None
    charts: tuple[ColumnChart, ...] = ()

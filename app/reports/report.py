"""A report: a table with a sentence, read on a page or taken away as a file."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from components.chart.ageing import AgeingBar
from components.chart.columns import ColumnChart

Kind = Literal["text", "money", "number", "average", "day", "share"]
Value = str | int | Decimal | date | None


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


class Report(Struct, frozen=True, kw_only=True):
    """`said`: what it comes to, in a sentence. `counted`: how it is worked out. `empty`: what is said without rows."""

    name: str
    title: str
    said: str
    counted: str
    empty: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    ageing: AgeingBar | None = None
    charts: tuple[ColumnChart, ...] = ()

    @property
    def lines(self) -> tuple[tuple[Value, ...], ...]:
        """For a file: every row, the total left to the spreadsheet."""
        return tuple(row.values for row in self.rows)

"""A grid as a file: its shown columns as plain values, line by line. No cell of it is a formula."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal

from components.grid.cells import CellKind, Money, Plain, Reading, Row
from components.grid.declaration import Column, Grid
from components.grid.state import GridState
from components.grid.view import shown_columns

Batches = AsyncIterator[list[list[Plain]]]

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for the beginning of a formula: https://owasp.org/www-community/attacks/CSV_Injection"""


def heads_of(grid: Grid, state: GridState) -> list[str]:
    """What stands above each column of the file: "Overdue (GBP)", "Due (days overdue)"."""
    return [head for column in shown_columns(grid, state) for head in _heads(column)]


def _heads(column: Column) -> list[str]:
    if isinstance(column.kind, Money) and column.kind.currency_of:
        return [column.label, f"{column.label} currency"]
    unit = column.kind.currency if isinstance(column.kind, Money) else column.kind.unit
    return [f"{column.label} ({unit})" if unit else column.label]


def line_of(grid: Grid, state: GridState, row: Row, reading: Reading) -> list[Plain]:
    """The values of one row, as many as there are heads."""
    return [value for column in shown_columns(grid, state) for value in _values(column.kind, row[column.key], row, reading)]


def _values(kind: CellKind, value: object, row: Row, reading: Reading) -> list[Plain]:
    plain = kind.plain(value, row, reading)
    return [plain, row[kind.currency_of] or ""] if isinstance(kind, Money) and kind.currency_of else [plain]


async def lines_of(grid: Grid, state: GridState, batches: AsyncIterator[Sequence[Row]], reading: Reading) -> Batches:
    async for rows in batches:
        yield [line_of(grid, state, row, reading) for row in rows]


async def csv_of(heads: Sequence[str], batches: Batches) -> AsyncIterator[bytes]:
    """RFC 4180, in UTF-8 with the mark by which Excel knows it."""
    yield b"\xef\xbb\xbf" + _written([list(heads)])
    async for lines in batches:
        yield _written(lines)


def _written(lines: Sequence[Sequence[Plain]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([as_text(value) for value in line] for line in lines)
    return text.getvalue().encode()


def as_text(value: Plain) -> str:
    """Numbers and days as every program reads them; text that would be a formula begins with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and would_be_formula(value) else str(value)


def would_be_formula(text: str) -> bool:
    return text.startswith(STARTS_A_FORMULA) or text.lstrip().startswith(STARTS_A_FORMULA)

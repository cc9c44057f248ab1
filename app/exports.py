"""A list as a file to take away, sent while it is read."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import quote

from litestar.response import Stream

from components.grid.cells import Reading, Row
from components.grid.declaration import Grid
from components.grid.export import csv_of, heads_of, lines_of
from components.grid.spreadsheet import xlsx_of
from components.grid.state import GridState

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(grid: Grid, state: GridState, rows: AsyncIterator[Sequence[Row]], *, suffix: str, reading: Reading) -> Stream:
    """The columns that `state` shows, of these rows, as "customers-2026-11-30.csv" or .xlsx."""
    heads, lines = heads_of(grid, state), lines_of(grid, state, rows, reading)
    pieces: Any = csv_of(heads, lines) if suffix == "csv" else xlsx_of(grid.many.capitalize(), heads, lines)
    name = quote(f"{grid.many}-{reading.today.isoformat()}.{suffix}")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Stream(pieces, media_type=TYPES[suffix], headers=headers, status_code=200)

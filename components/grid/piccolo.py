"""Runs a grid's queries through Piccolo: the same SQL on SQLite and PostgreSQL, the page and its count apart."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from piccolo.table import Table

from components.grid.declaration import Grid
from components.grid.sql import EVERYTHING, Where, all_of, one_of
from components.grid.state import GridPage, GridState, condition


async def fetch(grid: Grid, state: GridState, *, table: type[Table], scope: Where = EVERYTHING) -> GridPage:
    """One page of the rows within `scope`; a page beyond the last shows the last. `table` lends its engine."""
    where = all_of([scope, condition(grid, state)])
    rows = await _rows(grid, state, where, table)
    if state.page == 1 and len(rows) < state.page_size:
        return GridPage(rows, len(rows), state)
    total = await count(grid, state, table=table, scope=scope)
    if rows or state.page == 1:
        return GridPage(rows, total, state)
    last = state.on_page(max(1, -(-total // state.page_size)))
    return GridPage(await _rows(grid, last, where, table), total, last)


async def count(grid: Grid, state: GridState, *, table: type[Table], scope: Where = EVERYTHING) -> int:
    """How many rows the state shows in all."""
    where = all_of([scope, condition(grid, state)])
    source = grid.source if state.narrowed else grid.count_source or grid.source
    answer = await table.raw(_select("COUNT(*) AS total", source, where), *where.args)
    return int(answer[0]["total"])


async def matching_ids(
    grid: Grid, state: GridState, *, table: type[Table], scope: Where = EVERYTHING, most: int = 100_000
) -> list[Any]:
    """The identities of every row that matches, for "all that match"; in the order shown."""
    where = all_of([scope, condition(grid, state)])
    sql = _select(f"{grid.key} AS id", grid.source, where) + f" ORDER BY {_order(grid, state)} LIMIT {{}}"
    return [row["id"] for row in await table.raw(sql, *where.args, most)]


def page_sql(grid: Grid, state: GridState, where: Where) -> str:
    """The text of the page's query; ends in two placeholders, for limit and offset."""
    return _select(_values(grid), grid.source, where) + f" ORDER BY {_order(grid, state)} LIMIT {{}} OFFSET {{}}"


def _values(grid: Grid) -> str:
    values = {"id": grid.key, **{column.key: column.sql for column in grid.columns}, **grid.also}
    return ", ".join(f'{sql} AS "{name}"' for name, sql in values.items())


def _select(what: str, source: str, where: Where) -> str:
    condition = f" WHERE {where.sql}" if where.sql else ""
    return f"SELECT {what} FROM {source}{condition}"  # noqa: S608  all of it is declared in code; values are parameters


def _order(grid: Grid, state: GridState) -> str:
    """Empty values come last in both directions; the key decides between equals, so that pages never overlap."""
    direction = "DESC" if state.falling else "ASC"
    return f"{grid.sortable[state.sort]} {direction} NULLS LAST, {grid.key} {direction}"


async def _rows(grid: Grid, state: GridState, where: Where, table: type[Table]) -> list[dict[str, Any]]:
    offset = (state.page - 1) * state.page_size
    rows: list[dict[str, Any]] = await table.raw(page_sql(grid, state, where), *where.args, state.page_size, offset)
    return rows


async def batches(
    grid: Grid, ids: Sequence[Any], *, table: type[Table], scope: Where = EVERYTHING, size: int = 250
) -> AsyncIterator[list[dict[str, Any]]]:
    """The rows of these identities within `scope`, in their order, a batch at a time: what matching_ids found, or was
    ticked. However long the list, no more than a batch is in memory, and no row comes twice."""
    for start in range(0, len(ids), size):
        some = tuple(ids[start : start + size])
        where = all_of([scope, one_of(grid.key, some)])
        rows = {row["id"]: row for row in await table.raw(_select(_values(grid), grid.source, where), *where.args)}
        yield [rows[each] for each in some if each in rows]

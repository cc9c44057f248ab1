"""Runs a grid's queries through Piccolo: the same SQL on SQLite and PostgreSQL.

What was asked for is first looked up without an order. Where that finds few rows, these are sorted. Where it finds many,
the list is walked in the order of its index until the page is full. Neither reads a long list as a whole.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from piccolo.table import Table

from components.grid.declaration import Grid
from components.grid.sql import EVERYTHING, Scope, all_of, one_of, within
from components.grid.state import GridPage, GridState
from components.grid.statements import Asked, Statement, among, counting, few, parts, rows_of, select, source_for, values

FEW = 2_000
"""So many rows are sorted as soon as others are walked in order: of 100,000, and of these one in fifty is shown."""
MOST_COUNTED = 10_000
"""Beyond, a count says "10,000+"."""

Rows = list[dict[str, Any]]


async def fetch(grid: Grid, state: GridState, *, table: type[Table], scope: Scope = EVERYTHING) -> GridPage:
    """One page of the rows within `scope`; a page beyond the last shows the last. `table` lends its engine."""
    asked = await _after_searching(Asked(grid, state, scope), table)
    finds_many = asked.searched is not None and not asked.searched.drives
    if state.filters or (state.search and not finds_many):
        page = await _page_of_few(asked, table)
        if page is not None:
            return page
    return await _page_of_many(asked, table, most=FEW if finds_many else MOST_COUNTED, is_counted=not finds_many)


async def _after_searching(asked: Asked, table: type[Table]) -> Asked:
    """A search with an index is made first: few rows are found by it, among many each is tested."""
    grid, text = asked.grid, asked.state.search
    if not text or isinstance(grid.search, tuple):
        return asked
    lead = grid.search.leads(text)
    rows = await table.raw(f"{lead.sql} LIMIT {{}}", *lead.args, FEW + 1)
    found = [next(iter(row.values())) for row in rows]
    is_few = len(found) <= FEW
    return asked._replace(searched=replace(among(lead.key, found), drives=True) if is_few else grid.search.tests(text))


async def _page_of_few(asked: Asked, table: type[Table]) -> GridPage | None:
    """None where there are more than a few."""
    lines = await _run(few(asked, FEW), table)
    total, state = int(lines[0]["_many"]), asked.state
    if total > FEW:
        return None
    last = _pages(total, state.page_size)
    if state.page > last:
        return await _page_of_few(asked._replace(state=state.on_page(last)), table)
    return GridPage(lines if total else [], total, state)


async def _page_of_many(asked: Asked, table: type[Table], *, most: int, is_counted: bool) -> GridPage:
    state = asked.state
    before = (state.page - 1) * state.page_size
    count = counting(asked.grid, asked.wanted, most + 1) if is_counted else None
    rows = await _walk(asked, before, state.page_size, table, count)
    if not rows and state.page > 1:
        return await _last_page(asked, table)
    seen = before + len(rows)
    if len(rows) < state.page_size:
        return GridPage(rows, seen, state)
    total = most + 1 if count is None else int(rows[0]["_total"]) if "_total" in rows[0] else await _counted(count, table)
    return GridPage(rows, max(seen, min(total, most)), state, is_more=total > most)


async def _last_page(asked: Asked, table: type[Table]) -> GridPage:
    total, state = await _counted(counting(asked.grid, asked.wanted), table), asked.state
    last = state.on_page(_pages(total, state.page_size))
    rows = await _walk(asked._replace(state=last), (last.page - 1) * last.page_size, last.page_size, table)
    return GridPage(rows, total, last)


def _pages(total: int, size: int) -> int:
    return max(1, -(-total // size))


async def _walk(asked: Asked, offset: int, limit: int, table: type[Table], count: Statement | None = None) -> Rows:
    """The list in its order, one part of it after the other. With the rows of the first comes what `count` counts."""
    found, passed = Rows(), 0
    for part in parts(asked):
        skipped = max(0, offset - passed)
        rows = await _run(rows_of(asked.grid, part, limit - len(found), skipped, count), table)
        found, count = found + rows, None
        if len(found) == limit:
            break
        passed += skipped + len(rows) if rows or not skipped else await _counted(counting(asked.grid, part.where), table)
    return found


async def count(grid: Grid, state: GridState, *, table: type[Table], scope: Scope = EVERYTHING) -> int:
    """How many rows the state shows in all, however many."""
    return await _counted(counting(grid, Asked(grid, state, scope).wanted), table)


async def matching_ids(
    grid: Grid, state: GridState, *, table: type[Table], scope: Scope = EVERYTHING, most: int = 100_000
) -> list[Any]:
    """The identities of every row that matches, for "all that match"; in the order shown."""
    asked = Asked(grid, state, scope)
    source = source_for(grid, grid.key, asked.wanted.sql, asked.order)
    sql = select(f"{grid.key} AS id", source, asked.wanted) + f" ORDER BY {asked.order} LIMIT {{}}"
    return [row["id"] for row in await table.raw(sql, *asked.wanted.args, most)]


async def sums(
    grid: Grid, state: GridState, *, table: type[Table], scope: Scope = EVERYTHING, amount: str, currency: str = "''"
) -> list[tuple[int, str, int]]:
    """Of all that match, per currency: how many, the currency, the sum of `amount`."""
    wanted = Asked(grid, state, scope).wanted
    what = f"COUNT(*) AS many, {currency} AS code, SUM({amount}) AS sum_"
    rows = await table.raw(select(what, grid.source, wanted) + " GROUP BY code ORDER BY code", *wanted.args)
    return [(int(row["many"]), str(row["code"] or ""), int(row["sum_"] or 0)) for row in rows]


async def batches(
    grid: Grid, ids: Sequence[Any], *, table: type[Table], scope: Scope = EVERYTHING, size: int = 250
) -> AsyncIterator[list[dict[str, Any]]]:
    """The rows of these identities within `scope`, in their order, a batch at a time: what matching_ids found, or was
    ticked. However long the list, no more than a batch is in memory, and no row comes twice."""
    for start in range(0, len(ids), size):
        some = tuple(ids[start : start + size])
        where = all_of([within(scope, grid.owner), one_of(grid.key, some)])
        rows = {row["id"]: row for row in await table.raw(select(values(grid), grid.source, where), *where.args)}
        yield [rows[each] for each in some if each in rows]


async def _counted(statement: Statement, table: type[Table]) -> int:
    return int((await _run(statement, table))[0]["total"])


async def _run(statement: Statement, table: type[Table]) -> Rows:
    rows: Rows = await table.raw(statement.sql, *statement.args)
    return rows

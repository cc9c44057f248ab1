"""Runs a grid's queries through Piccolo: the same SQL on SQLite and PostgreSQL.

What was asked for is first looked up without an order. Where that finds few rows, these are sorted. Where it finds many,
the list is walked in the order of its index until the page is full. Neither reads a long list as a whole.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from piccolo.table import Table

from components.grid.declaration import Column, Grid
from components.grid.sql import EVERYTHING, Scope, Where, all_of, one_of, within
from components.grid.state import GridPage, GridState, condition

FEW = 1_000
"""So many rows are sorted as soon as others are walked in order."""
MOST_COUNTED = 10_000
"""Beyond, a count says "10,000+"."""


class _Asked(NamedTuple):
    """`searched`: what stands for the search, once it is known whether it finds few rows or many."""

    grid: Grid
    state: GridState
    table: type[Table]
    scope: Scope
    searched: Where | None = None

    @property
    def column(self) -> Column:
        return self.grid.column(self.state.sort)

    @property
    def wanted(self) -> Where:
        """What is asked, as indexes find it."""
        asked = condition(self.grid, self.state, searched=self.searched)
        owner = f"+{self.grid.owner}" if asked.drives and self.grid.owner else self.grid.owner
        return all_of([within(self.scope, owner), asked])

    def walked(self, owner: str) -> Where:
        """What is asked, to be tested row by row in the order of an index that begins with `owner`."""
        asked = condition(self.grid, self.state, walking=bool(owner), searched=self.searched)
        return all_of([within(self.scope, owner), asked])


async def fetch(grid: Grid, state: GridState, *, table: type[Table], scope: Scope = EVERYTHING) -> GridPage:
    """One page of the rows within `scope`; a page beyond the last shows the last. `table` lends its engine."""
    asked = await _after_searching(_Asked(grid, state, table, scope))
    finds_many = asked.searched is not None and not asked.searched.drives
    if state.filters or (state.search and not finds_many):
        found = await _ids(asked, FEW + 1)
        if len(found) <= FEW:
            return await _page_among(asked, found)
    rows = await _walk(asked, (state.page - 1) * state.page_size, state.page_size)
    if not rows and state.page > 1:
        return await _last_page(asked)
    seen = (state.page - 1) * state.page_size + len(rows)
    if len(rows) < state.page_size:
        return GridPage(rows, seen, state)
    total = FEW + 1 if finds_many else await _count(asked, MOST_COUNTED + 1)
    most = FEW if finds_many else MOST_COUNTED
    return GridPage(rows, max(seen, min(total, most)), state, is_more=total > most)


async def _after_searching(asked: _Asked) -> _Asked:
    """A search with an index is made first: few rows are found by it, among many each is tested."""
    grid, text = asked.grid, asked.state.search
    if not text or isinstance(grid.search, tuple):
        return asked
    lead = grid.search.leads(text)
    rows = await asked.table.raw(f"{lead.sql} LIMIT {{}}", *lead.args, FEW + 1)
    found = [next(iter(row.values())) for row in rows]
    few = len(found) <= FEW
    return asked._replace(searched=replace(_among(lead.key, found), drives=True) if few else grid.search.tests(text))


async def count(grid: Grid, state: GridState, *, table: type[Table], scope: Scope = EVERYTHING) -> int:
    """How many rows the state shows in all, however many."""
    return await _count(_Asked(grid, state, table, scope))


async def matching_ids(
    grid: Grid, state: GridState, *, table: type[Table], scope: Scope = EVERYTHING, most: int = 100_000
) -> list[Any]:
    """The identities of every row that matches, for "all that match"; in the order shown."""
    asked = _Asked(grid, state, table, scope)
    sql = _select(f"{grid.key} AS id", grid.source, asked.wanted) + f" ORDER BY {_order(asked)} LIMIT {{}}"
    return [row["id"] for row in await table.raw(sql, *asked.wanted.args, most)]


async def sums(
    grid: Grid, state: GridState, *, table: type[Table], scope: Scope = EVERYTHING, amount: str, currency: str = "''"
) -> list[tuple[int, str, int]]:
    """Of all that match, per currency: how many, the currency, the sum of `amount`."""
    wanted = _Asked(grid, state, table, scope).wanted
    what = f"COUNT(*) AS many, {currency} AS code, SUM({amount}) AS sum_"
    rows = await table.raw(_select(what, grid.source, wanted) + " GROUP BY code ORDER BY code", *wanted.args)
    return [(int(row["many"]), str(row["code"] or ""), int(row["sum_"] or 0)) for row in rows]


async def batches(
    grid: Grid, ids: Sequence[Any], *, table: type[Table], scope: Scope = EVERYTHING, size: int = 250
) -> AsyncIterator[list[dict[str, Any]]]:
    """The rows of these identities within `scope`, in their order, a batch at a time: what matching_ids found, or was
    ticked. However long the list, no more than a batch is in memory, and no row comes twice."""
    for start in range(0, len(ids), size):
        some = tuple(ids[start : start + size])
        where = all_of([within(scope, grid.owner), one_of(grid.key, some)])
        rows = {row["id"]: row for row in await table.raw(_select(_values(grid), grid.source, where), *where.args)}
        yield [rows[each] for each in some if each in rows]


async def _ids(asked: _Asked, most: int) -> list[Any]:
    """In no order."""
    grid, where = asked.grid, asked.wanted
    rows = await asked.table.raw(_select(f"{grid.key} AS id", grid.source, where) + " LIMIT {}", *where.args, most)
    return [row["id"] for row in rows]


async def _count(asked: _Asked, most: int = 0) -> int:
    """No further than `most`, where that is given."""
    return await _count_of(asked, asked.wanted, most)


async def _count_of(asked: _Asked, where: Where, most: int = 0) -> int:
    counted = _select("1", asked.grid.source, where) + (f" LIMIT {int(most)}" if most else "")
    answer = await asked.table.raw(f"SELECT COUNT(*) AS total FROM ({counted}) AS counted", *where.args)  # noqa: S608
    return int(answer[0]["total"])


async def _page_among(asked: _Asked, ids: Sequence[Any]) -> GridPage:
    """The page of a list that consists of these rows."""
    state, total = asked.state, len(ids)
    state = state.on_page(min(state.page, _pages(total, state.page_size)))
    offset = (state.page - 1) * state.page_size
    rows = await _rows(asked, _among(asked.grid.key, ids), _order(asked), state.page_size, offset) if ids else []
    return GridPage(rows, total, state)


async def _last_page(asked: _Asked) -> GridPage:
    total, state = await _count(asked), asked.state
    last = state.on_page(_pages(total, state.page_size))
    rows = await _walk(asked._replace(state=last), (last.page - 1) * last.page_size, last.page_size)
    return GridPage(rows, total, last)


def _pages(total: int, size: int) -> int:
    return max(1, -(-total // size))


async def _walk(asked: _Asked, offset: int, limit: int) -> list[dict[str, Any]]:
    """The list in its order, one part of it after the other."""
    found: list[dict[str, Any]] = []
    passed = 0
    for where, order in _parts(asked):
        skipped = max(0, offset - passed)
        rows = await _rows(asked, where, order, limit - len(found), skipped)
        found += rows
        if len(found) == limit:
            break
        passed += skipped + len(rows) if rows or not skipped else await _count_of(asked, where)
    return found


def _parts(asked: _Asked) -> list[tuple[Where, str]]:
    """What is walked, and in which order. An index holds a column's empty values at one end, the list always at the last:
    where the column says that it may be empty, those that have a value are walked first, then the others."""
    grid, column = asked.grid, asked.column
    first, last = (Where(sql) for sql in grid.halves or ("", ""))
    sorted_ = all_of([asked.walked(column.owner or grid.owner), first])
    rest = grid.rest or grid.key
    if not column.gaps:
        parts = [(sorted_, _order(asked, walking=True))]
    else:
        filled, empty = (Where(f"{column.sort_sql} IS {word}") for word in ("NOT NULL", "NULL"))
        parts = [
            (all_of([sorted_, filled]), _order(asked, walking=True)),
            (all_of([asked.walked(grid.owner), first, empty]), rest),
        ]
    return [*parts, (all_of([asked.walked(grid.owner), last]), rest)] if grid.halves else parts


def _select(what: str, source: str, where: Where) -> str:
    condition = f" WHERE {where.sql}" if where.sql else ""
    return f"SELECT {what} FROM {source}{condition}"  # noqa: S608  all of it is declared in code; values are parameters


def _values(grid: Grid) -> str:
    values = {"id": grid.key, **{column.key: column.sql for column in grid.columns}, **grid.also}
    return ", ".join(f'{sql} AS "{name}"' for name, sql in values.items())


def _order(asked: _Asked, *, walking: bool = False) -> str:
    """The key decides between equals, so that pages never overlap. Empty values come last in both directions; walked are
    those that have one, for not every index would serve the words that say so."""
    direction = "DESC" if asked.state.falling else "ASC"
    last = "" if walking and (asked.column.owner or asked.grid.owner) else " NULLS LAST"
    return f"{asked.column.sort_sql} {direction}{last}, {asked.grid.key} {direction}"


def _among(key: str, ids: Sequence[Any]) -> Where:
    if ids and all(isinstance(each, int) for each in ids):
        return Where(f"{key} IN ({', '.join(map(str, ids))})")
    return one_of(key, tuple(ids))


async def _rows(asked: _Asked, where: Where, order: str, limit: int, offset: int) -> list[dict[str, Any]]:
    """Which rows, of the columns that decide it; then all values of those alone."""
    grid = asked.grid
    chosen = _select(grid.key, grid.source, where) + f" ORDER BY {order} LIMIT {{}} OFFSET {{}}"
    sql = _select(_values(grid), grid.source, Where(f"{grid.key} IN ({chosen})")) + f" ORDER BY {order}"
    rows: list[dict[str, Any]] = await asked.table.raw(sql, *where.args, limit, offset)
    return rows

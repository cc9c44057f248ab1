"""What a grid asks of a database, as SQL: the same text for SQLite and PostgreSQL."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from components.grid.declaration import Column, Grid
from components.grid.sql import Scope, Where, all_of, one_of, within
from components.grid.state import GridState, condition

_JOIN = " LEFT JOIN "


class Statement(NamedTuple):
    """Each `{}` in `sql` stands for one of `args`."""

    sql: str
    args: tuple[object, ...] = ()


class Part(NamedTuple):
    """Rows that are walked in an order that an index has."""

    where: Where
    order: str


class Asked(NamedTuple):
    """`searched`: what stands for the search, once it is known whether it finds few rows or many."""

    grid: Grid
    state: GridState
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

    @property
    def direction(self) -> str:
        return "DESC" if self.state.falling else "ASC"

    @property
    def order(self) -> str:
        """The key decides between equals, so that pages never overlap. Empty values come last in both directions."""
        return f"{self.column.sort_sql} {self.direction} NULLS LAST, {self.grid.key} {self.direction}"

    @property
    def order_walked(self) -> str:
        """The same of rows that have a value, for not every index would serve the words about empty ones."""
        last = "" if self.column.owner or self.grid.owner else " NULLS LAST"
        return f"{self.column.sort_sql} {self.direction}{last}, {self.grid.key} {self.direction}"


def select(what: str, source: str, where: Where) -> str:
    condition = f" WHERE {where.sql}" if where.sql else ""
    return f"SELECT {what} FROM {source}{condition}"  # noqa: S608  all of it is declared in code; values are parameters


@lru_cache(maxsize=256)
def values(grid: Grid) -> str:
    named = {"id": grid.key, **{column.key: column.sql for column in grid.columns}, **grid.also}
    return ", ".join(f'{sql} AS "{name}"' for name, sql in named.items())


def source_for(grid: Grid, *pieces: str) -> str:
    """What the rows come from, without those tables joined to it that no piece speaks of: SQLite looks into each for every
    row that it only counts. A LEFT JOIN adds one row at most, so that none is lost or doubled."""
    first, *joined = grid.source.split(_JOIN)
    if any(" JOIN " in each for each in joined):
        return grid.source
    said, kept = " ".join(pieces), list[str]()
    for each in reversed(joined):
        alias = each.partition(" ON ")[0].split()[-1]
        if f"{alias}." in said:
            kept.append(each)
            said += each
    return _JOIN.join([first, *reversed(kept)])


def among(key: str, ids: Sequence[object]) -> Where:
    if ids and all(isinstance(each, int) for each in ids):
        return Where(f"{key} IN ({', '.join(map(str, ids))})")
    return one_of(key, tuple(ids))


def counting(grid: Grid, where: Where, most: int = 0) -> Statement:
    """How many there are, no further than `most`, where that is given; as `total`."""
    counted = select("1", source_for(grid, where.sql), where) + (f" LIMIT {int(most)}" if most else "")
    return Statement(f"SELECT COUNT(*) AS total FROM ({counted}) AS counted", where.args)  # noqa: S608


def few(asked: Asked, most: int) -> Statement:
    """The page of a list of no more than `most` rows, and as `_many` how many they are, in one: what is asked is looked up
    without an order, together with what it is sorted by. One line at least, without a row where there is none to show."""
    grid, state = asked.grid, asked.state
    found, way = _found(asked, most), f"{asked.direction} NULLS LAST, id {asked.direction}"
    on_page = Where(f"{grid.key} IN (SELECT id FROM page)")  # noqa: S608
    shown = select(f"{values(grid)}, {asked.column.sort_sql} AS sort_", grid.source, on_page)
    sql = (
        f"SELECT * FROM (WITH {found.sql}, page AS (SELECT id FROM found WHERE (SELECT _many FROM counted) <= {int(most)}"  # noqa: S608
        f" ORDER BY sort_ {way} LIMIT {int(state.page_size)} OFFSET {{}}), shown AS ({shown})"
        f" SELECT * FROM counted LEFT JOIN shown ON TRUE) AS answer ORDER BY sort_ {way}"
    )
    return Statement(sql, (*found.args, (state.page - 1) * state.page_size))


def _found(asked: Asked, most: int) -> Statement:
    """`found` and how many these are, `counted`. What the list's own indexes find is counted first, for which no row is
    read; what is looked up elsewhere, and may cost more, is looked up once."""
    grid, where, sort = asked.grid, asked.wanted, asked.column.sort_sql
    source = source_for(grid, grid.key, sort, where.sql)
    what, most = f"{grid.key} AS id, {sort} AS sort_", int(most)
    if where.drives:
        found = f"found AS ({select(what, source, where)} LIMIT {most + 1})"
        return Statement(f"{found}, counted AS (SELECT COUNT(*) AS _many FROM found)", where.args)  # noqa: S608
    first = counting(grid, where, most + 1)
    counted = f"counted AS (SELECT total AS _many FROM ({first.sql}) AS counting)"  # noqa: S608
    none_of_many = f"(SELECT CASE WHEN _many > {most} THEN 0 ELSE {most} END FROM counted)"  # noqa: S608
    found = f"found AS ({select(what, source, where)} LIMIT {none_of_many})"
    return Statement(f"{counted}, {found}", (*first.args, *where.args))


def parts(asked: Asked) -> list[Part]:
    """What is walked, and in which order. An index holds a column's empty values at one end, the list always at the last:
    where the column says that it may be empty, those that have a value are walked first, then the others."""
    grid, column = asked.grid, asked.column
    first, last = (Where(sql) for sql in grid.halves or ("", ""))
    sorted_ = all_of([asked.walked(column.owner or grid.owner), first])
    rest = grid.rest or grid.key
    if not column.gaps:
        found = [Part(sorted_, asked.order_walked)]
    else:
        filled, empty = (Where(f"{column.sort_sql} IS {word}") for word in ("NOT NULL", "NULL"))
        found = [
            Part(all_of([sorted_, filled]), asked.order_walked),
            Part(all_of([asked.walked(grid.owner), first, empty]), rest),
        ]
    return [*found, Part(all_of([asked.walked(grid.owner), last]), rest)] if grid.halves else found


def rows_of(grid: Grid, part: Part, limit: int, offset: int, count: Statement | None = None) -> Statement:
    """Which rows, of the columns that decide it; then all values of those alone, and with each as `_total` what `count`
    counts. A first page says nothing of an offset: where PostgreSQL does not know one beforehand, it takes it for a tenth of
    the table, and then plans the statement anew each time, which costs as much as running it."""
    source = source_for(grid, grid.key, part.where.sql, part.order)
    skipped = " OFFSET {}" if offset else ""
    chosen = select(grid.key, source, part.where) + f" ORDER BY {part.order} LIMIT {int(limit)}{skipped}"
    what = f"{values(grid)}, ({count.sql}) AS _total" if count else values(grid)
    sql = select(what, grid.source, Where(f"{grid.key} IN ({chosen})")) + f" ORDER BY {part.order}"
    return Statement(sql, (*(count.args if count else ()), *part.where.args, *([offset] if offset else ())))

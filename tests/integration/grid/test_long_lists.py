"""A list with an owner's indexes on both databases: walked or sorted, few or many, it shows the same rows in the same order."""

import itertools
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from piccolo.table import Table, create_table_class

from components.grid import piccolo
from components.grid.cells import Day, Money, Text
from components.grid.declaration import Column, EmptyState, Grid
from components.grid.filters import AmountFilter, ChoiceFilter, DayFilter
from components.grid.piccolo import count, fetch, sums
from components.grid.sql import Scope, Where
from components.grid.state import read_state
from components.grid.words import WordSearch, line_of_words
from tests.integration.grid.test_grid_queries import an_engine

TODAY = date(2026, 11, 30)
NAME = f"long_row_{os.getpid()}"
MANY = 60


def ours(owner: str) -> Where:
    return Where(f"{owner} = {{}} AND r.is_open = TRUE", (1,))


SCOPE: Scope = ours
GRID = Grid(
    name="rows",
    one="row",
    many="rows",
    source=f"{NAME} r LEFT JOIN {NAME}_date e ON e.row_id = r.id",
    key="r.id",
    owner="r.organisation",
    rest="r.name, r.id",
    columns=(
        Column(key="name", label="Name", sql="r.name", kind=Text()),
        Column(key="owed", label="Owed", sql="r.owed", kind=Money("GBP"), falls=True),
        Column(key="due", label="Due", sql="r.due", kind=Day(), gaps=True),
        Column(key="expected", label="Expected", sql="e.day", kind=Day(), gaps=True, owner="e.organisation"),
    ),
    search=WordSearch(f"{NAME}_words", "r.id", 1),
    filters=(
        ChoiceFilter(
            "status", "Status", "r.status", {"on": "on", "off": "off"},
            leads=Where(f"r.id IN (SELECT id FROM {NAME} WHERE organisation = {{}} AND status IN ([values]))", (1,), True),
        ),
        AmountFilter("owed", "Owed", "r.owed"),
        DayFilter("due", "Due", "r.due"),
    ),
    default_sort="name",
    empty=EmptyState("No rows yet", "They come later."),
    page_sizes=(7, 50),
)  # fmt: skip


@pytest.fixture(params=["sqlite", "postgres"], scope="module")
async def table(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[type[Table]]:
    async with an_engine(request.param, tmp_path_factory.mktemp("long")) as engine:
        lent = create_table_class("LongRow", class_kwargs={"db": engine})
        await _fill(lent)
        yield lent
        for name in (NAME, f"{NAME}_date", f"{NAME}_words"):
            await lent.raw(f"DROP TABLE {name}")


async def _fill(lent: type[Table]) -> None:
    await lent.raw(
        f"CREATE TABLE {NAME} (id INTEGER PRIMARY KEY, organisation INTEGER, name TEXT, owed BIGINT, due DATE,"
        " status TEXT, is_open BOOLEAN)"
    )
    await lent.raw(f"CREATE TABLE {NAME}_date (row_id INTEGER UNIQUE, organisation INTEGER, day DATE)")
    await lent.raw(f"CREATE TABLE {NAME}_words (rowid INTEGER PRIMARY KEY, words TEXT)")
    numbers = range(1, MANY + 1)
    await _insert(lent, NAME, [_row(number) for number in numbers])
    await _insert(lent, f"{NAME}_words", [(n, line_of_words(_row(n)[1], [_row(n)[2], _row(n)[5]])) for n in numbers])
    dates = [(n, _row(n)[1], TODAY + timedelta(days=n % 5)) for n in numbers if n % 2]
    await _insert(lent, f"{NAME}_date", dates)


async def _insert(table: type[Table], name: str, rows: list[tuple[Any, ...]]) -> None:
    marks = f"({', '.join(['{}'] * len(rows[0]))})"
    await table.raw(f"INSERT INTO {name} VALUES {', '.join([marks] * len(rows))}", *(value for row in rows for value in row))


def _row(number: int) -> tuple[Any, ...]:
    """Every tenth is another organisation's, every seventh closed, every third without a due date."""
    organisation, name = 2 if number % 10 == 0 else 1, f"Row {number * 37 % 60:02}"
    due = None if number % 3 == 0 else TODAY + timedelta(days=number * 13 % 30)
    return number, organisation, name, number * 17 % 23 * 10_000, due, "on" if number % 4 else "off", number % 7 > 0


async def shown(table: type[Table], query: str) -> list[int]:
    """The ids of all pages, one after the other."""
    found: list[int] = []
    for page in itertools.count(1):
        part = await fetch(GRID, read_state(GRID, f"{query}&page={page}", today=TODAY), table=table, scope=SCOPE)
        if part.state.page < page:
            return found
        found += [row["id"] for row in part.rows]
        if len(part.rows) < 7:
            return found
    raise AssertionError


ASKED = ("", "q=row", "q=row+on", "status=off", "status=on&due_from=2026-12-05", "owed_from=3&owed_to=15", "q=row+1&status=on")


@pytest.mark.parametrize("sort", [f"{way}{key}" for key in ("name", "owed", "due", "expected") for way in ("", "-")])
@pytest.mark.parametrize("asked", ASKED)
async def test_few_rows_sorted_and_many_walked_are_the_same_rows(
    table: type[Table], monkeypatch: pytest.MonkeyPatch, asked: str, sort: str
) -> None:
    query = f"{asked}&sort={sort}"
    few = await shown(table, query)
    monkeypatch.setattr(piccolo, "FEW", 0)
    many = await shown(table, query)
    assert len(set(many)) == len(many)
    assert sorted(few) == sorted(many)
    assert len(many) == await count(GRID, read_state(GRID, query, today=TODAY), table=table, scope=SCOPE)
    key = {"due": "due", "expected": "day"}.get(sort.lstrip("-"))
    if key is None:
        assert few == many


@pytest.mark.parametrize("few", [0, 1_000])
@pytest.mark.parametrize("sort", ["due", "-due", "expected", "-expected"])
async def test_what_is_empty_comes_last_in_both_directions(
    table: type[Table], monkeypatch: pytest.MonkeyPatch, sort: str, few: int
) -> None:
    monkeypatch.setattr(piccolo, "FEW", few)
    page = await fetch(GRID, read_state(GRID, f"status=on&size=50&sort={sort}", today=TODAY), table=table, scope=SCOPE)
    values = [row[sort.lstrip("-")] for row in page.rows]
    filled = [str(value) for value in values if value is not None]
    assert values[: len(filled)].count(None) == 0
    assert filled == sorted(filled, reverse=sort.startswith("-"))
    assert None in values


async def test_a_long_list_says_that_nobody_counted_to_its_end(table: type[Table], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piccolo, "MOST_COUNTED", 20)
    first = await fetch(GRID, read_state(GRID, "", today=TODAY), table=table, scope=SCOPE)
    assert (first.total, first.is_more) == (20, True)
    last = await fetch(GRID, read_state(GRID, "page=99", today=TODAY), table=table, scope=SCOPE)
    assert (last.total, last.is_more, last.state.page) == (len(await shown(table, "")), False, 7)


async def test_what_a_search_finds_beyond_the_indexes_follows_in_a_second_part(
    table: type[Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(piccolo, "FEW", 0)
    grid = replace(GRID, halves=("r.is_open = TRUE", "r.is_open = FALSE"))
    state = read_state(grid, "q=row&size=50&sort=-owed", today=TODAY)
    mine: Scope = lambda owner: Where(f"{owner} = {{}}", (1,))  # noqa: E731
    rows = (await fetch(grid, state, table=table, scope=mine)).rows
    closed = [row["id"] % 7 == 0 for row in rows]
    assert closed == sorted(closed)
    assert any(closed)


async def test_all_that_match_are_added_up(table: type[Table]) -> None:
    state = read_state(GRID, "status=off", today=TODAY)
    rows = (await fetch(GRID, replace(state, page_size=50), table=table, scope=SCOPE)).rows
    found = await sums(GRID, state, table=table, scope=SCOPE, amount="r.owed", currency="r.status")
    assert found == [(len(rows), "off", sum(row["owed"] for row in rows))]

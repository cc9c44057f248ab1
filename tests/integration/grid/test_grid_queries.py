"""A grid's queries on both databases: the same rows, in the same order, from the same text."""

import contextlib
import os
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from piccolo.engine.postgres import PostgresEngine
from piccolo.engine.sqlite import SQLiteEngine
from piccolo.table import Table, create_table_class

from components.grid.cells import Day, Money, Text
from components.grid.declaration import Column, EmptyState, Grid
from components.grid.filters import AmountFilter, ChoiceFilter, Condition, ConditionFilter, DayFilter
from components.grid.piccolo import count, fetch, matching_ids
from components.grid.sql import Where
from components.grid.state import GridPage, read_state
from components.grid.view import view_of

TODAY = date(2026, 11, 30)
NAME = f"grid_row_{os.getpid()}"
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
OURS = Where("r.organisation = {}", (1,))

GRID = Grid(
    name="rows",
    one="row",
    many="rows",
    source=f"{NAME} r",
    key="r.id",
    columns=(
        Column(key="name", label="Name", sql="r.name", kind=Text(), sort="LOWER(r.name)"),
        Column(key="owed", label="Owed", sql="r.owed", kind=Money("GBP"), falls=True),
        Column(key="due", label="Due", sql="r.due", kind=Day()),
    ),
    search=("LOWER(r.name)", "r.number"),
    filters=(
        ChoiceFilter("status", "Status", "r.status", {"on": "chasing", "off": "not chasing"}),
        AmountFilter("amount", "Owed", "r.owed"),
        DayFilter("due", "Due", "r.due"),
        ConditionFilter("age", "Age", {"over": Condition("overdue", lambda today: Where("r.due < {}", (today,)))}),
    ),
    default_sort="-owed",
    empty=EmptyState("No rows yet", "They come later."),
    page_sizes=(3, 50),
)

ROWS = (
    (1, 1, "acme 100%", "inv-1", 500_000, date(2026, 11, 1), "on"),
    (2, 1, "Borealis", "inv-2", 300_000, date(2026, 12, 5), "on"),
    (3, 1, "Cedar {brace}", "inv-3", None, None, "off"),
    (4, 1, "Dunes", "inv-4", 300_000, date(2026, 11, 30), "off"),
    (5, 1, "elm_tree", "inv-5", -20_000, date(2025, 1, 1), "on"),
    (6, 2, "Acme of another organisation", "inv-6", 900_000, date(2026, 1, 1), "on"),
)


def _postgres() -> PostgresEngine:
    parts = urlsplit(POSTGRES)
    config = {"host": parts.hostname, "port": parts.port or 5432, "user": parts.username}
    password = {"password": parts.password} if parts.password else {}
    return PostgresEngine(config={**config, **password, "database": parts.path.lstrip("/")})


async def _filled(engine: SQLiteEngine | PostgresEngine) -> type[Table]:
    table = create_table_class("GridRow", class_kwargs={"db": engine})
    await table.raw(
        f"CREATE TABLE {NAME} (id INTEGER PRIMARY KEY, organisation INTEGER, name TEXT, number TEXT,"
        " owed BIGINT, due DATE, status TEXT)"
    )
    for row in ROWS:
        await table.raw(f"INSERT INTO {NAME} VALUES ({', '.join(['{}'] * len(row))})", *row)
    return table


@contextlib.asynccontextmanager
async def an_engine(name: str, folder: Path) -> AsyncIterator[SQLiteEngine | PostgresEngine]:
    """With its connections kept: the tests of a module only read, so one table serves them all."""
    if name == "sqlite":
        yield SQLiteEngine(path=str(folder / "grid.sqlite"))
        return
    engine = _postgres()
    try:
        await engine.start_connection_pool()
    except OSError:
        pytest.skip("no PostgreSQL")
    yield engine
    await engine.close_connection_pool()


@pytest.fixture(params=["sqlite", "postgres"], scope="module")
async def table(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[type[Table]]:
    async with an_engine(request.param, tmp_path_factory.mktemp("grid")) as engine:
        table = await _filled(engine)
        yield table
        await table.raw(f"DROP TABLE {NAME}")


async def page(table: type[Table], query: str = "") -> GridPage:
    return await fetch(GRID, read_state(GRID, f"size=50&{query}", today=TODAY), table=table, scope=OURS)


async def ids(table: type[Table], query: str = "") -> list[int]:
    return [row["id"] for row in (await page(table, query)).rows]


async def test_empty_values_come_last_in_both_directions(table: type[Table]) -> None:
    assert await ids(table, "sort=owed") == [5, 2, 4, 1, 3]
    assert await ids(table, "sort=-owed") == [1, 4, 2, 5, 3]
    assert await ids(table, "sort=-due") == [2, 4, 1, 5, 3]


async def test_names_sort_without_regard_to_capitals(table: type[Table]) -> None:
    assert await ids(table, "sort=name") == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ACME", [1]),
        ("q=inv-4", [4]),
        ("q=bor+inv-2", [2]),
        ("q=bor+inv-4", []),
        ("q=100%25", [1]),
        ("q=m_t", [5]),
        ("q={brace}", [3]),
        ("q='", []),
        ("status=on&sort=name", [1, 2, 5]),
        ("status=on&status=off&sort=name", [1, 2, 3, 4, 5]),
        ("amount_from=30&sort=name", [1, 2, 4]),
        ("amount_from=-5&amount_to=30&sort=name", [2, 4, 5]),
        ("due_from=2026-11-30&sort=name", [2, 4]),
        ("due_from=2026-11-01&due_to=2026-11-30&sort=name", [1, 4]),
        ("age=over&sort=name", [1, 5]),
        ("age=over&status=on&q=acme&amount_to=50", [1]),
    ],
)
async def test_search_and_filters_find_the_same_on_both_databases(table: type[Table], query: str, found: list[int]) -> None:
    assert await ids(table, query) == found
    state = read_state(GRID, query, today=TODAY)
    assert await count(GRID, state, table=table, scope=OURS) == len(found)
    assert sorted(await matching_ids(GRID, state, table=table, scope=OURS)) == sorted(found)


async def test_pages_never_overlap_and_know_how_many_there_are(table: type[Table]) -> None:
    pages = [await fetch(GRID, read_state(GRID, f"page={number}", today=TODAY), table=table, scope=OURS) for number in (1, 2)]
    assert [[row["id"] for row in each.rows] for each in pages] == [[1, 4, 2], [5, 3]]
    assert [each.total for each in pages] == [5, 5]


async def test_a_page_beyond_the_last_shows_the_last(table: type[Table]) -> None:
    beyond = await fetch(GRID, read_state(GRID, "page=999999", today=TODAY), table=table, scope=OURS)
    assert (beyond.state.page, [row["id"] for row in beyond.rows]) == (2, [5, 3])


async def test_rows_of_another_organisation_are_never_counted_or_shown(table: type[Table]) -> None:
    assert await ids(table, "q=another") == []
    assert await count(GRID, read_state(GRID, "", today=TODAY), table=table, scope=OURS) == 5


async def test_values_read_the_same_from_both_databases(table: type[Table]) -> None:
    shown = view_of(GRID, await page(table), path="/rows", today=TODAY)
    assert [cell.text for cell in shown.rows[0].cells] == ["acme 100%", "50.00", "Sun 1 Nov"]
    assert [cell.text for cell in shown.rows[-1].cells] == ["Cedar {brace}", "", ""]

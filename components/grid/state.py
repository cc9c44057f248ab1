"""What the address says about a grid, whatever was typed into it; and addresses that say it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import unquote_plus, urlencode

from components.grid.declaration import Grid
from components.grid.filters import Applied
from components.grid.sql import Where, all_of, containing

LAST_PAGE = 1_000_000
LONGEST_SEARCH = 100
MOST_WORDS = 6
MOST_PARAMETERS = 200


@dataclass(frozen=True, slots=True)
class GridState:
    """A grid as somebody looks at it. `page` counts from 1; `columns` is empty for the declared ones."""

    search: str = ""
    sort: str = ""
    falling: bool = False
    page: int = 1
    page_size: int = 50
    filters: tuple[Applied, ...] = ()
    columns: tuple[str, ...] = ()

    def filter(self, name: str) -> Applied | None:
        return next((applied for applied in self.filters if applied.name == name), None)

    def without(self, name: str) -> "GridState":
        return replace(self, page=1, filters=tuple(f for f in self.filters if f.name != name))

    def sorted_by(self, sort: str, falling: bool) -> "GridState":
        return replace(self, page=1, sort=sort, falling=falling)

    def on_page(self, page: int) -> "GridState":
        return replace(self, page=page)

    @property
    def narrowed(self) -> bool:
        """Whether rows may be missing because of what was asked."""
        return bool(self.search or self.filters)


@dataclass(frozen=True, slots=True)
class GridPage:
    """The rows of one page, how many there are in all, and the state that was really shown. `is_more`: there are more
    than `total`, nobody counted how many."""

    rows: Sequence[Mapping[str, Any]]
    total: int
    state: GridState
    is_more: bool = False


def read_state(grid: Grid, query: str, *, today: date, locale: str = "en_GB") -> GridState:
    """The state that a query string asks for. What it does not understand it leaves out; it never fails."""
    given = _parameters(query)
    sort, falling = _sort(grid, _first(given, "sort"))
    read = (each.read(given, today, locale) for each in grid.filters)
    return GridState(
        search=" ".join(_first(given, "q").split())[:LONGEST_SEARCH].strip(),
        sort=sort,
        falling=falling,
        page=_within(_first(given, "page"), LAST_PAGE),
        page_size=_page_size(grid, _first(given, "size")),
        filters=tuple(applied for applied in read if applied),
        columns=_columns(grid, given.get("cols", [])),
    )


def _parameters(query: str) -> Mapping[str, list[str]]:
    """Like parse_qs, but never raising: too many are cut off, broken bytes and control characters dropped."""
    given: dict[str, list[str]] = defaultdict(list)
    for pair in query.split("&")[:MOST_PARAMETERS]:
        name, _, value = pair.partition("=")
        given[_clean(name)].append(_clean(value))
    return given


def _clean(text: str) -> str:
    decoded = unquote_plus(text, errors="ignore")
    return "".join(letter for letter in decoded if letter.isprintable())


def _first(given: Mapping[str, list[str]], name: str) -> str:
    return next(iter(given.get(name, ())), "")


def _within(text: str, highest: int) -> int:
    return min(int(text), highest) or 1 if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _page_size(grid: Grid, text: str) -> int:
    size = _within(text, LAST_PAGE)
    return size if size in grid.page_sizes else grid.page_sizes[0]


def _columns(grid: Grid, asked: Sequence[str]) -> tuple[str, ...]:
    """The columns chosen, in the declared order; none where the choice is the declared one."""
    chosen = tuple(column.key for column in grid.columns if column.key in asked)
    return () if chosen == tuple(column.key for column in grid.columns if column.shown) else chosen


def _sort(grid: Grid, text: str) -> tuple[str, bool]:
    asked = text if text.removeprefix("-") in grid.sortable else grid.default_sort
    return asked.removeprefix("-"), asked.startswith("-")


def parameters(grid: Grid, state: GridState, *, page: bool = True) -> list[tuple[str, str]]:
    """The parameters that say this state and nothing that goes without saying."""
    sort = f"{'-' if state.falling else ''}{state.sort}"
    said = [
        ("q", state.search, ""),
        ("sort", sort, grid.default_sort),
        ("size", str(state.page_size), str(grid.page_sizes[0])),
        ("page", str(state.page) if page else "1", "1"),
    ]
    plain = [(name, value) for name, value, usual in said if value != usual]
    chosen = [("cols", key) for key in state.columns]
    return plain + [each for applied in state.filters for each in applied.parameters] + chosen


def url_of(path: str, grid: Grid, state: GridState) -> str:
    """The address of the grid in this state; the state of a fresh visit is the bare path."""
    query = urlencode(parameters(grid, state)) or grid.everything
    return f"{path}?{query}" if query else path


def condition(grid: Grid, state: GridState, *, walking: bool = False, searched: Where | None = None) -> Where:
    """What the rows must meet: the search and every filter. `walking`: as a test of rows that are read in the order of
    the sort; else so that an index leads to them. `searched` stands for the search where it has been made already."""
    sorted_by = grid.sortable[state.sort]
    asked = (applied.tested(sorted_by) if walking else applied.where for applied in state.filters)
    return all_of([_searched(grid, state.search, walking) if searched is None else searched, *asked])


def _searched(grid: Grid, text: str, walking: bool) -> Where:
    if not text or not grid.search:
        return Where()
    if isinstance(grid.search, tuple):
        return containing(grid.search, text.lower().split()[:MOST_WORDS])
    return grid.search.tests(text) if walking else grid.search.leads(text).where

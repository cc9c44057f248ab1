"""A fetched page as the templates show it: every text made, every address built, nothing left to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from components.format import counted, digits, exact, figure, symbol_of
from components.grid.addresses import filled
from components.grid.cells import Cell, CellKind, Money, Reading, Row
from components.grid.declaration import BulkAction, Column, EmptyState, Grid
from components.grid.filters import Control
from components.grid.state import GridPage, GridState, parameters, url_of
from components.menu.items import MenuItem

PLACES = {"title": "p-title", "figure": "p-figure", "line": "p-line", "left out": "p-out"}


@dataclass(frozen=True, slots=True)
class Head:
    """`direction` is "ascending", "descending" or "": the words of aria-sort."""

    label: str
    note: str
    css: str
    url: str
    direction: str


class RowView(NamedTuple):
    """One row; `values` are those that its menu's addresses name; `amount` is empty where its figure says it."""

    id: str
    name: str
    url: str
    cells: Sequence[Cell]
    values: Row
    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class ColumnView:
    """`said` stands in front of a value on a card, where no head says it: the label, or the currency alone."""

    css: str
    said: str


@dataclass(frozen=True, slots=True)
class Chip:
    sentence: str
    without_url: str


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    key: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GridView:
    """What grid/frame.html and grid/grid.html are given as `grid`.

    blank  the same without its rows, kept for all who look at the list in this way; None in itself
    """

    blank: "GridView | None" = None
    element_id: str
    path: str
    one: str
    many: str
    search_hint: str
    search: str
    searchable: bool
    total_text: str = ""
    total: int = 0
    range_text: str = ""
    chips: tuple[Chip, ...]
    controls: tuple[Control, ...]
    chooser: tuple[ColumnChoice, ...]
    kept: tuple[tuple[str, str], ...]
    kept_by_filters: tuple[tuple[str, str], ...]
    kept_by_chooser: tuple[tuple[str, str], ...]
    heads: tuple[Head, ...]
    columns: tuple[ColumnView, ...]
    rows: tuple[RowView, ...] = ()
    row_menu: tuple[MenuItem, ...]
    bulk: tuple[BulkAction, ...]
    bulk_menus: tuple[tuple[str, tuple[BulkAction, ...]], ...]
    matching: str
    sum_url: str
    exports: tuple[tuple[str, str], ...]
    kept_url: str
    previous_url: str = ""
    next_url: str = ""
    clear_url: str
    everything_url: str
    narrowed: bool
    is_more: bool = False
    empty: EmptyState


def view_of(grid: Grid, page: GridPage, *, path: str, today: date, locale: str = "en_GB") -> GridView:
    """The view of one fetched page; `path` is the list's own address, without its query."""
    rows, total, state = page.rows, page.total, page.state
    prepared = [(column.key, *column.kind.for_rows(rows, locale)) for column in shown_columns(grid, state)]
    blank = _blank(grid, state.on_page(1), tuple(note for _, _, note in prepared), path)
    return replace(
        blank,
        blank=blank,
        total=total,
        total_text=f"{figure(exact(total), 0, locale)}+ {grid.many}"
        if page.is_more
        else counted(total, grid.one, grid.many, locale),
        range_text=_range(page, locale),
        rows=_rows(grid, rows, [(key, kind) for key, kind, _ in prepared], Reading(today, locale)),
        exports=blank.exports if total else (),
        previous_url=url_of(path, grid, state.on_page(state.page - 1)) if state.page > 1 else "",
        next_url=url_of(path, grid, state.on_page(state.page + 1)) if _more(page) else "",
        is_more=page.is_more,
    )


@lru_cache(maxsize=256)
def _blank(grid: Grid, state: GridState, notes: tuple[str, ...], path: str) -> GridView:
    """What stands around the rows, whatever they are; `notes`: what the head of each column says besides its label."""
    columns = shown_columns(grid, state)
    cleared = GridState(sort=state.sort, falling=state.falling, page_size=state.page_size, columns=state.columns)
    said = parameters(grid, state, page=False)
    filter_names = {name for applied in state.filters for name, _ in applied.parameters}
    return GridView(
        element_id=grid.element_id,
        path=path,
        one=grid.one,
        many=grid.many,
        search_hint=grid.search_hint or f"Search {grid.many}",
        search=state.search,
        searchable=bool(grid.search),
        chips=tuple(Chip(f.sentence, url_of(path, grid, state.without(f.name))) for f in state.filters),
        controls=tuple(each.control(state.filter(each.name)) for each in grid.filters),
        chooser=tuple(ColumnChoice(c.key, c.label, c in columns) for c in grid.columns),
        kept=tuple(pair for pair in said if pair[0] != "q"),
        kept_by_filters=tuple(pair for pair in said if pair[0] not in filter_names),
        kept_by_chooser=tuple(pair for pair in said if pair[0] != "cols"),
        heads=tuple(_head(grid, state, column, note, path) for column, note in zip(columns, notes, strict=True)),
        columns=tuple(_column(column, note) for column, note in zip(columns, notes, strict=True)),
        row_menu=grid.row_menu,
        bulk=tuple(action for action in grid.bulk if not action.menu),
        bulk_menus=_menus(grid.bulk),
        matching=urlencode(said),
        sum_url=f"{path}/sum?{urlencode(said)}" if grid.sums else "",
        kept_url=f"/views/{grid.name}" if grid.keeps else "",
        exports=_exports(path, urlencode(said)) if grid.exports else (),
        clear_url=url_of(path, grid, cleared),
        everything_url=f"{path}?{grid.everything}" if grid.everything else "",
        narrowed=state.narrowed,
        empty=grid.empty,
    )


def _menus(actions: Sequence[BulkAction]) -> tuple[tuple[str, tuple[BulkAction, ...]], ...]:
    names = dict.fromkeys(action.menu for action in actions if action.menu)
    return tuple((name, tuple(action for action in actions if action.menu == name)) for name in names)


FILES = {"xlsx": "Excel", "csv": "CSV"}


def _exports(path: str, query: str) -> tuple[tuple[str, str], ...]:
    """Names and addresses of the list as files."""
    return tuple((f"{path}.{suffix}{'?' if query else ''}{query}", name) for suffix, name in FILES.items())


def wants_grid_only(headers: Mapping[str, str], grid: Grid) -> bool:
    """Whether htmx asks for this grid alone (grid/grid.html) rather than for the page around it."""
    restoring = headers.get("HX-History-Restore-Request") == "true"
    return headers.get("HX-Target") == grid.element_id and not restoring


def shown_columns(grid: Grid, state: GridState) -> tuple[Column, ...]:
    return tuple(c for c in grid.columns if (c.key in state.columns if state.columns else c.shown))


def _more(page: GridPage) -> bool:
    return page.is_more or page.state.page * page.state.page_size < page.total


def _range(page: GridPage, locale: str) -> str:
    first = (page.state.page - 1) * page.state.page_size + 1
    last = first + len(page.rows) - 1
    ends = [figure(exact(number), 0, locale) for number in (first, last, max(last, page.total))]
    return f"{ends[0]}–{ends[1]} of {ends[2]}{'+' if page.is_more else ''}"


def _head(grid: Grid, state: GridState, column: Column, note: str, path: str) -> Head:
    css = f"{column.kind.css} {PLACES[column.on_phone]}".strip()
    if column.key not in grid.sortable:
        return Head(column.label, note, css, "", "")
    current = state.sort == column.key
    falling = not state.falling if current else column.falls
    direction = ("descending" if state.falling else "ascending") if current else ""
    return Head(column.label, note, css, url_of(path, grid, state.sorted_by(column.key, falling)), direction)


def _column(column: Column, note: str) -> ColumnView:
    said = {"line": f"{column.label} {note}".strip(), "figure": note}.get(column.on_phone, "")
    return ColumnView(f"{column.kind.css} {PLACES[column.on_phone]}".strip(), said)


def _rows(grid: Grid, rows: Sequence[Row], kinds: Sequence[tuple[str, CellKind]], reading: Reading) -> tuple[RowView, ...]:
    title = next((key for key, _ in kinds if grid.column(key).on_phone == "title"), kinds[0][0])
    summed = grid.column(grid.summed) if grid.summed else None
    place = next((at for at, (key, _) in enumerate(kinds) if grid.column(key).on_phone == "figure"), None)
    is_summed = place is not None and kinds[place][0] == grid.summed
    made = list[RowView]()
    for row in rows:
        cells = [kind.cell(row[key], row, reading) for key, kind in kinds]
        said = cells[place].text if place is not None and is_summed else ""
        amount = _amount(row[summed.key], summed.kind, row, said) if summed and isinstance(summed.kind, Money) else ("", "")
        made.append(RowView(str(row["id"]), str(row[title] or ""), filled(grid.row_url, row), cells, row, *amount))
    return tuple(made)


def _amount(value: Any, kind: Money, row: Row, said: str) -> tuple[str, str]:
    """For the sum in the selection bar: the amount as plain digits and the symbol of its currency. No digits where the
    figure `said` is the same but for its commas: a page of fifty amounts said twice is a quarter of a kilobyte longer."""
    symbol = symbol_of((row[kind.currency_of] if kind.currency_of else kind.currency) or "")
    plain, amount = said.replace(",", ""), digits(value or 0, kind.scale)
    is_said = symbol and "." in plain and plain.ljust(len(amount), "0") == amount
    return "" if is_said else amount, symbol

"""What a grid is: declared once, in a dozen lines, over any FROM clause. README.md shows one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, Protocol

from components.grid.cells import CellKind, Text
from components.grid.filters import ChoiceFilter, Filter
from components.grid.sql import Where
from components.menu.items import MenuItem

OnPhone = Literal["title", "figure", "line", "left out"]
RESERVED = frozenset({"q", "sort", "page", "size", "cols"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`key` names the value in a row and the sort in the address; `sql` is the expression selected.

    `sort` is what it is sorted by where that differs, "" where it cannot be; `falls` sorts high to low at first.
    `gaps`: it may be empty. `owner`: the column its index begins with, where that is not the grid's.
    `on_phone`: its place on the card. `shown=False` waits in the column chooser.
    """

    key: str
    label: str
    sql: str
    kind: CellKind = field(default_factory=Text)
    sort: str | None = None
    falls: bool = False
    gaps: bool = False
    owner: str = ""
    on_phone: OnPhone = "line"
    shown: bool = True

    @property
    def sort_sql(self) -> str:
        return self.sql if self.sort is None else self.sort


@dataclass(frozen=True, slots=True)
class Lead:
    """A query that an index answers with the values of `key` in the rows that are looked for."""

    key: str
    sql: str
    args: tuple[object, ...]

    @property
    def where(self) -> Where:
        return Where(f"{self.key} IN ({self.sql})", self.args, drives=True)


class Search(Protocol):
    """How a long list is searched: `leads` finds the rows by an index, `tests` looks at one row that is there."""

    def leads(self, text: str) -> Lead: ...
    def tests(self, text: str) -> Where: ...


@dataclass(frozen=True, slots=True)
class BulkAction:
    """A verb for the selection bar; POSTed to `url` with `ids`, or with `all_matching=1` and `matching=<query>`.

    Those of one `menu` stand in a menu of that name.
    """

    label: str
    url: str
    confirm: str = ""
    title: str = ""
    menu: str = ""


@dataclass(frozen=True, slots=True)
class EmptyState:
    """What will be here and how to get it, shown while nothing is filtered out."""

    title: str
    sentence: str
    link_label: str = ""
    link_url: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Grid:
    """One list of the product.

    name         element ids and the HX-Target header: "grid-<name>"
    one, many    its noun, as in "1 customer", "214 customers"
    source       what follows FROM: a table, joins; aliases are yours
    key          SQL of the row's identity, selected as `id`; breaks ties in every sort
    also         further values of a row (for addresses, menus, details): name → SQL
    search       SQL expressions of lower-case text, each word must stand in one; or a Search with an index of its own
    default_sort key of a column, with "-" in front for high to low
    summed       key of the money column added up in the selection bar
    owner        for long lists: the column that each sort's index begins with; a scope may be a function of it
    rest         SQL by which those are sorted that have no value where it is sorted by; the key where empty
    halves       the condition that the sorts' indexes are limited to, and its opposite: many rows found by a search are
                 shown in two parts, of which the second is sorted by `rest`
    keeps        "/views/<name>" keeps the list as it is shown, "/views/<name>/columns" the reader's columns
    opens_with   the query that the bare address leads its reader to, if any: the caller redirects
    sums         "<path>/sum" answers a query with the sum of all that match, as text
    exports      "<path>.csv" and "<path>.xlsx" answer with the list as a file
    SQL is the same text for SQLite and PostgreSQL and holds no braces (they are parameters to Piccolo). A grid is equal to
    itself alone: what is made of it is kept, so that one made anew for every request is slower than one that is kept.
    """

    name: str
    one: str
    many: str
    source: str
    key: str
    columns: tuple[Column, ...]
    default_sort: str
    empty: EmptyState
    also: Mapping[str, str] = field(default_factory=dict)
    search: "tuple[str, ...] | Search" = ()
    search_hint: str = ""
    filters: tuple[Filter, ...] = ()
    row_url: str = ""
    row_menu: tuple[MenuItem, ...] = ()
    bulk: tuple[BulkAction, ...] = ()
    summed: str = ""
    owner: str = ""
    rest: str = ""
    halves: tuple[str, str] | None = None
    opens_with: str = ""
    sums: bool = False
    exports: bool = False
    keeps: bool = False
    page_sizes: tuple[int, ...] = (50, 100, 200)

    def __post_init__(self) -> None:
        for mistake in self._mistakes():
            raise ValueError(f"grid {self.name}: {mistake}")

    def _mistakes(self) -> list[str]:
        keys = [column.key for column in self.columns]
        names = [each.name for each in self.filters]
        sql = [self.source, self.key, *self.also.values(), *(c.sql + c.sort_sql for c in self.columns)]
        checks = {
            "two columns or two filters share a name": len({*keys}) < len(keys) or len({*names}) < len(names),
            "a filter has a reserved name": bool(RESERVED.intersection(names)),
            "the default sort is no sortable column": self.default_sort.lstrip("-") not in self.sortable,
            "SQL with braces cannot be passed to Piccolo": any("{" in text for text in sql),
        }
        return [mistake for mistake, made in checks.items() if made]

    @property
    def element_id(self) -> str:
        return f"grid-{self.name}"

    @cached_property
    def sortable(self) -> Mapping[str, str]:
        """Keys of the columns that can be sorted by, with the SQL for it."""
        return {column.key: column.sort_sql for column in self.columns if column.sort_sql}

    @cached_property
    def _by_key(self) -> Mapping[str, Column]:
        return {column.key: column for column in self.columns}

    def column(self, key: str) -> Column:
        return self._by_key[key]

    def showing(self, keys: Collection[str]) -> "Grid":
        """The same grid with these columns shown to begin with; none: as declared."""
        known = {column.key for column in self.columns}.intersection(keys)
        columns = tuple(replace(column, shown=column.key in known) for column in self.columns)
        return replace(self, columns=columns) if known else self

    @property
    def everything(self) -> str:
        """The query that asks for nothing in particular, where the bare address asks for something."""
        return "page=1" if self.opens_with else ""

    def opening_with(self, query: str | None) -> "Grid":
        return replace(self, opens_with=query) if query else self

    def for_readers(self) -> "Grid":
        """The same grid with nothing on it that changes anything."""
        menu = tuple(item for item in self.row_menu if not item.acts and item.method == "get")
        return replace(self, row_menu=menu, bulk=())

    def with_options(self, **options: Mapping[str, str]) -> "Grid":
        """The same grid with choices known only now: `grid.with_options(schedule={"3": "Firm"})`."""
        filters = tuple(
            replace(each, options=options[each.name]) if isinstance(each, ChoiceFilter) and each.name in options else each
            for each in self.filters
        )
        return replace(self, filters=filters)

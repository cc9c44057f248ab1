"""The rows of a page as HTML. They are most of it: a template would take several times as long over their thousands of
pieces. What surrounds them is in _table.html; every text that is not ours goes through `safe`."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from components.grid.addresses import address_of, to_the_web, values_for
from components.grid.cells import Cell
from components.grid.view import GridView, RowView
from components.menu.items import MenuItem

_SPECIAL = re.compile(r"[&<>'\"]").search
Conditions = tuple[bool, ...]


def safe(text: str) -> str:
    """The text as it stands in HTML, in an attribute too."""
    return str(escape(text)) if _SPECIAL(text) else text


def rows_of(grid: GridView) -> Markup:
    """Every <tr> of the body. The actions of rows and of the selection are in the forms <id>-row and <id>-bulk."""
    return Markup("\n".join(map(_Page(grid).row, grid.rows)))  # noqa: S704  `safe` has been over every text


class _Page:
    """Writes the rows of one page. What they share is made ready once."""

    def __init__(self, grid: GridView) -> None:
        self.columns = [(c.css, f' data-label="{safe(c.said)}"' if c.said else "") for c in grid.columns]
        self.picked = f'form="{grid.element_id}-bulk"' if grid.bulk else ""
        self.menu, self.form = grid.row_menu, f"{grid.element_id}-row"
        self.conditions = tuple(dict.fromkeys(item.when for item in grid.row_menu if item.when))
        self.menus = dict[Conditions, _Lines]()

    def row(self, row: RowView) -> str:
        name, urls = safe(row.name), (safe(row.url), *[""] * len(row.cells))
        cells = map(_cell, self.columns, row.cells, urls)
        return f"<tr>{self._pick(row, name)}{''.join(cells)}{self._menu(row, name)}</tr>"

    def _pick(self, row: RowView, name: str) -> str:
        if not self.picked:
            return ""
        amount = f' data-amount="{row.amount}"' if row.amount else ""
        currency = f' data-currency="{safe(row.currency)}"' if row.amount or row.currency else ""
        return (
            f'<td class="pick"><input type="checkbox" name="ids" value="{safe(row.id)}" {self.picked}'
            f' aria-label="Select {name}"{amount}{currency}></td>'
        )

    def _menu(self, row: RowView, name: str) -> str:
        if not self.menu:
            return ""
        met = tuple([bool(row.values[each]) for each in self.conditions])
        lines = self.menus.get(met) or self.menus.setdefault(met, self._lines(met))
        if not lines.text:
            return '<td class="row-end"></td>'
        return (
            f'<td class="row-end"><details class="menu menu-right"><summary aria-label="More for {name}">⋯</summary>'
            f'<div class="menu-panel">{lines.filled(row)}</div></details></td>'
        )

    def _lines(self, met: Conditions) -> "_Lines":
        is_met = dict(zip(self.conditions, met, strict=True))
        return _lines(tuple(item for item in self.menu if not item.when or is_met[item.when]), self.form)


@lru_cache(maxsize=8192)
def _cell(column: tuple[str, str], cell: Cell, row_url: str) -> str:
    """`row_url`: where the row leads to, in its first cell. The same days, names and reasons come again and again."""
    (column_css, said), (text, title, url, before, detail, css, badge) = column, cell
    shown = safe(text)
    if badge:
        shown = f'<span class="badge {badge}">{shown}</span>'
    elif row_url:
        shown = f'<a class="row-link" href="{row_url}">{shown}</a>'
    elif url:
        shown = f'<a href="{safe(url)}">{shown}</a>'
    if before:
        shown = f"<small>{safe(before)}</small> {shown}"
    if detail:
        shown = f"{shown} <small>{safe(detail)}</small>"
    hover = f' title="{safe(title)}"' if title else ""
    return f'<td class="{column_css}{" " if css else ""}{css}"{hover}{said}>{shown}</td>'


class _Lines(NamedTuple):
    """The lines of a row's menu, with a place for each value that their addresses name; of `wholes` the value is one."""

    text: str
    names: frozenset[str]
    wholes: frozenset[str]

    def filled(self, row: RowView) -> str:
        values = values_for(self.names, row.values)
        for name in self.wholes:
            values[f"{name}!"] = safe(to_the_web(row.values[name]))
        return self.text % values


@lru_cache(maxsize=256)
def _lines(menu: Iterable[MenuItem], form: str) -> _Lines:
    addresses = [address_of(item.url) for item in menu]
    return _Lines(
        "".join(_button(item, form) if item.method == "post" else _link(item) for item in menu),
        frozenset(name for each in addresses if not each.is_whole for name in each.names),
        frozenset(each.names[0] for each in addresses if each.is_whole),
    )


def _place(url: str) -> str:
    """The address as it stands in the text of a menu."""
    address = address_of(url)
    return f"%({address.names[0]}!)s" if address.is_whole else safe(address.text)


def _button(item: MenuItem, form: str) -> str:
    confirm = f' data-confirm="{_words(item.confirm)}"' if item.confirm else ""
    return f'<button form="{form}" formaction="{_place(item.url)}"{confirm}>{_words(item.label)}</button>'


def _link(item: MenuItem) -> str:
    outside = ' class="outside" target="_blank" rel="noopener noreferrer"' if item.outside else ""
    return f'<a href="{_place(item.url)}"{outside}>{_words(item.label)}</a>'


def _words(text: str) -> str:
    return safe(text).replace("%", "%%")

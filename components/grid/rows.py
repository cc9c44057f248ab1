"""The rows of a page as HTML. They are most of it: a template would take several times as long over their thousands of
pieces. What surrounds them is in _table.html; every text that is not ours goes through `safe`."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from components.grid.cells import Cell
from components.grid.view import ColumnView, GridView, RowView
from components.menu.items import MenuItem

_SPECIAL = re.compile(r"[&<>'\"]").search


def safe(text: str) -> str:
    """The text as it stands in HTML, in an attribute too."""
    return str(escape(text)) if _SPECIAL(text) else text


def rows_of(grid: GridView) -> Markup:
    """Every <tr> of the body. The actions of rows and of the selection are in the forms <id>-row and <id>-bulk."""
    return Markup("\n".join(_row(grid, row) for row in grid.rows))  # noqa: S704  `safe` has been over every text


def _row(grid: GridView, row: RowView) -> str:
    pick = _pick(grid, row) if grid.bulk else ""
    cells = "".join(_cell(column, cell, "" if place else row.url) for place, (column, cell) in enumerate(row.cells))
    return f"<tr>{pick}{cells}{_menu(grid, row) if grid.has_menu else ''}</tr>"


def _pick(grid: GridView, row: RowView) -> str:
    amount = f' data-amount="{safe(row.amount)}" data-currency="{safe(row.currency)}"' if row.amount else ""
    return (
        f'<td class="pick"><input type="checkbox" name="ids" value="{safe(row.id)}" form="{grid.element_id}-bulk"'
        f' aria-label="Select {safe(row.name)}"{amount}></td>'
    )


def _cell(column: ColumnView, cell: Cell, row_url: str) -> str:
    css = f"{column.css} {cell.css}" if cell.css else column.css
    title = f' title="{safe(cell.title)}"' if cell.title else ""
    said = f' data-label="{safe(column.said)}"' if column.said else ""
    before = f"<small>{safe(cell.before)}</small> " if cell.before else ""
    detail = f" <small>{safe(cell.detail)}</small>" if cell.detail else ""
    return f'<td class="{css}"{title}{said}>{before}{_text(cell, row_url)}{detail}</td>'


def _text(cell: Cell, row_url: str) -> str:
    text = safe(cell.text)
    if cell.badge:
        return f'<span class="badge {cell.badge}">{text}</span>'
    if row_url:
        return f'<a class="row-link" href="{safe(row_url)}">{text}</a>'
    return f'<a href="{safe(cell.url)}">{text}</a>' if cell.url else text


def _menu(grid: GridView, row: RowView) -> str:
    if not row.menu:
        return '<td class="row-end"></td>'
    return (
        '<td class="row-end"><details class="menu menu-right">'
        f'<summary aria-label="More for {safe(row.name)}">⋯</summary><div class="menu-panel">{_lines(grid, row.menu)}</div>'
        "</details></td>"
    )


def _lines(grid: GridView, menu: Iterable[tuple[MenuItem, str]]) -> str:
    return "".join(_button(grid, item, url) if item.method == "post" else _link(item, url) for item, url in menu)


def _button(grid: GridView, item: MenuItem, url: str) -> str:
    confirm = f' data-confirm="{safe(item.confirm)}"' if item.confirm else ""
    return f'<button form="{grid.element_id}-row" formaction="{safe(url)}"{confirm}>{safe(item.label)}</button>'


def _link(item: MenuItem, url: str) -> str:
    outside = ' class="outside" target="_blank" rel="noopener noreferrer"' if item.outside else ""
    return f'<a href="{safe(url)}"{outside}>{safe(item.label)}</a>'

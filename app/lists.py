"""A list of the desk, as its page, its files and what is done to many of its rows at once share it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from litestar import Request, Response
from litestar.response import Stream
from piccolo.table import Table

from app.customers.days import today_of
from app.exports import download
from app.organisations.membership import SignedIn
from app.screen import Screen
from components.grid.cells import Reading
from components.grid.declaration import Grid
from components.grid.piccolo import batches, fetch, matching_ids
from components.grid.spreadsheet import MOST_ROWS
from components.grid.sql import Scope
from components.grid.state import GridState, url_of
from components.grid.view import GridView, view_of

HttpRequest = Request[Any, Any, Any]


class Asked(NamedTuple):
    """The list at `path` as a query string asks for it, not read yet."""

    path: str
    grid: Grid
    state: GridState
    table: type[Table]
    scope: Scope

    @property
    def address(self) -> str:
        return url_of(self.path, self.grid, self.state)

    async def view(self, reading: Reading) -> GridView:
        page = await fetch(self.grid, self.state, table=self.table, scope=self.scope)
        return view_of(self.grid, page, path=self.path, today=reading.today, locale=reading.locale)

    async def ids(self) -> list[int]:
        """Of all that it shows, on all its pages."""
        return await matching_ids(self.grid, self.state, table=self.table, scope=self.scope, most=MOST_ROWS)

    def file(self, ids: Sequence[int], suffix: str, reading: Reading) -> Stream:
        """These rows, in the columns that are shown."""
        rows = batches(self.grid, ids, table=self.table, scope=self.scope)
        return download(self.grid, self.state, rows, suffix=suffix, reading=reading)


Asks = Callable[[SignedIn, str, datetime], Awaitable[Asked]]
"""What a query string asks of one of the lists."""


def reading_of(member: SignedIn, now: datetime) -> Reading:
    return Reading(today_of(member, now), member.locale)


async def answered(
    asked: Asked, screen: Screen, page: str, reading: Reading, context: Mapping[str, Any] | None = None
) -> Response[str]:
    """The list alone where htmx asks for it, else `page` around it."""
    facts = {"grid": await asked.view(reading), **(context or {})}
    return await screen.answer(page=page, fragment="grid/grid.html", context=facts, region=asked.grid.element_id)


async def selected(asks: Asks, request: HttpRequest, member: SignedIn, now: datetime) -> tuple[list[int], Asked]:
    """The rows that a list's form names: those ticked, or all that matched."""
    form = await request.form()
    asked = await asks(member, str(form.get("matching", "")), now)
    if form.get("all_matching"):
        return await asked.ids(), asked
    ticked = [str(value) for value in form.getall("ids", [])]
    return [int(each) for each in dict.fromkeys(ticked) if each.isascii() and each.isdigit() and len(each) < 10], asked


def suffix_of(request: HttpRequest) -> str:
    """The csv of /customers.csv."""
    return request.url.path.rpartition(".")[2]

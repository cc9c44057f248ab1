"""The list of customers as a file: all that match, or those that were ticked."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency as Given
from litestar.response import Stream

from app.customers.controllers import asked_customers, matching_customers, scope_of, selected_customers
from app.customers.days import today_of
from app.customers.tables import Customer
from app.exports import download
from app.organisations.membership import Role, SignedIn
from app.screen import needs
from components.grid.cells import Reading
from components.grid.declaration import Grid
from components.grid.piccolo import batches
from components.grid.state import GridState

HttpRequest = Request[Any, Any, Any]
FILES = ["/customers.csv", "/customers.xlsx"]


class CustomersExportController(Controller):
    @get(FILES)
    async def index(self, request: HttpRequest, member: Given[SignedIn], now: Given[datetime]) -> Stream:
        grid, state = await asked_customers(member, request.url.query, now)
        return _file(request, member, grid, state, await matching_customers(member, grid, state), now)

    @post(FILES, status_code=200, guards=[needs(Role.CONTROLLER)])
    async def create(self, request: HttpRequest, member: Given[SignedIn], now: Given[datetime]) -> Stream:
        ids, state, grid = await selected_customers(request, member, now)
        return _file(request, member, grid, state, ids, now)


def _file(request: HttpRequest, member: SignedIn, grid: Grid, state: GridState, ids: list[int], now: datetime) -> Stream:
    rows = batches(grid, ids, table=Customer, scope=scope_of(member))
    reading = Reading(today_of(member, now), member.locale)
    return download(grid, state, rows, suffix=request.url.path.rpartition(".")[2], reading=reading)

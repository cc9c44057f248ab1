"""The audit trail: who did what, when and from where. Owners and managers read it; owners take it out."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Stream

from app.activity.audit_grids import audit_grid
from app.activity.audit_queries import acts_in, described, entry_in, people_in
from app.activity.tables import AuditEntry
from app.customers.days import today_of
from app.exports import download
from app.organisations.membership import Role, SignedIn
from app.screen import Screen, needs
from components.grid.cells import Reading
from components.grid.declaration import Grid
from components.grid.piccolo import batches, fetch, matching_ids
from components.grid.sql import Where
from components.grid.state import GridState, read_state
from components.grid.view import view_of

PATH = "/settings/audit"
FILES = ["/settings/audit.csv", "/settings/audit.xlsx"]
HttpRequest = Request[Any, Any, Any]


class AuditController(Controller):
    path = PATH
    guards = [needs(Role.MANAGER)]

    @get()
    async def index(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        grid, state = await _asked(request, member, now)
        page = await fetch(grid, state, table=AuditEntry, scope=_scope(member))
        view = view_of(grid, page, path=PATH, today=today_of(member, now), locale=member.locale)
        return await screen.answer(
            page="activity/audit.html", fragment="grid/grid.html", context={"grid": view}, region=grid.element_id
        )

    @get("/{entry_id:int}")
    async def show(self, entry_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        entry = await entry_in(member.organisation_id, entry_id)
        return await screen.page("activity/audit_entry.html", {"entry": await described(entry)})


class AuditExportController(Controller):
    guards = [needs(Role.OWNER)]

    @get(FILES)
    async def index(self, request: HttpRequest, member: Given[SignedIn], now: Given[datetime]) -> Stream:
        grid, state = await _asked(request, member, now)
        ids = await matching_ids(grid, state, table=AuditEntry, scope=_scope(member))
        rows = batches(grid, ids, table=AuditEntry, scope=_scope(member))
        reading = Reading(today_of(member, now), member.locale)
        return download(grid, state, rows, suffix=request.url.path.rpartition(".")[2], reading=reading)


async def _asked(request: HttpRequest, member: SignedIn, now: datetime) -> tuple[Grid, GridState]:
    grid = audit_grid(await people_in(member.organisation_id), await acts_in(member.organisation_id))
    return grid, read_state(grid, request.url.query, today=today_of(member, now), locale=member.locale)


def _scope(member: SignedIn) -> Where:
    return Where("a.organisation_id = {}", (member.organisation_id,))

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
from app.lists import Asked, answered, reading_of, suffix_of
from app.organisations.membership import Role, SignedIn
from app.screen import Screen, needs
from components.grid.sql import Where
from components.grid.state import read_state

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
        asked = await _asked(request, member, now)
        return await answered(asked, screen, "activity/audit.html", reading_of(member, now))

    @get("/{entry_id:int}")
    async def show(self, entry_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        entry = await entry_in(member.organisation_id, entry_id)
        return await screen.page("activity/audit_entry.html", {"entry": await described(entry)})


class AuditExportController(Controller):
    guards = [needs(Role.OWNER)]

    @get(FILES)
    async def index(self, request: HttpRequest, member: Given[SignedIn], now: Given[datetime]) -> Stream:
        asked = await _asked(request, member, now)
        return asked.file(await asked.ids(), suffix_of(request), reading_of(member, now))


async def _asked(request: HttpRequest, member: SignedIn, now: datetime) -> Asked:
    grid = audit_grid(await people_in(member.organisation_id), await acts_in(member.organisation_id))
    state = read_state(grid, request.url.query, today=today_of(member, now), locale=member.locale)
    return Asked(PATH, grid, state, AuditEntry, Where("a.organisation_id = {}", (member.organisation_id,)))

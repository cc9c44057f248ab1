"""The list of promises: running, kept, broken."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency as Given

from app.customers.controllers import below_figures
from app.lists import Asked, answered, reading_of
from app.organisations.membership import SignedIn
from app.promises.grids import PROMISES
from app.promises.tables import Promise
from app.screen import Screen
from components.grid.sql import Where
from components.grid.state import read_state

PATH = "/promises"


class PromisesController(Controller):
    path = PATH

    @get()
    async def index(
        self, request: Request[Any, Any, Any], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        reading = reading_of(member, now)
        state = read_state(PROMISES, request.url.query, today=reading.today, locale=reading.locale)
        asked = Asked(PATH, PROMISES, state, Promise, Where("p.organisation = {}", (member.organisation_id,)))
        context = await below_figures(asked, "promises", screen, member, now)
        return await answered(asked, screen, "promises/index.html", reading, context)

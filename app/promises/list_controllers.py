"""The list of promises: running, kept, broken."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency as Given

from app.customers.days import today_of
from app.organisations.membership import SignedIn
from app.promises.grids import PROMISES
from app.promises.tables import Promise
from app.screen import Screen
from components.grid.piccolo import fetch
from components.grid.sql import Where
from components.grid.state import read_state
from components.grid.view import view_of

PATH = "/promises"


class PromisesController(Controller):
    path = PATH

    @get()
    async def index(
        self, request: Request[Any, Any, Any], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        today = today_of(member, now)
        state = read_state(PROMISES, request.url.query, today=today, locale=member.locale)
        page = await fetch(PROMISES, state, table=Promise, scope=Where("p.organisation = {}", (member.organisation_id,)))
        view = view_of(PROMISES, page, path=PATH, today=today, locale=member.locale)
        context = {"grid": view, "tab": "promises", "title": "Promises"}
        return await screen.answer(
            page="promises/index.html", fragment="grid/grid.html", context=context, region=PROMISES.element_id
        )

"""Another business of one's own, beside those one belongs to."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given

from app.identity import actions as identity
from app.identity import limits
from app.identity.door_controllers import renew_session
from app.identity.forms import line
from app.opening import open_organisation
from app.organisations.actions import visit
from app.organisations.membership import Presence
from app.presence import address_of, presence_of
from app.problems import NotAllowed
from app.screen import FormData, Screen
from app.settings import settings

HttpRequest = Request[Any, Any, Any]


class NewOrganisationsClosed(NotAllowed):
    """Organisations are opened by whoever runs this installation. Ask them for one."""


class NewOrganisationController(Controller):
    path = "/organisations/new"

    @get()
    async def new(self, presence: Given[Presence], screen: Given[Screen]) -> Response[str]:
        _allow(presence)
        return screen.plain("organisations/new.html", {"name": "", "error": "", "may_go_back": presence.member is not None})

    @post()
    async def create(
        self, request: HttpRequest, data: FormData, presence: Given[Presence], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        _allow(presence)
        name = line(data, "name")
        if not name:
            facts = {"name": "", "error": "Give the name of the business", "may_go_back": presence.member is not None}
            return screen.plain("organisations/new.html", facts, status=422)
        await identity.count_try(limits.on_sign_up(address_of(request)), now)
        here = await open_organisation(name, presence.user_id, now)
        await renew_session(request, presence.session_id, now)
        fresh = await presence_of(request)
        assert fresh is not None
        await visit(fresh, here)
        return screen.back("/connect")


def _allow(presence: Presence) -> None:
    if not (settings().sign_up_open or presence.is_superuser):
        raise NewOrganisationsClosed

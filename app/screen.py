"""What a handler answers with: a page in its frame, a fragment of it, or a way back with one sentence.

return await screen.page("customers/show.html", {"customer": customer})
return await screen.answer(page="customers/index.html", fragment="grid/grid.html", context=facts, region="customers")
return screen.back("/customers/12", flash="Chasing is paused until Fri 4 Dec.")
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote, unquote

from cryptography.fernet import InvalidToken
from litestar import MediaType, Request, Response
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency as Given
from litestar.enums import RequestEncodingType
from litestar.handlers import BaseRouteHandler
from litestar.params import Body

from app.identity import cookies
from app.middleware import csp_nonce
from app.organisations.membership import Role
from app.presence import cookie, csrf_token, presence_of, provide_member, set_cookie
from app.problems import NotAllowed
from app.sealing import seal, unseal
from app.shell import shell_for
from app.templating import rendered
from components.assets import asset_url
from components.shell import Notice, Tone

HttpRequest = Request[Any, Any, Any]
Context = Mapping[str, Any]
FormData = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
"""The fields of a posted form, `_csrf_token` among them; one that comes twice is refused."""


class Screen:
    """Renders for one request; what is rendered inside the frame knows `csrf_token`, `csp_nonce` and `asset_url`."""

    def __init__(self, request: HttpRequest, now: datetime) -> None:
        self.request = request
        self.now = now

    async def page(self, template: str, context: Context | None = None, *, status: int = 200) -> Response[str]:
        """A page with the frame of the signed-in member around it."""
        facts = {"shell": await self._shell(), **(context or {})}
        return self.plain(template, facts, status=status)

    async def answer(self, *, page: str, fragment: str, context: Context, region: str = "", status: int = 200) -> Response[str]:
        """The fragment when htmx asks for it (for this `region`, an element's id, where given), else the page."""
        if self.wants_fragment(region):
            return self.plain(fragment, context, status=status)
        return await self.page(page, context, status=status)

    def plain(self, template: str, context: Context | None = None, *, status: int = 200) -> Response[str]:
        """A page or fragment without the frame: signing in, connecting, the portal."""
        facts = {**self._always(), **(context or {})}
        return Response(rendered(template, facts), status_code=status, media_type=MediaType.HTML)

    def wants_fragment(self, region: str = "") -> bool:
        headers = self.request.headers
        if "hx-request" not in headers or "hx-boosted" in headers or "hx-history-restore-request" in headers:
            return False
        return not region or headers.get("hx-target", "") == region

    def back(self, to: str, *, flash: str = "", tone: Tone = "plain", undo: str = "") -> Response[str]:
        """Go to another page of ours, which shows the sentence once; `undo`: where a POST undoes what was done."""
        if flash:
            set_cookie(self.request, cookies.FLASH, quote(seal(json.dumps([flash, tone, undo]))), seconds=120)
        return redirect(self.request, to)

    def _always(self) -> dict[str, Any]:
        return {
            "csrf_token": csrf_token(self.request),
            "csp_nonce": csp_nonce(self.request.scope),
            "asset_url": asset_url,
        }

    async def _shell(self) -> Any:
        presence = await presence_of(self.request)
        if presence is None or presence.member is None:
            return None
        paths = open_paths(self.request)
        return await shell_for(presence, self.request.url.path, open_paths=paths, flashes=self._flashes(), now=self.now)

    def _flashes(self) -> tuple[Notice, ...]:
        sealed = cookie(self.request, cookies.FLASH)
        if not sealed:
            return ()
        set_cookie(self.request, cookies.FLASH, "", seconds=0)
        try:
            text, tone, *undo = json.loads(unseal(unquote(sealed)))
        except (InvalidToken, ValueError):
            return ()
        return (Notice(text, tone, undo_url="".join(undo)),)


def redirect(request: HttpRequest, to: str) -> Response[str]:
    """303 See Other; htmx follows HX-Redirect instead, for a browser would swap the page it leads to."""
    if "hx-request" in request.headers:
        return Response("", status_code=204, headers={"HX-Redirect": to}, media_type=MediaType.HTML)
    return Response("", status_code=303, headers={"Location": to}, media_type=MediaType.HTML)


def open_paths(request: HttpRequest) -> frozenset[str]:
    """The addresses without parameters that this application answers."""
    state = request.app.state
    if "open_paths" not in state:
        state["open_paths"] = frozenset(route.path for route in request.app.routes)
    found: frozenset[str] = state["open_paths"]
    return found


async def provide_screen(request: HttpRequest, now: Given[datetime]) -> Screen:
    await presence_of(request)
    return Screen(request, now)


class Needs:
    """A guard: members below this role are told so; those who have not signed in are asked to."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        member = await provide_member(connection)
        if not member.may(self.role):
            raise NotAllowed


def needs(role: Role) -> Needs:
    """The guard of a route or controller: `guards=[needs(Role.MANAGER)]`. The page of roles reads it too."""
    return Needs(role)

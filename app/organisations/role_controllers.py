"""What each role may do, read from the guards of the routes themselves."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from litestar import Controller, Litestar, Request, Response, get
from litestar.di import NamedDependency as Given
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from app.organisations.membership import Role, SignedIn
from app.organisations.rights import ROLES, lines_of, right_for
from app.screen import Needs, Screen

PREVIEWS = frozenset({"/settings/portal/preview", "/templates/preview"})
"""They change nothing."""


class RolesController(Controller):
    path = "/settings/roles"

    @get()
    async def show(self, request: Request[Any, Any, Any], member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        grouped = [(group, list(lines)) for group, lines in groupby(lines_of(guarded_routes(request.app)), lambda e: e.group)]
        return await screen.page("organisations/roles.html", {"groups": grouped, "roles": ROLES, "member": member})


def guarded_routes(application: Litestar) -> Iterator[tuple[str, str, Role]]:
    """Method, address and least role of what members do; a route without a guard is for viewers too."""
    for method, path, handler in _handlers(application):
        role = least_role(handler)
        is_act = method != "GET" and (role is not None or right_for(method, path) is not None)
        if path not in PREVIEWS and (is_act or (method == "GET" and right_for(method, path) is not None)):
            yield method, path, role or Role.VIEWER


def least_role(handler: HTTPRouteHandler) -> Role | None:
    """The strictest of its guards; None where it has none."""
    roles = [guard.role for guard in handler.resolve_guards() if isinstance(guard, Needs)]
    return max(roles, key=ROLES.index) if roles else None


def _handlers(application: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in application.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if method != "OPTIONS":
                    yield method, route.path, handler

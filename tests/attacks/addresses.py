"""Every address of the application with its parameters filled in, for whoever walks them all."""

from collections.abc import Iterator
from datetime import date

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

SAFE = {"GET", "HEAD", "OPTIONS"}
FILLED = {int: "1", date: "2026-11-30"}


def handlers(application: Litestar) -> Iterator[tuple[str, HTTPRouteHandler, str]]:
    """Method, handler, path; parameters are 1 where they are numbers, a day where they are days, else "x"."""
    for route in application.routes:
        if isinstance(route, HTTPRoute):
            path = "".join(
                f"/{part}" if isinstance(part, str) else f"/{FILLED.get(part.type, 'x')}" for part in route.path_components
            )
            for method, (handler, _) in route.route_handler_map.items():
                yield method, handler, path or "/"


def unsafe(application: Litestar) -> list[tuple[str, str, bool]]:
    """Method, path and whether the route is left out of form tokens."""
    return [
        (method, path, bool(handler.opt.get("without_form_token")))
        for method, handler, path in handlers(application)
        if method not in SAFE
    ]


def readable(application: Litestar) -> list[str]:
    """The paths of every GET."""
    return [path for method, _, path in handlers(application) if method == "GET" and not path.startswith("/static")]

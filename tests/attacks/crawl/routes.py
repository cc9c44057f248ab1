"""The route table as whoever attacks it sees it: what may be put where."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from litestar import Litestar
from litestar.routes import HTTPRoute

GIVEN = {"self", "request", "member", "screen", "now", "presence", "xero", "visit", "data", "scope", "socket"}
"""What a handler is handed and no request can choose."""
READ_BY_HAND = {
    "GET /inbox": ("tab",),
    "GET /messages": ("state",),
    "GET /statements": ("from", "to", "kind", "month"),
    "GET /customers/{customer_id}/statement.pdf": ("from", "to", "period"),
    "GET /customers/{customer_id}/portal/statement.pdf": ("from", "to", "period"),
    "GET /p/{token}/statement.pdf": ("from", "to", "period"),
    "GET /senders/callback": ("code", "state", "error", "error_description"),
    "GET /xero/callback": ("code", "state", "error", "error_description", "scope"),
    "GET /syncs/contacts": ("list", "page"),
    "GET /customers": ("q", "sort", "page", "size", "cols", "assigned"),
    "GET /invoices": ("q", "sort", "page", "size", "cols"),
    "GET /promises": ("q", "sort", "page", "size", "cols"),
    "GET /disputes": ("q", "sort", "page", "size", "cols"),
    "GET /settings/audit": ("q", "sort", "page", "size", "cols"),
    "GET /customers.csv": ("q", "sort", "page", "cols"),
    "GET /customers.xlsx": ("q", "sort", "page", "cols"),
    "GET /invoices.csv": ("q", "sort", "page", "cols"),
    "GET /invoices.xlsx": ("q", "sort", "page", "cols"),
    "GET /settings/audit.csv": ("q", "sort", "page", "cols"),
    "GET /settings/audit.xlsx": ("q", "sort", "page", "cols"),
    "GET /customers/sum": ("q", "sort"),
    "GET /invoices/sum": ("q", "sort"),
}
"""Of a query that a handler reads without declaring it."""


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    pattern: re.Pattern[str]
    query: frozenset[str]

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def names(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)


def routes_of(application: Litestar) -> list[Route]:
    """What is written out comes before what is a parameter, as in the router."""
    found = []
    for route in application.routes:
        if isinstance(route, HTTPRoute):
            path = re.sub(r":\w+}", "}", route.path)
            for method, (handler, _) in route.route_handler_map.items():
                if method not in ("OPTIONS", "HEAD"):
                    declared = {*handler.parsed_fn_signature.parameters} - GIVEN - {*re.findall(r"{(\w+)}", path)}
                    by_hand = READ_BY_HAND.get(f"{method} {path}", ())
                    found.append(Route(method, path, re.compile(_pattern(route.path)), frozenset({*declared, *by_hand})))
    return sorted(found, key=_precedence)


def _precedence(route: Route) -> tuple[int, ...]:
    """Part by part, from the left."""
    return tuple(":path" in part or ("{" in part) for part in route.path.split("/"))


def _pattern(path: str) -> str:
    parts = re.split(r"({\w+:\w+})", path)
    return "".join(_one(part) if part.startswith("{") else re.escape(part) for part in parts) + r"\Z"


def _one(part: str) -> str:
    kinds = {"int": r"-?\d+", "date": r"\d{4}-\d\d-\d\d", "path": r".+"}
    return f"({kinds.get(part[1:-1].partition(':')[2], '[^/]+')})"


def route_for(routes: Iterable[Route], method: str, path: str) -> Route | None:
    return next((route for route in routes if route.method == method and route.pattern.match(path)), None)

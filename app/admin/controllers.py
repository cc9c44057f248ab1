"""/admin: Piccolo Admin behind our own session, for superusers; for everybody else there is no such page."""

from typing import Any

from litestar import asgi
from litestar.connection import ASGIConnection
from litestar.handlers import ASGIRouteHandler
from litestar.response.redirect import ASGIRedirectResponse
from litestar.types import Receive, Scope, Send

from app import clock
from app.activity.actions import audit
from app.admin.gateway import build_admin
from app.identity import cookies
from app.presence import cookie, presence_of, refuse_without_factor
from app.problems import NotFound
from app.settings import settings

PLACE = "/admin"
ASGI = ("type", "asgi", "http_version", "server", "client", "scheme", "method", "raw_path", "query_string", "extensions")
"""What belongs to the request itself, not to the framework it passed through."""
CLOSED = ("/public/login", "/api/change-password", "/api/media", "/api/mfa-setup")
"""What our own door does instead."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Its pages style themselves as they go; their scripts are files of its package."""


def admin_mount() -> ASGIRouteHandler:
    """One mount with one admin application in it."""
    admin = build_admin(settings(), _note_change)

    @asgi(PLACE, is_mount=True, copy_scope=True, opt={"without_form_token": True})
    async def gate(scope: Scope, receive: Receive, send: Send) -> None:
        """The admin checks a token of its own on unsafe requests, so ours stays out of its way."""
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope, receive, send)
        presence = await presence_of(connection)
        asked = scope["raw_path"].decode().partition("?")[0]
        rest = asked.removeprefix(PLACE)
        if presence is None or not presence.is_superuser or rest.startswith(CLOSED):
            raise NotFound
        refuse_without_factor(presence, connection)
        if not rest:
            await ASGIRedirectResponse(path=f"{PLACE}/")(scope, receive, send)
            return
        scope["state"]["content_policy"] = POLICY
        await admin(_for_admin(scope, connection, rest), receive, send)

    return gate


async def _note_change(user_id: int, subject: str, fields: list[str]) -> None:
    """Piccolo Admin keeps no audit trail of its own."""
    await audit(
        organisation_id=None,
        user_id=user_id,
        act="admin change",
        subject=subject,
        now=clock.now(),
        fields=fields,
        is_by_admin=True,
    )


def _for_admin(scope: Scope, connection: ASGIConnection[Any, Any, Any, Any], rest: str) -> dict[str, Any]:
    """The request as the admin should see it: at its own root, with our session in the cookie it looks for.

    A cookie of that name sent by the browser is dropped: a session is never taken from anywhere but ours.
    """
    kept = {"id": cookie(connection, cookies.SESSION), "csrftoken": connection.cookies.get("csrftoken", "")}
    line = "; ".join(f"{name}={value}" for name, value in kept.items() if value)
    headers = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
    return {
        **{name: value for name, value in scope.items() if name in ASGI},
        "path": f"{PLACE}{rest}",
        "root_path": PLACE,
        "headers": [*headers, (b"cookie", line.encode("latin-1"))],
    }

"""/admin: Piccolo Admin behind our own session, for superusers; for everybody else there is no such page."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import asgi
from litestar.connection import ASGIConnection
from litestar.exceptions import ClientException
from litestar.handlers import ASGIRouteHandler
from litestar.response.redirect import ASGIRedirectResponse
from litestar.types import Message, Receive, Scope, Send

from app import clock
from app.admin.form_controllers import FORMS
from app.admin.gateway import Change, build_admin
from app.admin.user_actions import note_change
from app.identity import cookies, forgery
from app.middleware import LARGEST_NUMBER, SAFE, Forged
from app.presence import cookie, presence_of, refuse_without_factor
from app.problems import NotFound, Problem
from app.settings import settings

PLACE = "/admin"
ASGI = ("type", "asgi", "http_version", "server", "client", "scheme", "method", "raw_path", "query_string", "extensions")
"""What belongs to the request itself, not to the framework it passed through."""
CLOSED = (
    "/public/login", "/public/docs", "/public/openapi.json", "/api/docs", "/api/openapi.json", "/api/change-password",
    "/api/media", "/api/mfa-setup", "/openapi.json",
)  # fmt: skip
"""What our own door does instead, and descriptions that load scripts from elsewhere."""
LONGEST = 64_000
"""Bytes of a form: nothing that an admin fills in is longer."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Its pages style themselves as they go; their scripts are files of its package."""


class TooLong(Problem):
    """This is longer than any form of the admin."""

    status = 413


def admin_mount() -> ASGIRouteHandler:
    """One mount with one admin application in it."""
    admin = build_admin(settings(), _decide, FORMS)

    @asgi(PLACE, is_mount=True, copy_scope=True, opt={"without_form_token": True})
    async def gate(scope: Scope, receive: Receive, send: Send) -> None:
        """The admin checks a token of its own on unsafe requests, so ours stays out of its way."""
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope, receive, send)
        presence = await presence_of(connection)
        asked = scope["raw_path"].decode().partition("?")[0]
        rest = asked.removeprefix(PLACE)
        if presence is None or not presence.is_superuser or rest.startswith(CLOSED) or _names_no_row(rest):
            raise NotFound
        refuse_without_factor(presence, connection)
        if not rest:
            await ASGIRedirectResponse(path=f"{PLACE}/")(scope, receive, send)
            return
        scope["state"]["content_policy"] = POLICY
        if scope.get("method") not in SAFE:
            receive = _again(await _read(connection, receive), receive)
        await admin(_for_admin(scope, connection, rest), receive, _as_ours(send))

    return gate


def _names_no_row(rest: str) -> bool:
    return any(part.isdecimal() and int(part[:20]) > LARGEST_NUMBER for part in rest.split("/"))


async def _decide(change: Change) -> Mapping[str, Any]:
    return await note_change(change.user_id, change.table, change.row_id, change.row, change.fields, clock.now())


async def _read(connection: ASGIConnection[Any, Any, Any, Any], receive: Receive) -> bytes:
    """What is posted, if it is from one of the admin's own pages, short, and JSON as those pages send it."""
    header = connection.headers.get
    if forgery.is_foreign(header("sec-fetch-site", ""), header("origin", ""), header("host", "")):
        raise Forged
    body, is_more = b"", True
    while is_more:
        part = await receive()
        body += part.get("body", b"")  # type: ignore[operator]
        is_more = bool(part.get("more_body"))
        if len(body) > LONGEST:
            raise TooLong
    if body and not _is_object(body):
        raise ClientException
    return body


def _is_object(body: bytes) -> bool:
    """NUL is typed by nobody, and PostgreSQL keeps none."""
    try:
        return isinstance(msgspec.json.decode(body), dict) and b"\\u0000" not in body
    except msgspec.DecodeError:
        return False


def _again(body: bytes, receive: Receive) -> Receive:
    """What was read, for the admin to read it; afterwards whatever comes."""
    left = [body]

    async def from_the_start() -> Any:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return from_the_start


def _as_ours(send: Send) -> Send:
    """The admin's form token lies in a cookie that its own scripts read: not HttpOnly, but for this place and site only."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [(name, _narrowed(name, value)) for name, value in message.get("headers", ())]
        await send(message)

    return sending


def _narrowed(name: bytes, value: bytes) -> bytes:
    if name.lower() != b"set-cookie" or not value.startswith(b"csrftoken="):
        return value
    token = value.partition(b";")[0]
    return token + f"; Path={PLACE}; SameSite=Strict{'; Secure' if settings().is_https else ''}".encode()


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

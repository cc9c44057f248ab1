"""What holds for every request: forged ones are refused, and every answer carries its headers and cookies."""

import secrets
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.enums import RequestEncodingType, ScopeType
from litestar.exceptions import ClientException
from litestar.handlers import ASGIRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.identity import forgery
from app.presence import form_secret, presence_of
from app.problems import NotAllowed, NotFound
from app.settings import settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_HEADERS = ("x-csrf-token", "x-csrftoken")
FORMS = frozenset({RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART})
LARGEST_NUMBER = 2**31 - 1
"""Of any row's id, on PostgreSQL."""
LONGEST_NAME = 200
"""Of anything between two slashes; a file system takes 255 bytes."""
ACTED = b"acted"
"""What the page hears after anything that a person did on it: the counts in its frame may be others now."""
A_YEAR = b"public, max-age=31536000, immutable"
Header = tuple[bytes, bytes]
ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), interest-cohort=()"),
)
WHERE_ENCRYPTED: tuple[Header, ...] = ((b"strict-transport-security", b"max-age=31536000"),)


class RefuseUnreadable(ASGIMiddleware):
    """No page has a number or a name that large, and no person types a NUL: they reach no handler, file or database."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if _is_no_address(scope["path"], scope.get("path_params", {})):
            raise NotFound
        request = Request[Any, Any, Any](scope, receive, send)
        if b"%00" in scope["query_string"] or await _has_nul(request):
            raise ClientException
        await next_app(scope, receive, send)


def _is_no_address(path: str, parameters: dict[str, Any]) -> bool:
    numbers = [value for value in parameters.values() if isinstance(value, int)]
    is_large = any(abs(number) > LARGEST_NUMBER for number in numbers)
    return is_large or "\x00" in path or any(len(name) > LONGEST_NAME for name in path.split("/"))


async def _has_nul(request: Request[Any, Any, Any]) -> bool:
    if request.method in SAFE or request.content_type[0] not in FORMS or isinstance(request.route_handler, ASGIRouteHandler):
        return False  # what is mounted reads its own bodies, and the admin takes JSON alone
    await request.body()  # kept with the request: a handler that reads bytes would wait for ever for what was read as a form
    try:
        fields = (await request.form()).multi_items()
    except (UnicodeError, LookupError) as error:  # parts that are no text, or in a character set that nobody knows
        raise ClientException from error
    return any("\x00" in name or (isinstance(value, str) and "\x00" in value) for name, value in fields)


class Forged(NotAllowed):
    """This form is out of date, or it came from another site. Load the page again and repeat what you did."""


class RefuseForgery(ASGIMiddleware):
    """Unsafe requests need a token from one of our own pages. Left out by `opt={"without_form_token": True}`,
    for what proves itself otherwise (webhooks are signed, the admin has a token of its own)."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "without_form_token"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope.get("method") not in SAFE:
            await _refuse_if_forged(Request(scope, receive, send))
        await next_app(scope, receive, send)


async def _refuse_if_forged(request: Request[Any, Any, Any]) -> None:
    header = request.headers.get
    host = header("host", "")
    if forgery.is_foreign(header("sec-fetch-site", ""), header("origin", ""), host):
        raise Forged
    await presence_of(request)
    if not forgery.is_genuine(form_secret(request), await _token(request)):
        raise Forged


async def _token(request: Request[Any, Any, Any]) -> str:
    for name in TOKEN_HEADERS:
        if token := request.headers.get(name):
            return token
    if request.content_type[0] in FORMS:
        return str((await request.form()).get("_csrf_token", ""))
    return ""


def csp_nonce(scope: Scope) -> str:
    """The nonce of this answer's scripts."""
    return str(scope["state"].setdefault("csp_nonce", secrets.token_urlsafe(16)))


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@lru_cache(maxsize=16)
def _origins(urls: tuple[str, ...]) -> str:
    return " ".join(dict.fromkeys(origin_of(url) for url in urls if url))


def content_policy(nonce: str, *, framed_by: str = "'none'") -> str:
    """The Content-Security-Policy of our pages. `framed_by="'self'"` is for what we show in a frame of our own.

    form-action names the consent pages too: Chromium applies it to the redirect that follows a form, and *Connect* and
    *Sign in with Google* lead there.
    """
    chosen = settings()
    pages = (chosen.xero_login_url, chosen.demo_ledger_url, chosen.google_authorize_url, chosen.microsoft_authorize_url)
    elsewhere = _origins(pages)
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
        f"font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; "
        f"form-action 'self' {elsewhere}; frame-ancestors {framed_by}"
    )


async def complete_answer(message: Message, scope: Scope) -> None:
    """Before an answer leaves: the headers it lacks and the cookies that were asked for."""
    if message["type"] != "http.response.start":
        return
    given = list(message.get("headers", ()))
    said = {name.lower() for name, _ in given}
    wanted = [*_headers(scope), (b"hx-trigger-after-settle", ACTED)] if _somebody_acted(scope) else _headers(scope)
    cookies = [(b"set-cookie", line.encode("latin-1")) for line in scope["state"].get("cookies_to_set", {}).values()]
    message["headers"] = [*given, *[each for each in wanted if each[0] not in said], *cookies]


def _somebody_acted(scope: Scope) -> bool:
    return scope.get("method") not in SAFE and any(name == b"hx-request" for name, _ in scope["headers"])


def _headers(scope: Scope) -> list[Header]:
    is_static = scope["path"].startswith("/static/")
    kept = A_YEAR if is_static and b"v=" in scope["query_string"] else b"no-cache" if is_static else b"no-store"
    policy: str = scope["state"].get("content_policy") or content_policy(csp_nonce(scope))
    changing = [(b"cache-control", kept), (b"content-security-policy", policy.encode("latin-1"))]
    return [*changing, *ALWAYS, *WHERE_ENCRYPTED] if settings().is_https else [*changing, *ALWAYS]

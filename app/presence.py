"""Who makes this request: looked up once and kept with it, together with the cookies it will set."""

from datetime import datetime
from typing import Any

from litestar.connection import ASGIConnection

from app import clock
from app.identity import cookies, forgery
from app.identity.actions import touch_session
from app.organisations.membership import Presence, SignedIn
from app.organisations.queries import presence
from app.problems import NotAllowed, SignInNeeded
from app.settings import settings

Connection = ASGIConnection[Any, Any, Any, Any]


def cookie(connection: Connection, name: str) -> str:
    return connection.cookies.get(cookies.named(name, https=settings().is_https), "")


def set_cookie(connection: Connection, name: str, value: str, seconds: int | None = None) -> None:
    """Have the answer, whatever it will be, set this cookie."""
    line = cookies.written(name, value, https=settings().is_https, seconds=seconds)
    connection.scope["state"].setdefault("cookies_to_set", {})[name] = line


class NoOrganisation(NotAllowed):
    """You belong to no organisation any more. Ask an owner to invite you again."""


class SecondFactorNeeded(NotAllowed):
    """Your organisation asks its members for a second factor. Set yours up on your account page first."""


WITHOUT_FACTOR = ("/account", "/organisations/")
"""Where a member goes who is asked for a second factor and has none yet: to set it up, or to another organisation."""


async def presence_of(connection: Connection) -> Presence | None:
    """None for somebody who has not signed in."""
    state = connection.scope["state"]
    if "presence" not in state:
        token = cookie(connection, cookies.SESSION)
        state["presence"] = await _look_up(token, clock.now()) if token else None
    found: Presence | None = state["presence"]
    return found


async def _look_up(token: str, now: datetime) -> Presence | None:
    found = await presence(token, now)
    if found is not None and found.was_long_ago:
        await touch_session(found.session_id, found.user_id, now)
    return found


async def provide_member(request: Connection) -> SignedIn:
    found = await presence_of(request)
    if found is None:
        raise SignInNeeded
    if found.member is None:
        raise NoOrganisation
    refuse_without_factor(found, request)
    return found.member


def refuse_without_factor(found: Presence, request: Connection) -> None:
    if found.lacks_factor and not request.url.path.startswith(WITHOUT_FACTOR):
        raise SecondFactorNeeded


async def provide_presence(request: Connection) -> Presence:
    """Whoever has signed in, also when they belong to no organisation (any more)."""
    found = await presence_of(request)
    if found is None:
        raise SignInNeeded
    return found


def form_secret(connection: Connection) -> str:
    """What this request's form tokens are bound to: its session, or before sign-in a signed cookie made here."""
    found: Presence | None = connection.scope["state"].get("presence")
    if found is not None:
        return found.csrf_secret
    held = visitor(connection) or connection.scope["state"].get("new_visitor", "")
    if not held:
        held = connection.scope["state"]["new_visitor"] = forgery.new_visitor(settings().secret_keys[0])
        set_cookie(connection, cookies.VISITOR, held)
    return str(held)


def visitor(connection: Connection) -> str:
    """The cookie of somebody who has not signed in; empty when it is missing or not of our making."""
    held = cookie(connection, cookies.VISITOR)
    return held if held and any(forgery.is_visitor(key, held) for key in settings().secret_keys) else ""


def csrf_token(connection: Connection) -> str:
    return forgery.issue(form_secret(connection))


def address_of(connection: Connection) -> str:
    """The caller's address: the peer's, or behind a trusted proxy the last one that the proxy did not make up."""
    peer = connection.client.host if connection.client else ""
    trusted = {each.strip() for each in settings().trusted_proxies.split(",") if each.strip()}
    hops = [hop.strip() for hop in connection.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    while peer in trusted and hops:
        peer = hops.pop()
    return peer[:64]

"""What all doors share: coming in, and proving once more that it is really you."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from litestar import Request

from app.identity import actions, cookies, gateway, limits
from app.identity.factor_queries import has_factor
from app.identity.queries import user
from app.identity.session_queries import begun_since
from app.organisations.membership import Presence
from app.organisations.queries import presence
from app.presence import address_of, presence_of, set_cookie

HttpRequest = Request[Any, Any, Any]
SESSION_SECONDS = int(actions.LONGEST_SESSION.total_seconds())
NOT_YOURS = "This is not your present password"
JUST_NOW = timedelta(minutes=30)
"""How long coming in by a one-time link proves that it is really you."""
A_WHILE_AGO = (
    "You have no password yet, and it is a while since you came in. Have a link sent to you under “Forgotten password” on the "
    "sign-in page, choose a password there, and come back"
)
NONE_YET = "You come in by one-time links and have no password yet. Choose one on your account page first."


async def come_in(request: HttpRequest, user_id: int, now: datetime, to: str, *, organisation_id: int | None = None) -> str:
    """Begin a new session in this browser and end the one it had: no id chosen before sign-in lives on. Where to go now:
    `to`, or where the second factor is asked for; until then the session opens nothing."""
    before = await presence_of(request)
    if before is not None:
        await actions.end_session(before.session_id)
    waits = await has_factor(user_id)
    token = await actions.begin_session(
        user_id, now, organisation_id=organisation_id, user_agent=request.headers.get("user-agent", ""),
        address=address_of(request), awaits_factor=waits,
    )  # fmt: skip
    set_cookie(request, cookies.SESSION, token, seconds=SESSION_SECONDS)
    return f"/sign-in/code?next={quote(to, safe='/')}" if waits else to


async def fault_of_password(request: HttpRequest, user_id: int, password: str, now: datetime) -> str:
    """What to say where this is not the user's password; empty when it is. Guesses count as those at the door do."""
    known = await user(user_id)
    counted = limits.on_sign_in(known.email, address_of(request))
    await actions.count_try(counted, now)
    if not await gateway.matches(known.password_hash, password):
        return NOT_YOURS if known.password_hash else NONE_YET
    await actions.forget_tries(counted, now)
    return ""


async def fault_of_proof(request: HttpRequest, who: Presence, password: str, now: datetime) -> str:
    """As `fault_of_password`; a user without one proved themselves by the link in their mailbox, and only just now: whoever
    finds the browser open hours later sets up neither a password nor a second factor in their name."""
    if who.has_password:
        return await fault_of_password(request, who.user_id, password, now)
    return "" if await begun_since(who.session_id, now - JUST_NOW) else A_WHILE_AGO


async def renew_session(request: HttpRequest, session_id: int, now: datetime) -> None:
    """The same session under a new token, in this browser only. What this request still shows has the new form tokens."""
    token = await actions.rotate_session(session_id)
    set_cookie(request, cookies.SESSION, token, seconds=SESSION_SECONDS)
    request.scope["state"]["presence"] = await presence(token, now)

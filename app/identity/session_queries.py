"""Reads of a user's living sessions."""

from datetime import datetime

from app.identity.tables import Session


async def sessions_of(user_id: int, now: datetime, idle_since: datetime) -> tuple[Session, ...]:
    """Those that still open something, the last seen first."""
    living = (Session.user == user_id) & (Session.expires_at > now) & (Session.last_seen_at > idle_since)
    mine = Session.objects().where(living & Session.awaits_factor.eq(False))
    return tuple(await mine.order_by(Session.last_seen_at, Session.id, ascending=False))


async def begun_since(session_id: int, since: datetime) -> bool:
    """Whether its owner came in after this instant; being seen again does not count."""
    return bool(await Session.exists().where(Session.id == session_id, Session.created_at > since))

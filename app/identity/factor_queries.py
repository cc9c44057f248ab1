"""Reads of second factors and of the sessions that wait for one."""

from datetime import datetime, timedelta

from app.identity.tables import RecoveryCode, SecondFactor, Session
from app.sealing import token_hash, unseal


async def has_factor(user_id: int) -> bool:
    return bool(await SecondFactor.exists().where(SecondFactor.user == user_id, SecondFactor.confirmed_at.is_not_null()))


TIME_TO_SET_UP = timedelta(minutes=30)


async def unconfirmed_secret(user_id: int, now: datetime) -> str:
    """The secret that is being set up; empty where none is, or where that began too long ago to be shown to whoever sits
    there now."""
    begun = (SecondFactor.user == user_id) & (SecondFactor.made_at > now - TIME_TO_SET_UP)
    being_set_up = begun & SecondFactor.confirmed_at.is_null()
    row = await SecondFactor.objects().get(being_set_up)
    return unseal(row.secret_sealed) if row is not None else ""


async def recovery_codes_left(user_id: int) -> int:
    return int(await RecoveryCode.count().where(RecoveryCode.user == user_id, RecoveryCode.used_at.is_null()))


async def waiting_session(token: str, now: datetime) -> Session | None:
    """The session that this token belongs to, if it still waits for the second factor."""
    if not token:
        return None
    living = (Session.token_hash == token_hash(token)) & (Session.expires_at > now)
    return await Session.objects().get(living & Session.awaits_factor.eq(True))

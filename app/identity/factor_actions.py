"""The second factor: setting it up, showing it at the door, recovering without the app, doing without it again."""

from datetime import datetime
from typing import Any

from piccolo.columns import Column

from app.database import transaction
from app.identity import totp
from app.identity.actions import LONGEST_SESSION
from app.identity.factor_queries import TIME_TO_SET_UP
from app.identity.tables import RecoveryCode, SecondFactor, Session
from app.problems import OutOfDate
from app.sealing import new_token, seal, token_hash, unseal

RECOVERY_CODES = 10


class FactorStands(OutOfDate):
    """Your second factor is set up already. Switch it off first to set up another app."""


async def begin_factor(user_id: int, now: datetime) -> None:
    """A new secret, which counts once a code of it is shown. Raise FactorStands where one is confirmed."""
    async with transaction():
        await SecondFactor.delete().where(SecondFactor.user == user_id, SecondFactor.confirmed_at.is_null())
        if await SecondFactor.exists().where(SecondFactor.user == user_id):
            raise FactorStands
        await SecondFactor(user=user_id, secret_sealed=seal(totp.new_secret()), made_at=now).save()


async def confirm_factor(user_id: int, code: str, now: datetime) -> list[str] | None:
    """The recovery codes, told once; None when this is no code of the secret being set up."""
    async with transaction():
        begun = (SecondFactor.user == user_id) & (SecondFactor.made_at > now - TIME_TO_SET_UP)
        row = await SecondFactor.objects().get(begun & SecondFactor.confirmed_at.is_null())
        if row is None or not await _take_code(row, code, now):
            return None
        await SecondFactor.update({SecondFactor.confirmed_at: now}).where(SecondFactor.id == row.id)
        return await renew_recovery_codes(user_id)


async def renew_recovery_codes(user_id: int) -> list[str]:
    """Ten new ones, told once; the old ones are void."""
    codes = [totp.new_recovery_code() for _ in range(RECOVERY_CODES)]
    async with transaction():
        await RecoveryCode.delete().where(RecoveryCode.user == user_id)
        await RecoveryCode.insert(*[RecoveryCode(user=user_id, code_hash=token_hash(code)) for code in codes])
    return codes


async def show_factor(user_id: int, text: str, now: datetime) -> bool:
    """Whether this is a living code of the user's app, or one of the recovery codes; either is used up by it."""
    row = await SecondFactor.objects().get((SecondFactor.user == user_id) & SecondFactor.confirmed_at.is_not_null())
    if row is not None and await _take_code(row, text, now):
        return True
    return await _take_recovery_code(user_id, text, now)


async def _take_code(row: SecondFactor, text: str, now: datetime) -> bool:
    """A code counts once (RFC 6238, 5.2): of two requests at the same moment one wins, and no older code comes after it."""
    step = totp.step_of(unseal(row.secret_sealed), text, now)
    if step is None:
        return False
    unused = (SecondFactor.id == row.id) & (SecondFactor.last_step < step)
    return bool(await SecondFactor.update({SecondFactor.last_step: step}).where(unused).returning(SecondFactor.id))


async def _take_recovery_code(user_id: int, text: str, now: datetime) -> bool:
    code = totp.recovery_code_in(text)
    if not code:
        return False
    fits = (RecoveryCode.user == user_id) & (RecoveryCode.code_hash == token_hash(code)) & RecoveryCode.used_at.is_null()
    return bool(await RecoveryCode.update({RecoveryCode.used_at: now}).where(fits).returning(RecoveryCode.id))


async def open_session(session_id: int, now: datetime) -> str:
    """The waiting session may do everything now, under a new token (OWASP ASVS 5, 7.2.4)."""
    token = new_token("s")
    fresh: dict[Column | str, Any] = {
        Session.token_hash: token_hash(token),
        Session.csrf_secret: new_token("f"),
        Session.awaits_factor: False,
        Session.last_seen_at: now,
        Session.expires_at: now + LONGEST_SESSION,
    }
    await Session.update(fresh).where(Session.id == session_id)
    return token


async def drop_factor(user_id: int) -> None:
    async with transaction():
        await SecondFactor.delete().where(SecondFactor.user == user_id)
        await RecoveryCode.delete().where(RecoveryCode.user == user_id)

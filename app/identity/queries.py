"""Reads of users and one-time links."""

from datetime import datetime

from app.identity.tables import OneTimeLink, User
from app.problems import NotFound, SignInNeeded
from app.sealing import token_hash


class LinkSpent(NotFound):
    """This link has been used, or its time is over. Ask for another one."""

    status = 410


async def user_with_email(email: str) -> User | None:
    return await User.objects().get((User.email == email.lower()) & User.active.eq(True))


async def user(user_id: int) -> User:
    row = await User.objects().get((User.id == user_id) & User.active.eq(True))
    if row is None:
        raise SignInNeeded
    return row


async def has_users() -> bool:
    return bool(await User.exists())


async def owner_of_link(token: str, purpose: str, now: datetime) -> User:
    """Whose living link this is; looking at it does not use it up. Raise LinkSpent."""
    link = await OneTimeLink.objects().get(
        (OneTimeLink.token_hash == token_hash(token))
        & (OneTimeLink.purpose == purpose)
        & OneTimeLink.used_at.is_null()
        & (OneTimeLink.expires_at > now)
    )
    if link is None:
        raise LinkSpent
    return await user(link.user)


async def address_in_link(user_id: int, token: str, now: datetime) -> str:
    """The new address that this user's living link proves. Raise LinkSpent, also for a link of somebody else."""
    mine = (OneTimeLink.user == user_id) & (OneTimeLink.token_hash == token_hash(token))
    living = mine & (OneTimeLink.purpose == "new_email") & OneTimeLink.used_at.is_null() & (OneTimeLink.expires_at > now)
    link = await OneTimeLink.objects().get(living)
    if link is None:
        raise LinkSpent
    return str(link.email)

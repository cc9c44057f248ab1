"""Users, their sessions and their one-time links."""

from datetime import datetime, timedelta
from typing import Any

from piccolo.columns import Column

from app.database import transaction
from app.identity import gateway
from app.identity.limits import LONGEST_WINDOW, Limit
from app.identity.queries import LinkSpent, has_users
from app.identity.tables import Attempt, OneTimeLink, Session, User
from app.problems import NotFound, Problem
from app.sealing import new_token, token_hash
from app.settings import settings

LONGEST_SESSION = timedelta(days=60)
SIGN_IN = "sign_in"
RESET = "password_reset"
NEW_EMAIL = "new_email"
LINKS_LIVE = {SIGN_IN: timedelta(hours=12), RESET: timedelta(hours=1), NEW_EMAIL: timedelta(hours=24)}
PATHS = {SIGN_IN: "/sign-in/link", RESET: "/new-password", NEW_EMAIL: "/account/email"}
TIME_FOR_THE_CODE = timedelta(minutes=10)


class TooManyTries(Problem):
    """Too many tries. Wait a quarter of an hour, then try again; or have a new password sent to you."""

    status = 429


class EmailTaken(Problem):
    """There is an account with this email address already."""

    status = 409


async def count_try(limits: tuple[Limit, ...], now: datetime) -> None:
    """Count a try against these limits, or raise TooManyTries and count nothing.

    1. It is written, and committed, before any counting: of twenty at the same moment each sees those before it.
    2. One too many is taken back, so that a limit never lasts longer than its window.
    """
    await Attempt.delete().where(Attempt.at < now - LONGEST_WINDOW)
    made = await Attempt.insert(*[Attempt(subject=limit.subject, at=now) for limit in limits]).returning(Attempt.id)
    for limit in limits:
        recent = (Attempt.subject == limit.subject) & (Attempt.at > now - limit.window)
        if await Attempt.count().where(recent) > limit.most:
            await Attempt.delete().where(Attempt.id.is_in([row["id"] for row in made]))
            raise TooManyTries


async def forget_tries(limits: tuple[Limit, ...], now: datetime) -> None:
    """The try made at `now` was no guess."""
    subjects = [limit.subject for limit in limits]
    await Attempt.delete().where(Attempt.subject.is_in(subjects), Attempt.at == now)


async def create_user(name: str, email: str, password: str, now: datetime) -> int:
    """The new user's id. The first user of an installation is its admin. Raise EmailTaken.

    An empty password makes a user who comes in by one-time links only.
    """
    password_hash = await gateway.hashed(password) if password else ""
    is_first = not await has_users()
    row = User(
        email=email.lower(),
        name=name,
        password_hash=password_hash,
        admin=is_first,
        superuser=is_first,
        created_at=now,
    )
    made = await User.insert(row).on_conflict(action="DO NOTHING").returning(User.id)
    if not made:
        raise EmailTaken
    return int(made[0]["id"])


async def begin_session(
    user_id: int,
    now: datetime,
    *,
    organisation_id: int | None = None,
    user_agent: str = "",
    address: str = "",
    awaits_factor: bool = False,
) -> str:
    """A new session; the token for the cookie is given once and kept only as a hash.

    `awaits_factor`: it opens nothing until the second factor is shown, and dies soon without it.
    """
    token = new_token("s")
    async with transaction():
        await Session.delete().where(Session.expires_at < now)
        await Session(
            user=user_id,
            token_hash=token_hash(token),
            organisation_id=organisation_id,
            csrf_secret=new_token("f"),
            user_agent=user_agent[:200],
            address=address,
            created_at=now,
            last_seen_at=now,
            expires_at=now + (TIME_FOR_THE_CODE if awaits_factor else LONGEST_SESSION),
            awaits_factor=awaits_factor,
        ).save()
        await User.update({User.last_seen_at: now}).where(User.id == user_id)
    return token


async def touch_session(session_id: int, user_id: int, now: datetime) -> None:
    """The user is still here; written at most every few minutes (see presence)."""
    await Session.update({Session.last_seen_at: now}).where(Session.id == session_id)
    await User.update({User.last_seen_at: now}).where(User.id == user_id)


async def end_session(session_id: int) -> None:
    await Session.delete().where(Session.id == session_id)


async def end_other_sessions(user_id: int, session_id: int) -> None:
    await Session.delete().where(Session.user == user_id, Session.id != session_id)


async def end_session_of(user_id: int, session_id: int) -> None:
    """Sign out one of the user's own browsers. Raise NotFound for anybody else's."""
    ended = await Session.delete().where(Session.id == session_id, Session.user == user_id).returning(Session.id)
    if not ended:
        raise NotFound


async def end_every_session(user_id: int) -> None:
    await Session.delete().where(Session.user == user_id)


async def rotate_session(session_id: int) -> str:
    """The same session under a new token, after a change of what it may do (OWASP ASVS 5, 7.2.4)."""
    token = new_token("s")
    fresh: dict[Column | str, Any] = {Session.token_hash: token_hash(token), Session.csrf_secret: new_token("f")}
    await Session.update(fresh).where(Session.id == session_id)
    return token


async def make_link(user_id: int, purpose: str, now: datetime, *, email: str = "") -> str:
    """A link that works once, as a full address; earlier ones of the same purpose die. `email`: what it proves."""
    token = new_token("l")
    mine = (OneTimeLink.user == user_id) & (OneTimeLink.purpose == purpose)
    async with transaction():
        await OneTimeLink.delete().where(mine)
        await OneTimeLink(
            user=user_id,
            purpose=purpose,
            token_hash=token_hash(token),
            expires_at=now + LINKS_LIVE[purpose],
            email=email,
        ).save()
    return f"{settings().base_url.rstrip('/')}{PATHS[purpose]}/{token}"


async def make_sign_in_link(user_id: int, now: datetime) -> str:
    return await make_link(user_id, SIGN_IN, now)


async def use_link(token: str, purpose: str, now: datetime) -> int:
    """Use the link up and give its user's id: of two at the same moment one wins. Raise LinkSpent."""
    used = (
        await OneTimeLink.update({OneTimeLink.used_at: now})
        .where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_null(),
            OneTimeLink.expires_at > now,
        )
        .returning(OneTimeLink.user)
    )
    if not used:
        raise LinkSpent
    return int(used[0]["user"])


async def set_password(user_id: int, password: str, *, keep_session: int = 0) -> None:
    """A new password ends every session but `keep_session`, and every link that would still open the account."""
    password_hash = await gateway.hashed(password)
    async with transaction():
        await User.update({User.password_hash: password_hash}).where(User.id == user_id)
        await Session.delete().where(Session.user == user_id, Session.id != keep_session)
        await OneTimeLink.delete().where(OneTimeLink.user == user_id, OneTimeLink.used_at.is_null())


async def renew_hash(known: User, password: str) -> None:
    """A password that just proved right, hashed with today's parameters where it was made with others."""
    if gateway.is_outdated(known.password_hash):
        fresh = await gateway.hashed(password)
        await User.update({User.password_hash: fresh}).where(User.id == known.id, User.password_hash == known.password_hash)


async def change_name(user_id: int, name: str) -> None:
    await User.update({User.name: name}).where(User.id == user_id)


async def take_new_email(user_id: int, token: str, now: datetime) -> str:
    """Use up the link that proves the user's new address, and sign in by that from now on; the address.

    Raise LinkSpent, also for a link of somebody else, and EmailTaken.
    """
    mine = (OneTimeLink.user == user_id) & (OneTimeLink.token_hash == token_hash(token)) & OneTimeLink.used_at.is_null()
    living = mine & (OneTimeLink.purpose == NEW_EMAIL) & (OneTimeLink.expires_at > now)
    async with transaction():
        used = await OneTimeLink.update({OneTimeLink.used_at: now}).where(living).returning(OneTimeLink.email)
        if not used:
            raise LinkSpent
        email = str(used[0]["email"])
        if await User.exists().where(User.email == email):
            raise EmailTaken
        await User.update({User.email: email}).where(User.id == user_id)
    return email

"""Reads of organisations and their members."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from app.database import fetch
from app.identity.tables import SecondFactor, User
from app.organisations.membership import Membership, Presence, Role, SignedIn
from app.organisations.tables import Member, Organisation
from app.problems import NotFound
from app.sealing import token_hash

IDLE = timedelta(days=14)
TOUCHED_EVERY = timedelta(minutes=10)

_PRESENCE = """
SELECT s.id AS session_id, s.csrf_secret, s.organisation_id AS visiting, u.id AS user_id, u.name, u.email,
       u.superuser, u.password_hash <> '' AS has_password, f.id AS factor, o.requires_second_factor AS must_have_factor,
       s.last_seen_at < {} AS was_long_ago, m.id AS member_id, m.role, o.id AS organisation_id,
       o.name AS organisation, o.timezone, o.currency, o.locale, o.country
FROM user_session s JOIN users u ON u.id = s."user"
LEFT JOIN second_factor f ON f."user" = u.id AND f.confirmed_at IS NOT NULL
LEFT JOIN member m ON m."user" = u.id LEFT JOIN organisation o ON o.id = m.organisation
WHERE s.token_hash = {} AND s.expires_at > {} AND s.last_seen_at > {} AND s.awaits_factor = FALSE AND u.active
ORDER BY o.name, o.id
"""
_FACTS = ("organisation_id", "organisation", "timezone", "currency", "locale", "country")
_PERSON = ("user_id", "session_id", "name", "email")


async def presence(token: str, now: datetime) -> Presence | None:
    """Who holds this session token, in one query; None when it is unknown, ended, idle too long or expired."""
    rows = await fetch(_PRESENCE, now - TOUCHED_EVERY, token_hash(token), now, now - IDLE)
    if not rows:
        return None
    at_work = [row for row in rows if row["member_id"] is not None]
    visiting = next((row for row in at_work if row["organisation_id"] == row["visiting"]), None)
    here = visiting or (at_work[0] if at_work else None)
    return Presence(
        csrf_secret=rows[0]["csrf_secret"],
        is_superuser=bool(rows[0]["superuser"]),
        was_long_ago=bool(rows[0]["was_long_ago"]),
        member=_signed_in(here) if here else None,
        memberships=tuple(_membership(row) for row in at_work),
        has_password=bool(rows[0]["has_password"]),
        has_factor=rows[0]["factor"] is not None,
        must_have_factor=bool(here and here["must_have_factor"]),
        **{key: rows[0][key] for key in _PERSON},
    )


def _signed_in(row: dict[str, Any]) -> SignedIn:
    facts = {key: row[key] for key in (*_PERSON, *_FACTS)}
    return SignedIn(member_id=row["member_id"], role=Role(row["role"]), **facts)


def _membership(row: dict[str, Any]) -> Membership:
    return Membership(row["organisation_id"], row["organisation"], Role(row["role"]))


async def organisation_of(member: SignedIn) -> Organisation:
    return await organisation(member.organisation_id)


async def organisation(organisation_id: int) -> Organisation:
    row = await Organisation.objects().get(Organisation.id == organisation_id)
    if row is None:
        raise NotFound
    return row


class MemberView(msgspec.Struct, frozen=True):
    """A member as their colleagues see them."""

    member_id: int
    name: str
    email: str
    role: Role
    since: datetime | None
    last_seen_at: datetime | None
    has_factor: bool = False


async def members_of(organisation_id: int) -> tuple[MemberView, ...]:
    mine = Member.organisation == organisation_id
    person = (Member.user.id, Member.user.name, Member.user.email, Member.user.last_seen_at)
    rows = await Member.select(Member.id, Member.role, Member.created_at, *person).where(mine).order_by(Member.user.name)
    with_factor = await _with_factor([row["user.id"] for row in rows])
    return tuple(
        MemberView(
            r["id"], r["user.name"], r["user.email"], Role(r["role"]), r["created_at"], r["user.last_seen_at"],
            r["user.id"] in with_factor,
        )
        for r in rows
    )  # fmt: skip


async def _with_factor(user_ids: list[int]) -> frozenset[int]:
    if not user_ids:
        return frozenset()
    theirs = SecondFactor.user.is_in(user_ids) & SecondFactor.confirmed_at.is_not_null()
    return frozenset(await SecondFactor.select(SecondFactor.user).where(theirs).output(as_list=True))


async def owners_of(organisation_id: int) -> tuple[User, ...]:
    """The users to whom notices about the organisation go."""
    where = (Member.organisation == organisation_id) & (Member.role == Role.OWNER.value)
    ids = await Member.select(Member.user).where(where).output(as_list=True)
    return tuple(await User.objects().where(User.id.is_in(ids), User.active.eq(True))) if ids else ()

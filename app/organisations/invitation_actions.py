"""Inviting somebody by mail, and their coming."""

from datetime import datetime, timedelta

from app.activity.actions import audit, record
from app.database import transaction
from app.identity.queries import LinkSpent
from app.identity.tables import User
from app.organisations.actions import add_member
from app.organisations.membership import Role, SignedIn
from app.organisations.tables import Invitation, Member
from app.problems import OutOfDate
from app.sealing import new_token, token_hash
from app.settings import settings

LIVES = timedelta(days=7)


class MemberAlready(OutOfDate):
    """Somebody with this address is a member already."""


async def invite(member: SignedIn, email: str, role: Role, now: datetime) -> tuple[Invitation, str]:
    """An invitation and the token for its link; an earlier one to the same address dies. Raise MemberAlready."""
    async with transaction():
        row, token = await write_invitation(member.organisation_id, email, role, member.name, now)
        await _note(member, "invite member", row, now)
    return row, token


async def write_invitation(
    organisation_id: int, email: str, role: Role, invited_by: str, now: datetime
) -> tuple[Invitation, str]:
    """What `invite` does, in the transaction of a caller who notes it in the audit trail."""
    token = new_token("i")
    if await Member.exists().where(Member.organisation == organisation_id, Member.user.email == email):
        raise MemberAlready
    await _end_earlier(organisation_id, email, now)
    row = Invitation(
        organisation=organisation_id, email=email, role=role.value, token_hash=token_hash(token),
        invited_by=invited_by, sent_at=now, expires_at=now + LIVES,
    )  # fmt: skip
    await row.save()
    return row, token


async def renew_invitation(member: SignedIn, row: Invitation, now: datetime) -> str:
    """Another link, with its full time; the one in the earlier letter is void."""
    token = new_token("i")
    async with transaction():
        still = (Invitation.id == row.id) & Invitation.ended_at.is_null()
        changed: dict[str, object] = {"token_hash": token_hash(token), "sent_at": now, "expires_at": now + LIVES}
        if not await Invitation.update(changed).where(still).returning(Invitation.id):  # type: ignore[arg-type]
            raise LinkSpent
        await _note(member, "invite member again", row, now)
    return token


async def take_back(member: SignedIn, row: Invitation, now: datetime) -> None:
    async with transaction():
        await Invitation.update({Invitation.ended_at: now}).where(Invitation.id == row.id, Invitation.ended_at.is_null())
        await _note(member, "take invitation back", row, now)


async def accept(row: Invitation, user: User, now: datetime, address: str = "") -> int:
    """The user is a member from now on; the organisation's id. Used up by the first of two. Raise LinkSpent, MemberAlready."""
    living = (Invitation.id == row.id) & Invitation.ended_at.is_null() & (Invitation.expires_at > now)
    async with transaction():
        used = await Invitation.update({Invitation.ended_at: now}).where(living).returning(Invitation.id)
        if not used or user.email != row.email:
            raise LinkSpent
        if await Member.exists().where(Member.organisation == row.organisation, Member.user == user.id):
            raise MemberAlready
        member_id = await add_member(row.organisation, user.id, Role(row.role), now)
        await record(
            organisation_id=row.organisation, kind="members", by=user.name, now=now,
            sentence=f"{user.name} joined as {row.role}, invited by {row.invited_by}.",
        )  # fmt: skip
        await audit(
            organisation_id=row.organisation, user_id=user.id, act="join", subject=f"member {member_id}", now=now,
            changes={"role": ("", row.role)}, address=address,
        )  # fmt: skip
    return int(row.organisation)


def link_of(token: str) -> str:
    return f"{settings().base_url.rstrip('/')}/invitations/{token}"


async def _end_earlier(organisation_id: int, email: str, now: datetime) -> None:
    waiting = (Invitation.organisation == organisation_id) & (Invitation.email == email) & Invitation.ended_at.is_null()
    await Invitation.update({Invitation.ended_at: now}).where(waiting)


async def _note(member: SignedIn, act: str, row: Invitation, now: datetime) -> None:
    await audit(
        organisation_id=member.organisation_id, user_id=member.user_id, act=act, subject=f"invitation {row.id}", now=now,
        changes={"email": ("", str(row.email)), "role": ("", str(row.role))},
    )  # fmt: skip

"""Reads of single members, and of who could stand in for whom."""

import msgspec

from app.organisations.membership import Role, SignedIn
from app.organisations.queries import MemberView, members_of
from app.organisations.tables import Member
from app.problems import NotFound


class Colleague(msgspec.Struct, frozen=True):
    """A member as another member deals with them."""

    member_id: int
    user_id: int
    name: str
    email: str
    role: Role


async def colleague_for(member: SignedIn, member_id: int) -> Colleague:
    """Another member of this organisation, or the member themselves. Raise NotFound."""
    here = (Member.id == member_id) & (Member.organisation == member.organisation_id)
    row = await Member.select(Member.id, Member.user.id, Member.user.name, Member.user.email, Member.role).where(here).first()
    if row is None:
        raise NotFound
    return Colleague(row["id"], row["user.id"], row["user.name"], row["user.email"], Role(row["role"]))


async def others_of(member: SignedIn, without: int) -> tuple[MemberView, ...]:
    """Those to whom the work of the member `without` may go."""
    everybody = await members_of(member.organisation_id)
    return tuple(each for each in everybody if each.member_id != without and each.role.includes(Role.CONTROLLER))


async def deciders_of(organisation_id: int) -> tuple[MemberView, ...]:
    """Managers and owners who can sign in."""
    rows = await Member.select(Member.id, Member.user.active).where(Member.organisation == organisation_id)
    able = {row["id"] for row in rows if row["user.active"]}
    everybody = await members_of(organisation_id)
    return tuple(each for each in everybody if each.member_id in able and each.role.includes(Role.MANAGER))

"""Changes of who belongs to an organisation, and as what."""

from collections.abc import Mapping
from datetime import datetime

from app.activity.actions import audit, record
from app.database import transaction
from app.identity.tables import Session
from app.organisations.bank_details_actions import end_requests_of
from app.organisations.member_queries import Colleague
from app.organisations.membership import Role, SignedIn
from app.organisations.tables import ColumnChoice, Member, Organisation, SavedView
from app.problems import NotFound, OutOfDate


class NeedsOwner(OutOfDate):
    """An organisation needs an owner. Hand over ownership to somebody first."""


async def change_role(member: SignedIn, whom: Colleague, role: Role, now: datetime) -> bool:
    """Whether it was another role. It holds from their next page on. Raise NeedsOwner, NotFound."""
    if role is whom.role:
        return False
    async with transaction():
        await _one_at_a_time(member.organisation_id)
        await _set_role(member.organisation_id, whom.member_id, role)
        await _keep_an_owner(member.organisation_id)
        if not role.includes(Role.MANAGER):
            await end_requests_of(member.organisation_id, whom.member_id, member.name, now)
        await _tell(member, f"{member.name} made {whom.name} {role}; {whom.name} was {whom.role}.", now)
        await _note(member, "change role", whom.member_id, now, {"role": (whom.role, role)})
    return True


async def hand_over(member: SignedIn, whom: Colleague, stays: bool, now: datetime) -> None:
    """`whom` owns the organisation from now on; the member does as well where `stays`, else is a manager."""
    async with transaction():
        await _one_at_a_time(member.organisation_id)
        await _set_role(member.organisation_id, whom.member_id, Role.OWNER)
        await _note(member, "hand over ownership", whom.member_id, now, {"role": (whom.role, Role.OWNER)})
        if not stays:
            await _set_role(member.organisation_id, member.member_id, Role.MANAGER)
            await _note(member, "hand over ownership", member.member_id, now, {"role": (Role.OWNER, Role.MANAGER)})
        also = f" {member.name} is a manager now." if not stays else ""
        await _tell(member, f"{member.name} made {whom.name} an owner.{also}", now)


async def remove(member: SignedIn, whom: Colleague, now: datetime) -> None:
    """They belong here no more, from their next page on; what they did keeps their name. Whoever calls has handed their
    work over. Raise NeedsOwner."""
    leaves = whom.member_id == member.member_id
    async with transaction():
        await _one_at_a_time(member.organisation_id)
        await SavedView.delete().where(SavedView.member_id == whom.member_id, SavedView.is_shared.eq(False))
        await SavedView.update({SavedView.member_id: 0}).where(SavedView.member_id == whom.member_id)
        await end_requests_of(member.organisation_id, whom.member_id, member.name, now)
        await ColumnChoice.delete().where(ColumnChoice.member == whom.member_id)
        await Member.delete().where(Member.id == whom.member_id, Member.organisation == member.organisation_id)
        await _keep_an_owner(member.organisation_id)
        here = (Session.user == whom.user_id) & (Session.organisation_id == member.organisation_id)
        await Session.update({Session.organisation_id: None}).where(here)
        await _tell(member, f"{whom.name} left." if leaves else f"{member.name} removed {whom.name}.", now)
        await _note(member, "leave" if leaves else "remove member", whom.member_id, now, {"role": (whom.role, "")})


async def require_second_factor(member: SignedIn, required: bool, now: datetime) -> None:
    """Members without one are led to set one up before anything else."""
    async with transaction():
        here = (Organisation.id == member.organisation_id) & (Organisation.requires_second_factor != required)
        values = {Organisation.requires_second_factor: required}
        if not await Organisation.update(values).where(here).returning(Organisation.id):  # type: ignore[arg-type]
            return
        says = "asks every member for a second factor" if required else "no longer asks members for a second factor"
        await _tell(member, f"{member.name} {says}.", now)
        await audit(
            organisation_id=member.organisation_id, user_id=member.user_id, act="require second factor",
            subject=f"organisation {member.organisation_id}", now=now,
            changes={"requires_second_factor": ("no", "yes") if required else ("yes", "no")},
        )  # fmt: skip


async def _one_at_a_time(organisation_id: int) -> None:
    """Two owners who take each other's role away at the same moment wait for one another here."""
    await Organisation.update({Organisation.id: organisation_id}).where(Organisation.id == organisation_id)


async def _set_role(organisation_id: int, member_id: int, role: Role) -> None:
    here = (Member.id == member_id) & (Member.organisation == organisation_id)
    if not await Member.update({Member.role: role.value}).where(here).returning(Member.id):
        raise NotFound


async def _keep_an_owner(organisation_id: int) -> None:
    if not await Member.exists().where(Member.organisation == organisation_id, Member.role == Role.OWNER.value):
        raise NeedsOwner


async def _tell(member: SignedIn, sentence: str, now: datetime) -> None:
    await record(organisation_id=member.organisation_id, kind="members", sentence=sentence, by=member.name, now=now)


async def _note(member: SignedIn, act: str, whom: int, now: datetime, changes: Mapping[str, tuple[str, str]]) -> None:
    await audit(
        organisation_id=member.organisation_id, user_id=member.user_id, act=act, subject=f"member {whom}", now=now,
        changes=changes,
    )  # fmt: skip

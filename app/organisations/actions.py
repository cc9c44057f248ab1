"""Changes to organisations and their members."""

from datetime import datetime
from typing import Any

from piccolo.columns import Column

from app.activity.actions import audit, clear_notice, record
from app.database import transaction
from app.identity.tables import Session
from app.organisations.forms import ChasingSettings, GeneralFacts
from app.organisations.membership import Presence, Role, SignedIn
from app.organisations.pause_actions import NOTICE
from app.organisations.tables import Member, Organisation
from app.problems import NotFound


async def create_organisation(name: str, owner: int | None, now: datetime) -> int:
    """A new organisation in review mode; `owner` is the user who owns it. None: somebody is being invited to."""
    async with transaction():
        organisation = Organisation(name=name, legal_name=name, created_at=now, review_mode=True)
        await organisation.save()
        if owner is not None:
            await add_member(organisation.id, owner, Role.OWNER, now)
    return int(organisation.id)


async def add_member(organisation_id: int, user_id: int, role: Role, now: datetime) -> int:
    member = Member(organisation=organisation_id, user=user_id, role=role.value, created_at=now)
    await member.save()
    return int(member.id)


async def visit(presence: Presence, organisation_id: int) -> None:
    """Look at another organisation of one's own from now on. Raise NotFound for anybody else's."""
    if organisation_id not in {each.organisation_id for each in presence.memberships}:
        raise NotFound
    await Session.update({Session.organisation_id: organisation_id}).where(Session.id == presence.session_id)


async def change_facts(member: SignedIn, facts: GeneralFacts, now: datetime, address: str = "") -> tuple[str, ...]:
    """Names of what changed."""
    return await _change(member, facts.columns(), "change facts", now, address)


async def change_chasing(member: SignedIn, chasing: ChasingSettings, now: datetime, address: str = "") -> tuple[str, ...]:
    """A pause of the installation's admins that a manager ends is told no longer."""
    if chasing.paused:
        return await _change(member, chasing.columns(), "change chasing", now, address)
    async with transaction():
        await clear_notice(member.organisation_id, NOTICE, now)
        return await _change(member, {**chasing.columns(), "pause_reason": ""}, "change chasing", now, address)


async def set_review_mode(member: SignedIn, reviewing: bool, now: datetime, address: str = "") -> None:
    """On: nothing leaves unless approved. Off: what is due goes by itself."""
    changed = await _change(member, {"review_mode": reviewing}, "review mode", now, address)
    if changed:
        sentence = "switched review mode on" if reviewing else "switched review mode off: reminders go without asking"
        await record(
            organisation_id=member.organisation_id,
            kind="settings",
            sentence=f"{member.name} {sentence}.",
            by=member.name,
            now=now,
        )


async def change_ways_to_pay(
    member: SignedIn, details: str, payment_link: str, now: datetime, address: str = "", *, asked_by: str = ""
) -> tuple[str, ...]:
    """Where customers pay to; names of what changed. The caller has asked for the password again. `asked_by`: the name of
    who asked for it, where the member is the one who consented."""
    columns = {"bank_details": details, "payment_link": payment_link}
    changed = await _change(member, columns, "change bank details", now, address)
    if changed:
        what = " and ".join(name.replace("_", " ") for name in changed)
        consent = f", with the consent of {member.name}" if asked_by else ""
        await record(
            organisation_id=member.organisation_id,
            kind="settings",
            sentence=f"{asked_by or member.name} changed the {what} that customers see{consent}.",
            by=member.name,
            now=now,
        )
    return changed


async def _change(member: SignedIn, columns: dict[str, Any], act: str, now: datetime, address: str) -> tuple[str, ...]:
    async with transaction():
        before = await Organisation.select().where(Organisation.id == member.organisation_id).first()
        assert before is not None
        changed: dict[Column | str, Any] = {name: value for name, value in columns.items() if before[name] != value}
        if changed:
            await Organisation.update(changed).where(Organisation.id == member.organisation_id)
            await audit(
                organisation_id=member.organisation_id,
                user_id=member.user_id,
                act=act,
                subject=f"organisation {member.organisation_id}",
                now=now,
                fields=[str(name) for name in changed],
                address=address,
            )
    return tuple(str(name) for name in changed)

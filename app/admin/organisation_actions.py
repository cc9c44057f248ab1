"""What an admin does about organisations: a new one with its owner to be, an owner for one without, pausing and resuming."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.activity.actions import audit
from app.admin.words import said
from app.customers.actions import reconsider_everyone
from app.database import transaction
from app.mail.actions import draft_system
from app.opening import open_organisation
from app.organisations import pause_actions
from app.organisations.invitation_actions import LIVES, link_of, write_invitation
from app.organisations.membership import IN_SHORT, Role
from app.organisations.queries import owners_of
from app.organisations.tables import Organisation
from app.problems import Problem
from components.format import day, day_in_full


class DayHasPassed(Problem):
    """The day until which chasing is paused has to lie ahead."""


async def open_for(admin_id: int, by: str, business: str, email: str, now: datetime) -> tuple[int, int | None]:
    """A new organisation in review mode, and an invitation to own it: ids of it and of the letter."""
    async with transaction():
        organisation_id = await open_organisation(business, None, now)
        await _note(
            admin_id, organisation_id, "create organisation", f"organisation {organisation_id}", now, {"name": ("", business)}
        )
        message_id = await invite_owner(admin_id, by, organisation_id, business, email, now)
    return organisation_id, message_id


async def invite_owner(admin_id: int, by: str, organisation_id: int, business: str, email: str, now: datetime) -> int | None:
    """Also for somebody who has an account already. The id of the letter. Raise MemberAlready."""
    async with transaction():
        row, token = await write_invitation(organisation_id, email, Role.OWNER, by, now)
        changes = {"email": ("", email), "role": ("", Role.OWNER.value)}
        await _note(admin_id, organisation_id, "invite owner", f"invitation {row.id}", now, changes)
        facts = {
            "by": by, "organisation": business, "role": row.role, "may": IN_SHORT[Role.OWNER],
            "until": day_in_full((now + LIVES).date()), "link": link_of(token),
        }  # fmt: skip
        return await draft_system("invitation", email, facts, now, organisation_id, secret=token)


async def pause(
    admin_id: int, organisation: Organisation, until_on: date | None, reason: str, now: datetime
) -> tuple[int, ...]:
    """All customers are planned anew, and the owners are told by mail: ids of the letters. Raise DayHasPassed."""
    today = now.astimezone(ZoneInfo(organisation.timezone)).date()
    if until_on is not None and until_on <= today:
        raise DayHasPassed
    async with transaction():
        await pause_actions.pause(organisation, until_on, reason, now)
        await reconsider_everyone(organisation.id, now)
        await _note_pause(admin_id, organisation, "pause chasing", (True, until_on, reason), now)
        facts = {
            "organisation": organisation.name, "reason": reason,
            "until": day(until_on, today) if until_on else "",
        }  # fmt: skip
        letters = [
            await draft_system("chasing_paused", owner.email, {**facts, "name": owner.name}, now, organisation.id)
            for owner in await owners_of(organisation.id)
        ]
    return tuple(each for each in letters if each is not None)


async def resume(admin_id: int, organisation: Organisation, now: datetime) -> None:
    """Raise NotPaused."""
    async with transaction():
        await pause_actions.resume(organisation, now)
        await reconsider_everyone(organisation.id, now)
        await _note_pause(admin_id, organisation, "resume chasing", (False, None, ""), now)


async def _note_pause(
    admin_id: int, before: Organisation, act: str, after: tuple[bool, date | None, str], now: datetime
) -> None:
    old = (before.paused, before.paused_until_on, before.pause_reason)
    names = ("paused", "paused_until_on", "pause_reason")
    changes = {name: (said(was), said(will)) for name, was, will in zip(names, old, after, strict=True) if was != will}
    await _note(admin_id, before.id, act, f"organisation {before.id}", now, changes)


async def _note(
    admin_id: int, organisation_id: int, act: str, subject: str, now: datetime, changes: dict[str, tuple[str, str]]
) -> None:
    await audit(
        organisation_id=organisation_id, user_id=admin_id, act=act, subject=subject, now=now, changes=changes, is_by_admin=True
    )

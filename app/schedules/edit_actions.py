"""Changes to schedules that people make: each has everybody concerned planned anew and stands in the audit trail.

Marks stay with the invoices, so that a changed schedule never makes the ladder leap; they go with a step that is moved, so
that nobody gets it twice.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from piccolo.columns import Column

from app.activity.actions import audit
from app.customers.actions import reconsider, reconsider_everyone
from app.customers.days import today_of
from app.database import fetch, transaction
from app.money import units
from app.organisations.membership import SignedIn
from app.organisations.tables import Organisation
from app.problems import NotFound, OutOfDate, Problem
from app.schedules.book import BookSchedule, BookStep
from app.schedules.moves import moved
from app.schedules.queries import default_schedule_of, schedule_for
from app.schedules.stamps import stamp_of
from app.schedules.tables import Schedule, Step
from app.schedules.use_queries import archived_for, customers_on, uses_of

Values = dict[Column | str, Any]


class InUse(Problem):
    """This schedule is in use, so it cannot be archived. Give its customers and invoices another one first."""

    status = 409


class IsDefault(Problem):
    """Customers without a schedule of their own follow this one, so it cannot be archived. Make another the default first."""

    status = 409


class NoSteps(Problem):
    """A schedule without steps chases nobody, so it cannot be the default. Add a step first."""

    status = 409


async def create(member: SignedIn, schedule: BookSchedule, now: datetime, address: str = "") -> int:
    """Nobody is on it yet; its id."""
    async with transaction():
        row = Schedule(organisation=member.organisation_id, created_at=now, **_columns(schedule))  # type: ignore[arg-type]
        await row.save()
        await _write_steps(int(row.id), schedule.steps)
        await _note(member, "create schedule", int(row.id), now, address)
    return int(row.id)


async def save(member: SignedIn, schedule: BookSchedule, stamp: str, now: datetime, address: str = "") -> list[int]:
    """Write the edited schedule; the customers concerned. Raise OutOfDate when it is no longer the version of that stamp."""
    async with transaction():
        await lock(member, schedule.id)
        stored = await schedule_for(member, schedule.id)
        if stamp_of(stored) != stamp:
            raise OutOfDate
        await Schedule.update(_columns(schedule)).where(Schedule.id == schedule.id)
        await _write_steps(schedule.id, moved(stored, schedule, today_of(member, now)).steps, stored.steps)
        await _note(member, "change schedule", schedule.id, now, address)
        return await _reconsider(member, schedule.id, now)


async def lock(member: SignedIn, schedule_id: int) -> None:
    """Whoever changes the same schedule at this moment waits until this is done. Raise NotFound."""
    found = await fetch(
        "UPDATE schedule SET paused = paused WHERE id = {} AND organisation = {} AND archived_at IS NULL RETURNING id",
        schedule_id,
        member.organisation_id,
    )
    if not found:
        raise NotFound


async def set_paused(member: SignedIn, schedule_id: int, paused: bool, now: datetime, address: str = "") -> list[int]:
    """Nobody on it is chased, or everybody again where they stood; the customers concerned."""
    async with transaction():
        await lock(member, schedule_id)
        await Schedule.update({Schedule.paused: paused}).where(Schedule.id == schedule_id)
        await _note(member, "pause schedule" if paused else "resume schedule", schedule_id, now, address)
        return await _reconsider(member, schedule_id, now)


async def make_default(member: SignedIn, schedule_id: int, now: datetime, address: str = "") -> None:
    """Whoever has no schedule of their own follows this one."""
    if not (await schedule_for(member, schedule_id)).steps:
        raise NoSteps
    async with transaction():
        default: Values = {Organisation.default_schedule_id: schedule_id}
        await Organisation.update(default).where(Organisation.id == member.organisation_id)
        await _note(member, "default schedule", schedule_id, now, address)
        await reconsider_everyone(member.organisation_id, now)


async def archive(member: SignedIn, schedule_id: int, now: datetime, address: str = "") -> None:
    """Raise IsDefault or InUse for one that is needed."""
    async with transaction():
        await lock(member, schedule_id)
        default = await default_schedule_of(member.organisation_id)
        if schedule_id == default:
            raise IsDefault
        use = (await uses_of(member.organisation_id, default)).get(schedule_id)
        if use is not None and use.is_chosen:
            raise InUse
        await Schedule.update({Schedule.archived_at: now}).where(Schedule.id == schedule_id)
        await _note(member, "archive schedule", schedule_id, now, address)


async def restore(member: SignedIn, schedule_id: int, now: datetime, address: str = "") -> None:
    async with transaction():
        row = await archived_for(member, schedule_id)
        await Schedule.update({Schedule.archived_at: None}).where(Schedule.id == row.id)
        await _note(member, "restore schedule", schedule_id, now, address)


async def _reconsider(member: SignedIn, schedule_id: int, now: datetime) -> list[int]:
    concerned = await customers_on(member.organisation_id, schedule_id)
    for start in range(0, len(concerned), 500):
        await reconsider(concerned[start : start + 500], now)
    return concerned


def _columns(schedule: BookSchedule) -> Values:
    return {
        "name": schedule.name,
        "entry_offset": schedule.entry_offset,
        "minimum": units(schedule.minimum),
        "last_step_minimum": units(schedule.last_step_minimum),
        "repeat_every_days": schedule.repeat_every_days,
        "repeat_limit": schedule.repeat_limit,
    }


async def _write_steps(schedule_id: int, steps: Collection[BookStep], stored: Collection[BookStep] = ()) -> None:
    """Known ones are written over, so that they keep their ids; what is no longer among them goes."""
    known = {step.id for step in stored}
    gone = known - {step.id for step in steps}
    if gone:
        await Step.delete().where(Step.schedule == schedule_id, Step.id.is_in(sorted(gone)))
    for step in steps:
        values = _step_columns(step)
        if step.id in known:
            await Step.update(values).where(Step.schedule == schedule_id, Step.id == step.id)
        else:
            await Step(schedule=schedule_id, **values).save()  # type: ignore[arg-type]


def _step_columns(step: BookStep) -> Values:
    return {
        "offset_days": step.offset,
        "template": step.template_id,
        "sender_kind": step.sender,
        "recipient_kinds": msgspec.json.encode(step.recipient_kinds).decode(),
        "attaches_invoices": step.attach_invoices,
        "attaches_statement": step.attach_statement,
        "links_portal": step.link_portal,
        "needs_approval": step.needs_approval,
        "minimum": units(step.minimum),
        "stood": msgspec.json.encode(step.stood).decode(),
    }


async def _note(member: SignedIn, act: str, schedule_id: int, now: datetime, address: str) -> None:
    await audit(
        organisation_id=member.organisation_id, user_id=member.user_id, act=act, subject=f"schedule {schedule_id}",
        now=now, address=address,
    )  # fmt: skip

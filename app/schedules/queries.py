"""Reads of schedules, as the planner takes them."""

from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from app.money import amount
from app.organisations.membership import SignedIn
from app.organisations.tables import Organisation
from app.problems import NotFound
from app.schedules.book import BookSchedule, BookStep
from app.schedules.calendar import ChaseCalendar
from app.schedules.tables import Schedule, Step


async def schedules_of(organisation_id: int) -> tuple[BookSchedule, ...]:
    """The organisation's schedules with their steps in order, the archived ones left out. Two queries."""
    rows = (
        await Schedule.objects()
        .where(Schedule.organisation == organisation_id, Schedule.archived_at.is_null())
        .order_by(Schedule.id)
    )
    ids = [row.id for row in rows]
    steps = await _steps(ids) if ids else {}
    return tuple(_schedule(row, tuple(steps.get(row.id, ()))) for row in rows)


async def default_schedule_of(organisation_id: int) -> int | None:
    row = await Organisation.select(Organisation.default_schedule_id).where(Organisation.id == organisation_id).first()
    return row["default_schedule_id"] if row else None


async def schedule_name_of(organisation_id: int, schedule_id: int | None) -> str:
    """As people read it: "Gentle", or "Best practice (the default)" for those without one of their own."""
    default_id = await default_schedule_of(organisation_id)
    wanted = default_id if schedule_id is None else schedule_id
    mine = (Schedule.id == wanted) & (Schedule.organisation == organisation_id)
    row = await Schedule.select(Schedule.name).where(mine).first()
    name = row["name"] if row else "none"
    return name if schedule_id is not None else f"{name} (the default)"


class InvoiceSchedules(Struct, frozen=True):
    """The invoice's own schedule, its customer's, and what it can be given: pairs of value and words, "" its customer's."""

    own: str
    of_customer: str
    choices: tuple[tuple[str, str], ...]


async def schedules_for_invoice(member: SignedIn, own_id: int | None, customers_id: int | None) -> InvoiceSchedules:
    of_customer = await schedule_name_of(member.organisation_id, customers_id)
    living = [(str(each.id), each.name) for each in await schedules_of(member.organisation_id)]
    own = await schedule_name_of(member.organisation_id, own_id) if own_id is not None else ""
    return InvoiceSchedules(own, of_customer, (("", f"its customer's: {of_customer}"), *living))


async def schedule_for(member: SignedIn, schedule_id: int) -> BookSchedule:
    """Raise NotFound when it is not a schedule of the member's organisation."""
    found = await schedules_of(member.organisation_id)
    for schedule in found:
        if schedule.id == schedule_id:
            return schedule
    raise NotFound


async def _steps(schedule_ids: list[int]) -> dict[int, list[BookStep]]:
    rows = (
        await Step.select(*Step.all_columns(), Step.template.name)
        .where(Step.schedule.is_in(schedule_ids))
        .order_by(Step.offset_days)
    )
    steps = dict[int, list[BookStep]]()
    for row in rows:
        steps.setdefault(row["schedule"], []).append(_step(row))
    return steps


def _step(row: dict[str, Any]) -> BookStep:
    return BookStep(
        id=row["id"],
        offset=row["offset_days"],
        name=row["template.name"],
        template_id=row["template"],
        sender=row["sender_kind"],
        recipient_kinds=tuple(msgspec.json.decode(row["recipient_kinds"])),
        attach_invoices=row["attaches_invoices"],
        attach_statement=row["attaches_statement"],
        link_portal=row["links_portal"],
        needs_approval=row["needs_approval"],
        minimum=amount(row["minimum"]),
        stood=places_in(row["stood"]),
    )


def places_in(stored: str) -> tuple[tuple[int, date], ...]:
    """Where a step stood, as its row keeps it."""
    return msgspec.json.decode(stored, type=tuple[tuple[int, date], ...])


def _schedule(row: Schedule, steps: tuple[BookStep, ...]) -> BookSchedule:
    return BookSchedule(
        id=row.id,
        name=row.name,
        steps=steps,
        paused=row.paused,
        minimum=amount(row.minimum),
        last_step_minimum=amount(row.last_step_minimum),
        entry_offset=row.entry_offset,
        repeat_every_days=row.repeat_every_days,
        repeat_limit=row.repeat_limit,
    )


def calendar_of(organisation: Organisation) -> ChaseCalendar:
    """The organisation's working days and chase days."""
    return ChaseCalendar(
        organisation.country,
        organisation.subdivision or None,
        msgspec.json.decode(organisation.chase_weekdays),
        [date.fromisoformat(day) for day in msgspec.json.decode(organisation.closed_days)],
    )

"""Changes to schedules."""

from datetime import datetime

import msgspec

from app.database import transaction
from app.email_templates import actions as email_templates
from app.money import units
from app.organisations.tables import Organisation
from app.schedules.book import BookStep
from app.schedules.shipped import BEST_PRACTICE
from app.schedules.tables import Schedule, Step


async def ship(organisation_id: int, now: datetime) -> int:
    """Give the organisation the best-practice schedule, and make it the default where there is none; its id.

    An organisation that has a schedule already keeps what it has. The templates are shipped too, where they are missing.
    """
    async with transaction():
        templates = await email_templates.ship(organisation_id, now)
        before = await Schedule.objects().where(Schedule.organisation == organisation_id).order_by(Schedule.id).first()
        schedule_id = before.id if before else await _create(organisation_id, templates, now)
        await Organisation.update({Organisation.default_schedule_id: schedule_id}).where(
            Organisation.id == organisation_id, Organisation.default_schedule_id.is_null()
        )
    return int(schedule_id)


async def _create(organisation_id: int, templates: dict[str, int], now: datetime) -> int:
    schedule = Schedule(
        organisation=organisation_id,
        name=BEST_PRACTICE.name,
        entry_offset=BEST_PRACTICE.entry_offset,
        minimum=units(BEST_PRACTICE.minimum),
        last_step_minimum=units(BEST_PRACTICE.last_step_minimum),
        created_at=now,
    )
    await schedule.save()
    await Step.insert(*(_step(schedule.id, step, templates[step.name]) for step in BEST_PRACTICE.steps))
    return int(schedule.id)


def _step(schedule_id: int, step: BookStep, template_id: int) -> Step:
    return Step(
        schedule=schedule_id,
        offset_days=step.offset,
        template=template_id,
        sender_kind=step.sender,
        recipient_kinds=msgspec.json.encode(step.recipient_kinds).decode(),
        attaches_invoices=step.attach_invoices,
        attaches_statement=step.attach_statement,
        needs_approval=step.needs_approval,
        minimum=units(step.minimum),
    )

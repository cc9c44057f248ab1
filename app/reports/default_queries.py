"""Reads the settings of an organisation beside those with which it came."""

from collections.abc import Mapping
from typing import Any

from piccolo.table import Table

from app.mail.tables import Sender
from app.organisations.membership import SignedIn
from app.organisations.queries import organisation_of
from app.organisations.tables import Organisation
from app.reports.default_parts import Facts
from app.schedules.tables import Schedule, Step
from app.statements.tables import StatementSettings


async def facts_of(member: SignedIn) -> Facts:
    """What is not there yet counts as it comes."""
    organisation = await organisation_of(member)
    schedule = await Schedule.objects().get(Schedule.id == organisation.default_schedule_id)
    approved = (Step.schedule == organisation.default_schedule_id) & Step.needs_approval.eq(True)
    here = member.organisation_id
    statements = await StatementSettings.objects().get(StatementSettings.organisation == here)
    sender = await Sender.objects().where(Sender.organisation == here, Sender.is_active.eq(True)).order_by(Sender.id).first()
    return Facts(
        organisation=(organisation.to_dict(), _came(Organisation)),
        schedule=(_row(schedule, Schedule), _came(Schedule)),
        statements=(_row(statements, StatementSettings), _came(StatementSettings)),
        sender=(_row(sender, Sender), _came(Sender)),
        schedule_name=schedule.name if schedule is not None else "none yet",
        approved_steps=await Step.count().where(approved) if schedule is not None else 0,
        currency=member.currency,
        locale=member.locale,
    )


def _row(row: Table | None, table: type[Table]) -> Mapping[str, Any]:
    return row.to_dict() if row is not None else _came(table)


def _came(table: type[Table]) -> Mapping[str, Any]:
    return table().to_dict()

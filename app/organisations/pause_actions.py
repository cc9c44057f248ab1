"""Chasing paused and resumed by an admin of the installation, with a reason that every member can read."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.activity.actions import clear_notice, raise_notice, record
from app.database import transaction
from app.organisations.tables import Organisation
from app.problems import OutOfDate
from components.format import day

NOTICE = "paused_by_admin"
BY = "An admin of this installation"


class NotPaused(OutOfDate):
    """Chasing of this organisation is not paused."""


async def pause(organisation: Organisation, until_on: date | None, reason: str, now: datetime) -> None:
    """Nothing leaves for this organisation's customers until that day, or until somebody resumes it. Whoever calls has
    its customers planned anew."""
    until = f"until {day(until_on, _day_there(organisation, now))}" if until_on else "until it is resumed"
    async with transaction():
        await _set(organisation.id, True, until_on, reason)
        sentence = f"{BY} paused all chasing {until}: {reason.rstrip('.')}."
        await raise_notice(organisation.id, NOTICE, sentence, "A manager can resume it under Settings, Chasing.", now)
        await record(organisation_id=organisation.id, kind="settings", sentence=sentence, by=BY, now=now)


async def resume(organisation: Organisation, now: datetime) -> None:
    """Raise NotPaused."""
    async with transaction():
        if not organisation.paused:
            raise NotPaused
        await _set(organisation.id, False, None, "")
        await clear_notice(organisation.id, NOTICE, now)
        await record(organisation_id=organisation.id, kind="settings", sentence=f"{BY} resumed chasing.", by=BY, now=now)


async def end_notices(now: datetime) -> None:
    """Of pauses whose day has come."""
    rows = await Organisation.objects().where(Organisation.pause_reason != "", Organisation.paused_until_on.is_not_null())
    for row in rows:
        if row.paused_until_on <= _day_there(row, now):
            async with transaction():
                await _set(row.id, False, None, "")
                await clear_notice(row.id, NOTICE, now)


async def _set(organisation_id: int, paused: bool, until_on: date | None, reason: str) -> None:
    values = {
        Organisation.paused: paused,
        Organisation.paused_until_on: until_on,
        Organisation.pause_reason: reason,
    }
    await Organisation.update(values).where(Organisation.id == organisation_id)  # type: ignore[arg-type]


def _day_there(organisation: Organisation, now: datetime) -> date:
    return now.astimezone(ZoneInfo(organisation.timezone)).date()

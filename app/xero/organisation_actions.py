"""What changes seldom in Xero, read once a day: the organisation's own facts, lock dates, and what is set up there."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from piccolo.columns import Column

from app.activity.actions import clear_notice, raise_notice
from app.database import transaction
from app.organisations.tables import Organisation as OrganisationRow
from app.problems import Refused
from app.xero.line_actions import Line
from app.xero.listing import ORGANISATION
from app.xero.organisation_facts import OrganisationFacts, organisation_facts
from app.xero.reading_actions import patiently
from app.xero.refusal_actions import retry_locked
from app.xero.setting_actions import XeroSettings, read_settings
from app.xero.standing import ROLE_FIX, TOO_LITTLE, role_problem
from app.xero.tables import Connection

DAILY = timedelta(hours=20)
JUST_CONNECTED = timedelta(hours=1)
DOUBLE, ROLE = "double_chasing", "xero_role"


async def read_organisation(line: Line) -> OrganisationFacts:
    """Raise Refused when Xero's answer holds no organisation."""
    page = await patiently(line, ORGANISATION, "/Organisation")
    if not page.records:
        raise Refused("Xero's answer names no organisation.")
    return organisation_facts(page.records[0])


async def sync_organisation(line: Line, *, is_asked: bool = False) -> None:
    """Nothing to do when it was read within the last day, unless somebody has reconnected since, or asks while a warning
    stands: whoever put that right wants to see it gone."""
    row = line.connection
    if _is_known(row, line.now()) and not (is_asked and _is_warned_of(row)):
        return
    facts = None if _is_fresh(line) else await read_organisation(line)
    found = await read_settings(line)
    async with transaction():
        if facts:
            await _take_over(line, facts)
            await _fill_in(line.organisation_id, facts)
        await _keep(line, found)
        await _warn(line, found)


def _is_known(row: Connection, now: datetime) -> bool:
    read_at = row.daily_facts_at
    is_recent = read_at is not None and now - read_at < DAILY
    return is_recent and not (row.connected_at is not None and row.connected_at > read_at)


def _is_warned_of(row: Connection) -> bool:
    return bool(row.sends_own_reminders) or row.user_role in TOO_LITTLE


def _is_fresh(line: Line) -> bool:
    """The organisation's own facts were read when it was connected, a moment before its first sync."""
    row = line.connection
    is_new = row.daily_facts_at is None and bool(row.short_code) and row.connected_at is not None
    return is_new and line.now() - row.connected_at < JUST_CONNECTED


async def _take_over(line: Line, facts: OrganisationFacts) -> None:
    row = line.connection
    await retry_locked(line.organisation_id, row.locked_until_on, facts.locked_until)
    row.short_code, row.tenant_name, row.locked_until_on = facts.short_code, facts.name, facts.locked_until


async def _keep(line: Line, found: XeroSettings) -> None:
    row = line.connection
    row.sends_own_reminders, row.user_role = found.sends_reminders, found.user_role
    row.themes = msgspec.json.encode(found.themes).decode()
    if found.bank_accounts is not None:
        row.bank_accounts = msgspec.json.encode(found.bank_accounts).decode()
    row.daily_facts_at = line.now()
    names: list[Column] = [
        Connection.short_code, Connection.tenant_name, Connection.locked_until_on, Connection.sends_own_reminders,
        Connection.user_role, Connection.themes, Connection.bank_accounts, Connection.daily_facts_at,
    ]  # fmt: skip
    await row.save(names)


async def _fill_in(organisation_id: int, facts: OrganisationFacts) -> None:
    """Business mail must show the registered name, number and office; what was typed here is left alone."""
    row = await OrganisationRow.objects().get(OrganisationRow.id == organisation_id)
    found: dict[str, Any] = {
        "legal_name": facts.legal_name,
        "registration_number": facts.registration_number,
        "registered_office": facts.office,
        "phone": facts.phone,
    }
    missing: dict[Column | str, Any] = {
        name: value for name, value in found.items() if row is not None and value and not getattr(row, name)
    }
    if missing:
        await OrganisationRow.update(missing).where(OrganisationRow.id == organisation_id)


async def _warn(line: Line, found: XeroSettings) -> None:
    await _say(
        line,
        found.sends_reminders,
        DOUBLE,
        "Xero sends invoice reminders of its own to the same customers.",
        "Switch them off in Xero (Settings, Invoice reminders), or customers are chased twice.",
    )
    await _say(
        line,
        found.user_role in TOO_LITTLE,
        ROLE,
        role_problem(found.user_role),
        ROLE_FIX,
    )


async def _say(line: Line, holds: bool, kind: str, sentence: str, what_to_do: str) -> None:
    if holds:
        await raise_notice(line.organisation_id, kind, sentence, what_to_do, line.now())
    else:
        await clear_notice(line.organisation_id, kind, line.now())

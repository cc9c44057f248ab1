"""What changes seldom in Xero, read once a day: the organisation's own facts, lock dates, and what is set up there."""

from datetime import timedelta
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
from app.xero.tables import Connection

DAILY = timedelta(hours=20)
DOUBLE, ROLE = "double_chasing", "xero_role"
TOO_LITTLE = frozenset({"READONLY", "INVOICEONLY", "REMOVED"})
"""Roles of Xero users that do not let us read all invoices or write expected dates."""


async def read_organisation(line: Line) -> OrganisationFacts:
    """Raise Refused when Xero's answer holds no organisation."""
    page = await patiently(line, ORGANISATION, "/Organisation")
    if not page.records:
        raise Refused("Xero's answer names no organisation.")
    return organisation_facts(page.records[0])


async def sync_organisation(line: Line) -> None:
    """Nothing to do when it was read within the last day."""
    read_at = line.connection.daily_facts_at
    if read_at is not None and line.now() - read_at < DAILY:
        return
    facts = await read_organisation(line)
    found = await read_settings(line)
    async with transaction():
        await _keep(line, facts, found)
        await _fill_in(line.organisation_id, facts)
        await _warn(line, found)


async def _keep(line: Line, facts: OrganisationFacts, found: XeroSettings) -> None:
    row = line.connection
    await retry_locked(line.organisation_id, row.locked_until_on, facts.locked_until)
    row.short_code, row.tenant_name = facts.short_code, facts.name
    row.locked_until_on, row.sends_own_reminders = facts.locked_until, found.sends_reminders
    row.user_role, row.themes = found.user_role, msgspec.json.encode(found.themes).decode()
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
        f"The Xero user who connected may not do enough there (role {found.user_role}).",
        "Have the role changed to Standard or Adviser in Xero, or let a user with that role reconnect.",
    )


async def _say(line: Line, holds: bool, kind: str, sentence: str, what_to_do: str) -> None:
    if holds:
        await raise_notice(line.organisation_id, kind, sentence, what_to_do, line.now())
    else:
        await clear_notice(line.organisation_id, kind, line.now())

"""What changes seldom in Xero, read once a day: the organisation's own facts, lock dates, Xero's own reminders."""

from datetime import timedelta
from typing import Any

from piccolo.columns import Column

from app.activity.actions import clear_notice, raise_notice
from app.database import transaction
from app.organisations.tables import Organisation as OrganisationRow
from app.problems import Refused
from app.xero.line_actions import Line
from app.xero.listing import ORGANISATION, REMINDERS
from app.xero.organisation_facts import OrganisationFacts, organisation_facts
from app.xero.reading_actions import patiently
from app.xero.tables import Connection

DAILY = timedelta(hours=20)
DOUBLE = "double_chasing"


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
    reminds = await _sends_reminders(line)
    async with transaction():
        await _keep(line, facts, reminds)
        await _fill_in(line.organisation_id, facts)
        await _warn(line, reminds)


async def _sends_reminders(line: Line) -> bool:
    """Not every plan of Xero has them."""
    try:
        page = await patiently(line, REMINDERS, "/InvoiceReminders/Settings")
    except Refused:
        return False
    return any(each.enabled for each in page.records)


async def _keep(line: Line, facts: OrganisationFacts, reminds: bool) -> None:
    row = line.connection
    row.short_code, row.tenant_name = facts.short_code, facts.name
    row.locked_until_on, row.sends_own_reminders = facts.locked_until, reminds
    row.daily_facts_at = line.now()
    names: list[Column] = [
        Connection.short_code, Connection.tenant_name, Connection.locked_until_on, Connection.sends_own_reminders,
        Connection.daily_facts_at,
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


async def _warn(line: Line, reminds: bool) -> None:
    if reminds:
        await raise_notice(
            line.organisation_id,
            DOUBLE,
            "Xero sends invoice reminders of its own to the same customers.",
            "Switch them off in Xero (Settings, Invoice reminders), or customers are chased twice.",
            line.now(),
        )
    else:
        await clear_notice(line.organisation_id, DOUBLE, line.now())

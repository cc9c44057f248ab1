"""One customer read anew from Xero, for whoever comes back from editing it there: two calls, whatever it costs the day."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from app import leases
from app.customers.tables import Customer
from app.database import fetch, transaction
from app.invoices.summary_actions import recount
from app.organisations.tables import Organisation
from app.problems import Refused, TryLater
from app.sealing import new_token
from app.xero.answers import Disconnected
from app.xero.apply_actions import Applied, Documents, Intake, apply_invoices
from app.xero.apply_contact_actions import apply_contacts
from app.xero.connection_actions import connection_of, disconnect
from app.xero.gateway import XeroGateway
from app.xero.line_actions import Line
from app.xero.listing import CONTACTS, INVOICES, Page, Resource
from app.xero.quarantine_actions import put_aside, release
from app.xero.take_in import sort_contacts, sort_invoices
from app.xero.wire import Contact, Invoice

OFTEN = 20.0
"""Seconds within which a customer is not read again."""

IDS_A_CALL = 40
"""Longer lists of ids meet a limit on the length of addresses (Xero-OpenAPI#534)."""


class Refreshed(msgspec.Struct, frozen=True):
    """What had changed in Xero, as sentences; `problem` when Xero could not be read."""

    sentences: tuple[str, ...] = ()
    problem: str = ""
    is_recent: bool = False
    """It was read a moment ago, so that it was not read again."""


async def refresh_customer(customer: Customer, *, xero: XeroGateway, now: datetime) -> Refreshed:
    """Faults of Xero are told in the outcome. A web request waits for it, so that there is no patience with limits."""
    connection = await connection_of(int(customer.organisation))
    if connection is None or connection.state != "connected":
        return Refreshed(problem="Disconnected from Xero.")
    name, holder = f"customer-refresh:{customer.id}", new_token("r")
    if not await leases.take(name, holder, now, seconds=OFTEN):
        return Refreshed(is_recent=True)
    line = Line(connection, xero, lambda: now)
    try:
        return Refreshed(await _read(line, customer, now))
    except Disconnected as reason:
        await disconnect(line.organisation_id, str(reason), now)
        return Refreshed(problem=str(reason))
    except (TryLater, Refused) as reason:
        await leases.let_go(name, holder)
        return Refreshed(problem=str(reason))


async def _read(line: Line, customer: Customer, now: datetime) -> tuple[str, ...]:
    organisation = await Organisation.objects().get(Organisation.id == customer.organisation)
    assert organisation is not None  # the foreign key holds it
    intake = Intake(int(organisation.id), organisation.currency, organisation.starts_with == "all", True, True, now)
    today = now.astimezone(ZoneInfo(organisation.timezone)).date()
    wanted = {"IDs": customer.xero_id, "includeArchived": "true", "page": "1", "pageSize": "100"}
    contacts = await line.page(CONTACTS, params=wanted)
    invoices = await _invoices(line, customer)
    async with transaction():
        applied = [await _take_contacts(intake, contacts)]
        applied += [await _take_invoices(intake, page) for page in invoices]
        touched = frozenset().union(*(each.customers for each in applied))
        if touched:
            await recount(int(organisation.id), today, touched)
    return tuple(sentence for each in applied for sentence in each.sentences)


async def _invoices(line: Line, customer: Customer) -> list[Page[Invoice]]:
    """The latest of this contact, of whatever status; where they are more than a page, our open ones by their ids too,
    for Xero does not stamp every edit."""
    size = line.connection.pages_of
    wanted = {"ContactIDs": customer.xero_id, "where": 'Type=="ACCREC"', "order": "UpdatedDateUTC DESC"}
    first = await line.page(INVOICES, params={**wanted, "page": "1", "pageSize": str(size)})
    if first.raw_count < size:
        return [first]
    seen = {(each.invoice_id or "").lower() for each in first.records}
    missing = sorted(await _open_ones(customer) - seen)[:IDS_A_CALL]
    rest = {"IDs": ",".join(missing), "page": "1", "pageSize": str(IDS_A_CALL)}
    return [first, await line.page(INVOICES, params=rest)] if missing else [first]


async def _open_ones(customer: Customer) -> set[str]:
    rows = await fetch("SELECT xero_id FROM invoice WHERE customer = {} AND is_open", customer.id)
    return {row["xero_id"] for row in rows}


async def _take_contacts(intake: Intake, page: Page[Contact]) -> Applied:
    found = sort_contacts(page)
    applied = await apply_contacts(intake, found.usable, found.recipients)
    await put_aside(intake.organisation_id, CONTACTS.name, found.broken, intake.now)
    await _release(intake, CONTACTS, [each.xero_id for each in found.usable])
    return applied


async def _take_invoices(intake: Intake, page: Page[Invoice]) -> Applied:
    found = sort_invoices(page, intake.base)
    applied = await apply_invoices(intake, Documents(found.usable, found.applied, found.names))
    await put_aside(intake.organisation_id, INVOICES.name, found.broken, intake.now)
    aside = {each.xero_id for each in found.broken}
    await _release(intake, INVOICES, [each.xero_id for each in found.usable if each.xero_id not in aside])
    return applied


async def _release(intake: Intake, resource: Resource[Contact] | Resource[Invoice], usable: list[str]) -> None:
    await release(intake.organisation_id, resource.name, usable, intake.now)

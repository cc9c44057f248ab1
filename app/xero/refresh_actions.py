"""One customer read anew from Xero, for whoever comes back from editing it there: five calls, and one
more where a payment is met that was not here yet."""

from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from app import leases
from app.customers.tables import Customer
from app.database import fetch, transaction
from app.invoices.summary_actions import recount
from app.organisations.tables import Organisation
from app.problems import Refused, TryLater
from app.sealing import new_token
from app.xero import line_actions
from app.xero.answers import Disconnected
from app.xero.apply_actions import Applied, Documents, Intake, apply_credits, apply_invoices
from app.xero.apply_contact_actions import apply_contacts
from app.xero.connection_actions import connection_of, disconnect
from app.xero.gateway import XeroGateway
from app.xero.line_actions import Line
from app.xero.listing import CONTACTS, CREDITS, INVOICES, Page, Resource
from app.xero.quarantine_actions import put_aside, release
from app.xero.receipt_actions import Receipts, keep_doubts, mark_write_offs
from app.xero.take_in import Invoices, sort_contacts, sort_credits, sort_invoices
from app.xero.wire import Contact, Credit, Invoice

Record = TypeVar("Record")
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
    line = Line(connection, xero, lambda: now, within=line_actions.WHILE_SOMEBODY_WAITS)
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
    credits_ = [(resource, page) for resource in CREDITS if (page := await _credits(line, customer, resource))]
    found = [sort_invoices(page, intake.base) for page in invoices]
    receipts = Receipts(line)
    write_offs = await receipts.write_offs([payment for each in found for payment in each.applied])
    async with transaction():
        applied = [await _take_contacts(intake, contacts)]
        applied += [await _take_invoices(intake, each) for each in found]
        told = await mark_write_offs(intake.organisation_id, write_offs, now, tells=True)
        await keep_doubts(intake.organisation_id, receipts.doubts)
        applied += [await _take_credits(intake, resource, page) for resource, page in credits_]
        touched = frozenset().union(*(each.customers for each in applied))
        if touched:
            await recount(int(organisation.id), today, touched)
    return (*(sentence for each in applied for sentence in each.sentences), *told)


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


async def _credits(line: Line, customer: Customer, resource: Resource[Credit]) -> Page[Credit] | None:
    """The latest of a kind, used up or not. None where Xero refuses to look for them by contact, as it may where there
    are more than 100,000: what is known of them stays, and the next sync brings what changed."""
    wanted = {"where": f'Contact.ContactID==Guid("{customer.xero_id}")', "order": "UpdatedDateUTC DESC"}
    try:
        return await line.page(resource, params={**wanted, "page": "1", "pageSize": str(line.connection.pages_of)})
    except Disconnected:
        raise
    except Refused:
        return None


async def _open_ones(customer: Customer) -> set[str]:
    rows = await fetch("SELECT xero_id FROM invoice WHERE customer = {} AND is_open", customer.id)
    return {row["xero_id"] for row in rows}


async def _take_contacts(intake: Intake, page: Page[Contact]) -> Applied:
    found = sort_contacts(page)
    applied = await apply_contacts(intake, found.usable, found.recipients)
    await put_aside(intake.organisation_id, CONTACTS.name, found.broken, intake.now)
    await _release(intake, CONTACTS, [each.xero_id for each in found.usable])
    return applied


async def _take_invoices(intake: Intake, found: Invoices) -> Applied:
    applied = await apply_invoices(intake, Documents(found.usable, found.applied, found.names))
    await put_aside(intake.organisation_id, INVOICES.name, found.broken, intake.now)
    aside = {each.xero_id for each in found.broken}
    await _release(intake, INVOICES, [each.xero_id for each in found.usable if each.xero_id not in aside])
    return applied


async def _take_credits(intake: Intake, resource: Resource[Credit], page: Page[Credit]) -> Applied:
    found = sort_credits(page, resource, intake.base)
    applied = await apply_credits(intake, found.usable, found.names)
    await put_aside(intake.organisation_id, resource.name, found.broken, intake.now)
    await _release(intake, resource, [each.xero_id for each in found.usable])
    return applied


async def _release(intake: Intake, resource: Resource[Record], usable: list[str]) -> None:
    await release(intake.organisation_id, resource.name, usable, intake.now)

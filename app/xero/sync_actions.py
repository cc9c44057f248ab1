"""One sync: organisation, contacts, invoices with their payments, credits; page by page, each page with all its
consequences in one transaction, the cursor with the last."""

import asyncio
from collections import Counter
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from app import leases
from app.customers.tables import Customer
from app.database import engine, is_sqlite, transaction
from app.invoices.summary_actions import recount
from app.invoices.tables import Invoice as InvoiceTable
from app.organisations.tables import Organisation
from app.xero.apply_actions import Applied, Documents, Intake, apply_credits, apply_invoices
from app.xero.apply_contact_actions import apply_contacts
from app.xero.line_actions import Clock, Line
from app.xero.listing import CONTACTS, CREDITS, INVOICES, Broken, Page, Resource
from app.xero.quarantine_actions import put_aside, release
from app.xero.reading import stamp_from
from app.xero.reading_actions import Reading, patiently
from app.xero.receipt_actions import Receipts, keep_doubts, mark_write_offs, settle_doubts
from app.xero.run_actions import EXAMPLES, report
from app.xero.stamps import instant_of
from app.xero.tables import Cursor, SyncRun
from app.xero.take_in import sort_contacts, sort_credits, sort_invoices
from app.xero.wire import Contact, Credit, Invoice
from app.xero.words import ASIDE, could_not_use

Record = TypeVar("Record")
LEASE_SECONDS = 240.0
BREATH = 0.01
"""Seconds between two pieces of work."""
IDS_A_CALL = 40
"""Longer lists of ids meet a limit on the length of addresses (Xero-OpenAPI#534)."""


class Work:
    """A sync under way."""

    def __init__(self, organisation: Organisation, line: Line, run: SyncRun, holder: str) -> None:
        self.organisation, self.line, self.run, self.holder = organisation, line, run, holder
        self.changed: Counter[str] = Counter()
        self.pages: Counter[str] = Counter()
        self.sentences: list[str] = []
        self.expected = 0
        self.receipts = Receipts(line)

    @property
    def organisation_id(self) -> int:
        return int(self.organisation.id)

    @property
    def now(self) -> Clock:
        return self.line.now

    @property
    def today(self) -> date:
        return self.now().astimezone(ZoneInfo(self.organisation.timezone)).date()

    @property
    def is_daily(self) -> bool:
        """What need not be asked every few minutes is asked now."""
        return self.run.trigger in ("daily", "sweep")

    def intake(self, *, compares: bool = True, tells: bool = True) -> Intake:
        chase = self.organisation.starts_with == "all"
        return Intake(self.organisation_id, self.organisation.currency, chase, compares, tells, self.now())

    def note_aside(self, record: Broken) -> None:
        self.changed[ASIDE] += 1
        if len(self.sentences) < EXAMPLES:
            self.sentences.append(could_not_use(record.label, record.reason))

    def begin(self, stage: str) -> None:
        self.run.stage = stage
        self.expected = self.run.read

    async def count(self, resource: str, page: Page[Record], applied: Applied) -> None:
        """After each page: the progress bar, and the lease."""
        self.changed[resource] += applied.count
        self.pages[resource] += 1
        if applied.count > 50 and self.pages[resource] in (1, 8, 64):
            await measure_tables()
        self.sentences += applied.sentences[: EXAMPLES - len(self.sentences)]
        self.run.read += page.raw_count
        self.run.expected = max(self.run.read, self.expected + (page.item_count or 0))
        await report(self.run, self.changed, self.line.calls)
        await self.stay()

    async def stay(self) -> None:
        """The lease goes on, and whoever else waits for the database has a turn: SQLite knows no queue, and a waiting
        writer that never meets a gap gives up."""
        await leases.take(lease_of(self.organisation_id), self.holder, self.now(), seconds=LEASE_SECONDS)
        await asyncio.sleep(BREATH)


async def measure_tables() -> None:
    """PostgreSQL plans for tables as it last measured them: a bulk load outgrows that within seconds, and looking up
    each row's customer would then read all of them."""
    if not is_sqlite():
        await engine().run_ddl("ANALYZE customer, recipient, invoice, payment, customer_summary")


def lease_of(organisation_id: int) -> str:
    return f"sync:{organisation_id}"


async def cursor_of(organisation_id: int, resource: str) -> Cursor:
    mine = (Cursor.organisation == organisation_id) & (Cursor.resource == resource)
    found = await Cursor.objects().get(mine)
    return found or Cursor(organisation=organisation_id, resource=resource)


async def _keep(
    work: Work, resource: Resource[Record], broken: tuple[Broken, ...], usable: list[str], cursor: int | None
) -> None:
    """What goes into the page's transaction beside its rows."""
    now = work.now()
    for each in await put_aside(work.organisation_id, resource.name, broken, now):
        work.note_aside(each)
    aside = {each.xero_id for each in broken}
    await release(work.organisation_id, resource.name, [each for each in usable if each not in aside], now)
    if cursor:
        row = await cursor_of(work.organisation_id, resource.name)
        row.modified_since = instant_of(cursor)
        await row.save()


async def sync_contacts(work: Work) -> None:
    work.begin("Reading contacts")
    cursor = await cursor_of(work.organisation_id, CONTACTS.name)
    since = stamp_from(cursor.modified_since)
    params = {"includeArchived": "true", "order": "UpdatedDateUTC ASC"}
    compares = await Customer.exists().where(Customer.organisation == work.organisation_id)
    intake = work.intake(compares=compares, tells=since > 0)
    async for page, upto in Reading(work.line, CONTACTS, params, since).pages():
        await work.count(CONTACTS.name, page, await take_contacts(work, page, upto, intake))


async def take_contacts(work: Work, page: Page[Contact], upto: int | None, intake: Intake) -> Applied:
    found = sort_contacts(page)
    async with transaction():
        applied = await apply_contacts(intake, found.usable, found.recipients)
        await _keep(work, CONTACTS, found.broken, [each.xero_id for each in found.usable], upto)
        if applied.customers:
            await recount(work.organisation_id, work.today, applied.customers)
    return applied


async def sync_invoices(work: Work) -> None:
    """The first time everything: open ones to chase, paid ones for payer behaviour and the portal's last year; one list
    is cheaper in calls than two, and it leaves one cursor that has seen everything."""
    work.begin("Reading invoices")
    cursor = await cursor_of(work.organisation_id, INVOICES.name)
    since = stamp_from(cursor.modified_since)
    compares = await InvoiceTable.exists().where(InvoiceTable.organisation == work.organisation_id)
    intake = work.intake(compares=compares, tells=since > 0)
    if not since:
        await work.receipts.read_write_offs()
    else:
        work.sentences += await settle_doubts(work.line, work.now())
        if work.is_daily:
            await work.receipts.read()
    params = {"where": 'Type=="ACCREC"', "order": "InvoiceID ASC"}
    async for page, upto in Reading(work.line, INVOICES, params, since).pages():
        await work.count(INVOICES.name, page, await take_invoices(work, page, upto, intake))


async def take_invoices(work: Work, page: Page[Invoice], upto: int | None, intake: Intake) -> Applied:
    found = sort_invoices(page, intake.base)
    receipts = work.receipts
    write_offs = await receipts.write_offs(found.applied) if intake.tells else receipts.known_write_offs(found.applied)
    async with transaction():
        applied = await apply_invoices(intake, Documents(found.usable, found.applied, found.names))
        told = await mark_write_offs(work.organisation_id, write_offs, intake.now, tells=intake.tells)
        await keep_doubts(work.organisation_id, receipts.doubts)
        await _keep(work, INVOICES, found.broken, [each.xero_id for each in found.usable], upto)
        if upto:
            await receipts.keep_cursor()
        if applied.customers:
            await recount(work.organisation_id, work.today, applied.customers)
    return msgspec.structs.replace(applied, sentences=(*applied.sentences, *told)) if told else applied


async def read_invoices(work: Work, ids: list[str]) -> set[str]:
    """These invoices, whenever they changed; the ids that Xero knows."""
    seen: set[str] = set()
    for start in range(0, len(ids), IDS_A_CALL):
        params = {"IDs": ",".join(ids[start : start + IDS_A_CALL]), "page": "1", "pageSize": str(IDS_A_CALL)}
        page = await patiently(work.line, INVOICES, params=params)
        await work.count(INVOICES.name, page, await take_invoices(work, page, None, work.intake()))
        seen |= {(each.invoice_id or "").lower() for each in page.records}
    return seen


async def sync_credits(work: Work) -> None:
    """The first time those with something left; later whatever changed, for what is used up must be seen too."""
    work.begin("Reading credits")
    for resource in CREDITS:
        cursor = await cursor_of(work.organisation_id, resource.name)
        since = stamp_from(cursor.modified_since)
        params = {"order": "UpdatedDateUTC ASC", **({} if since else {"where": 'Status=="AUTHORISED"'})}
        async for page, upto in Reading(work.line, resource, params, since).pages():
            applied = await take_credits(work, resource, page, upto, work.intake(tells=since > 0))
            await work.count("credits", page, applied)


async def take_credits(work: Work, resource: Resource[Credit], page: Page[Credit], upto: int | None, intake: Intake) -> Applied:
    found = sort_credits(page, resource, intake.base)
    async with transaction():
        applied = await apply_credits(intake, found.usable, found.names)
        await _keep(work, resource, found.broken, [each.xero_id for each in found.usable], upto)
    return applied

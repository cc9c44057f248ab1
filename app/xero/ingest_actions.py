"""One page of invoices from bytes to rows, by itself: what `tactful bench` measures."""

from datetime import datetime

from app.database import transaction
from app.organisations.tables import Organisation
from app.xero.apply_actions import Applied, Documents, Intake, apply_invoices
from app.xero.listing import INVOICES, read_page
from app.xero.quarantine_actions import put_aside
from app.xero.take_in import sort_invoices


async def ingest_page(here: Organisation, body: bytes, now: datetime, *, compares: bool = True) -> Applied:
    """Decode, decide and upsert in one transaction. Raise listing.Unreadable when it is no page of invoices.

    `compares`: rows may be here already, as in every sync but the first.
    """
    page = sort_invoices(read_page(INVOICES, body), here.currency)
    intake = Intake(here.id, here.currency, here.starts_with == "all", compares, False, now)
    async with transaction():
        applied = await apply_invoices(intake, Documents(page.usable, page.applied, page.names))
        await put_aside(here.id, INVOICES.name, page.broken, now)
    return applied

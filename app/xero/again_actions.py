"""Asking once more for single records, because no delta would bring them: what could not be used so far, and invoices that
still show a payment which Xero calls deleted."""

from app.xero.answers import Missing
from app.xero.listing import CONTACTS, CREDITS, INVOICES, Resource
from app.xero.quarantine_actions import waiting_ids
from app.xero.reading_actions import patiently
from app.xero.sync_actions import IDS_A_CALL, Work, read_invoices, take_contacts, take_credits
from app.xero.wire import Credit

MOST_CREDITS = 20
"""So many credits of a kind are asked for one by one; Xero has no list of them by id."""


async def ask_again(work: Work) -> None:
    """One call each for contacts and invoices; credits, a call each, once a day."""
    await _contacts(work, await waiting_ids(work.organisation_id, CONTACTS.name, IDS_A_CALL))
    ids = await waiting_ids(work.organisation_id, INVOICES.name, IDS_A_CALL)
    await read_invoices(work, list(dict.fromkeys([*ids, *await work.receipts.removed()])))
    if work.is_daily:
        for resource in CREDITS:
            await read_credits(work, resource, await waiting_ids(work.organisation_id, resource.name, MOST_CREDITS))


async def _contacts(work: Work, ids: list[str]) -> None:
    if ids:
        params = {"IDs": ",".join(ids), "includeArchived": "true", "page": "1", "pageSize": str(IDS_A_CALL)}
        page = await patiently(work.line, CONTACTS, params=params)
        await work.count(CONTACTS.name, page, await take_contacts(work, page, None, work.intake()))


async def read_credits(work: Work, resource: Resource[Credit], ids: list[str]) -> None:
    """These credits, whenever they changed."""
    for each in ids[:MOST_CREDITS]:
        try:
            page = await patiently(work.line, resource, f"/{resource.path}/{each}")
        except Missing:
            continue
        await work.count("credits", page, await take_credits(work, resource, page, None, work.intake()))

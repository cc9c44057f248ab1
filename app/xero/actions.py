"""What others ask of Xero: a sync, the dates it should know, PDFs and links of single invoices."""

import secrets
from datetime import datetime

from app import leases
from app.customers.actions import reconsider_everyone
from app.invoices.queries import newest_receipt_of
from app.organisations.tables import Organisation
from app.problems import Refused, TryLater
from app.xero.again_actions import ask_again
from app.xero.answers import Disconnected
from app.xero.closing_actions import count_sums
from app.xero.connection_actions import connection_of, disconnect
from app.xero.expected_actions import Pushed, push_expected_dates
from app.xero.gateway import XeroGateway
from app.xero.ingest_actions import ingest_page
from app.xero.invoice_actions import invoice_pdf, online_invoice_url
from app.xero.line_actions import Clock, Line
from app.xero.organisation_actions import sync_organisation
from app.xero.run_actions import SyncOutcome, ask_for_sync, begin_run, finish_run, running_run
from app.xero.sweep_actions import sweep, sweep_is_due, swept
from app.xero.sync_actions import (
    LEASE_SECONDS,
    Work,
    cursor_of,
    lease_of,
    sync_contacts,
    sync_credits,
    sync_invoices,
)
from app.xero.tables import Connection

PATIENCE = 90.0
"""Seconds for which a sync in the background waits for a place within the limits."""

RESERVES = {"portal": 200, "webhook": 100, "daily": 20, "sweep": 100}
"""How many of the day's calls each kind of sync leaves for more urgent ones; sending may use them all."""

UNREADY = "Connect to Xero first."
__all__ = [
    "Pushed",
    "SyncOutcome",
    "ask_for_sync",
    "ingest_page",
    "invoice_pdf",
    "online_invoice_url",
    "push_expected_dates",
    "sync",
]


async def sync(organisation_id: int, *, xero: XeroGateway, trigger: str, now: Clock) -> SyncOutcome:
    """Bring over what changed. Faults of Xero are told in the outcome, never raised; one sync an organisation at a time:
    whoever comes second is told of the one under way."""
    organisation, connection = await _ready(organisation_id)
    if organisation is None or connection is None:
        return await _refuse(organisation_id, now)
    holder = secrets.token_hex(8)
    if not await leases.take(lease_of(organisation_id), holder, now(), seconds=LEASE_SECONDS):
        running = await running_run(organisation_id)
        return SyncOutcome(int(running.id) if running else 0, "running")
    try:
        run = await begin_run(organisation_id, trigger, now())
        patience = 0.0 if trigger == "portal" else PATIENCE
        line = Line(connection, xero, now, patience=patience, reserve=RESERVES.get(trigger, 0))
        return await _run(Work(organisation, line, run, holder))
    finally:
        await leases.let_go(lease_of(organisation_id), holder)


async def _ready(organisation_id: int) -> tuple[Organisation | None, Connection | None]:
    organisation = await Organisation.objects().get(Organisation.id == organisation_id)
    connection = await connection_of(organisation_id)
    is_ready = organisation is not None and organisation.set_up_at is not None
    is_connected = connection is not None and connection.state == "connected"
    return (organisation, connection) if is_ready and is_connected else (None, None)


async def _refuse(organisation_id: int, now: Clock) -> SyncOutcome:
    """Someone may have asked while the connection was being lost."""
    run = await running_run(organisation_id)
    if run is not None:
        await finish_run(run, "failed", UNREADY, (), now())
    return SyncOutcome(int(run.id) if run else 0, "failed", UNREADY)


async def _run(work: Work) -> SyncOutcome:
    problem, lost = "Something went wrong here; the log has the details.", False
    try:
        await _everything(work)
        problem = ""
    except Disconnected as reason:
        problem = str(reason)
        lost = await disconnect(work.organisation_id, problem, work.now())
    except (TryLater, Refused) as reason:
        problem = str(reason)
    finally:
        state = "failed" if problem else "done"
        work.run.calls = work.line.calls
        await finish_run(work.run, state, problem, work.sentences, work.now())
    return SyncOutcome(int(work.run.id), state, problem, dict(work.changed), work.line.calls, lost)


async def _everything(work: Work) -> None:
    """Contacts before documents, which refer to them; the stamp of a good sync only when all of it was good."""
    began, receipt = work.now(), await newest_receipt_of(work.organisation_id)
    is_first = (await cursor_of(work.organisation_id, "invoices")).modified_since is None
    await sync_organisation(work.line, is_asked=work.run.trigger == "asked")
    await sync_contacts(work)
    await sync_invoices(work)
    await sync_credits(work)
    if is_first:
        await swept(work)
    else:
        await ask_again(work)
        if work.is_daily and await sweep_is_due(work):
            await sweep(work)
    await count_sums(work)
    await _note_good_sync(work, began_at=began)
    if await newest_receipt_of(work.organisation_id) != receipt:
        await _end_wait_for_receipt(work)


async def _end_wait_for_receipt(work: Work) -> None:
    """What was held for want of a receipt may go now that there is one."""
    waits = Organisation.receipt_patience_days.is_not_null()
    if await Organisation.exists().where(Organisation.id == work.organisation_id, waits):
        await reconsider_everyone(work.organisation_id, work.now())


async def _note_good_sync(work: Work, began_at: datetime) -> None:
    here = Connection.organisation == work.organisation_id
    await Connection.update({Connection.last_good_sync_at: began_at}).where(here)

"""Telling Xero our expected payment dates; what it refuses is kept with the reason, and told."""

import secrets
from datetime import datetime

import msgspec

from app import leases
from app.activity.actions import add_task, record
from app.database import transaction
from app.invoices.tables import Invoice
from app.money import amount
from app.organisations.tables import Organisation
from app.problems import Refused, TryLater
from app.promises.tables import ExpectedDate
from app.promises.words import Push
from app.xero.answers import Disconnected
from app.xero.apply_actions import Documents, Intake, apply_invoices
from app.xero.connection_actions import connection_of, disconnect
from app.xero.decide import InvoiceFacts
from app.xero.expected import Sums, has_moved, refusal_sentence, sparse_body
from app.xero.gateway import XeroGateway
from app.xero.line_actions import Clock, Line
from app.xero.listing import INVOICES, Page
from app.xero.take_in import sort_invoices
from app.xero.wire import Invoice as WireInvoice

A_BATCH = 25
LEASE_SECONDS = 300.0


class Pushed(msgspec.Struct, frozen=True):
    """How many dates Xero took and refused; `problem` when it could not be asked, and they wait."""

    taken: int = 0
    refused: int = 0
    problem: str = ""
    lost_connection: bool = False


async def push_expected_dates(organisation_id: int, *, xero: XeroGateway, now: Clock, patience: float = 30.0) -> Pushed:
    """Tell Xero the dates that wait. Faults of Xero are told in the outcome; what could not be told waits on."""
    connection = await connection_of(organisation_id)
    if connection is None or connection.state != "connected":
        return Pushed(problem="Disconnected from Xero: the dates wait.")
    name, holder = f"push:{organisation_id}", secrets.token_hex(8)
    if not await leases.take(name, holder, now(), seconds=LEASE_SECONDS):
        return Pushed()
    try:
        return await _push_all(Line(connection, xero, now, patience=patience))
    finally:
        await leases.let_go(name, holder)


async def _push_all(line: Line) -> Pushed:
    taken = refused = 0
    try:
        for row in await _waiting(line.organisation_id):
            is_taken = await _push(line, row)
            taken, refused = taken + is_taken, refused + (not is_taken)
    except Disconnected as reason:
        lost = await disconnect(line.organisation_id, str(reason), line.now())
        return Pushed(taken, refused, str(reason), lost)
    except TryLater as reason:
        return Pushed(taken, refused, str(reason))
    return Pushed(taken, refused)


async def _waiting(organisation_id: int) -> list[ExpectedDate]:
    mine = (ExpectedDate.organisation == organisation_id) & (ExpectedDate.push == Push.PENDING.value)
    return await ExpectedDate.objects().where(mine).order_by(ExpectedDate.set_at).limit(A_BATCH)


async def _push(line: Line, row: ExpectedDate) -> bool:
    """Whether Xero took it. Raise TryLater and Disconnected; then nothing is changed here."""
    invoice = await Invoice.objects().get(Invoice.id == row.invoice)
    assert invoice is not None  # the foreign key holds it
    try:
        path, body = f"/Invoices/{invoice.xero_id}", sparse_body(invoice.xero_id, row.expected_on)
        page = await line.change(INVOICES, path, body)
    except Disconnected:
        raise
    except Refused as reason:
        await _keep_refusal(row, invoice, str(reason), line.now())
        return False
    await _take_in(row, invoice, page, line.now())
    return True


async def _settle(row: ExpectedDate, push: Push, refusal: str, now: datetime) -> bool:
    """Only if nobody has set another date meanwhile."""
    values = {ExpectedDate.push: push, ExpectedDate.refusal: refusal, ExpectedDate.tried_at: now}
    same = (ExpectedDate.id == row.id) & (ExpectedDate.set_at == row.set_at)
    return bool(await ExpectedDate.update(values).where(same).returning(ExpectedDate.id))  # type: ignore[arg-type]


async def _keep_refusal(row: ExpectedDate, invoice: Invoice, reason: str, now: datetime) -> None:
    """Home and the invoice's page tell it for as long as it stands; the timeline once for each reason."""
    async with transaction():
        if not await _settle(row, Push.REFUSED, reason, now) or row.refusal == reason:
            return
        await record(
            organisation_id=int(invoice.organisation),
            kind="expected_date_refused",
            sentence=refusal_sentence(invoice.number, row.expected_on, reason),
            by="Xero",
            now=now,
            customer_id=int(invoice.customer),
            invoice_id=int(invoice.id),
        )


async def _take_in(row: ExpectedDate, invoice: Invoice, page: Page[WireInvoice], now: datetime) -> None:
    """Xero echoes the whole invoice: store it, and compare the money."""
    organisation = await Organisation.objects().get(Organisation.id == invoice.organisation)
    assert organisation is not None
    found = sort_invoices(page, organisation.currency)
    intake = Intake(int(organisation.id), organisation.currency, organisation.starts_with == "all", True, True, now)
    async with transaction():
        await _settle(row, Push.PUSHED, "", now)
        await apply_invoices(intake, Documents(found.usable, found.applied, found.names))
        for facts in found.usable:
            if facts.xero_id == invoice.xero_id:
                await _compare(invoice, facts, now)


async def _compare(invoice: Invoice, after: InvoiceFacts, now: datetime) -> None:
    before = Sums(invoice.total, invoice.outstanding, invoice.paid, invoice.credited)
    if not has_moved(before, Sums(after.total, after.outstanding, after.paid, after.credited)):
        return
    sentence = (
        f"Xero changed {invoice.number} when its expected date was written: total {amount(before.total):,} → "
        f"{amount(after.total):,}, due {amount(before.outstanding):,} → {amount(after.outstanding):,} "
        f"{invoice.currency}. Look at its discounts in Xero."
    )
    await add_task(
        organisation_id=int(invoice.organisation), sentence=sentence, now=now,
        customer_id=int(invoice.customer), invoice_id=int(invoice.id),
    )  # fmt: skip

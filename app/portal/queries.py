"""Reads for the customer's pages: never more than one customer, and only what that customer may see."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.customers.links import customer_of_token
from app.customers.tables import Customer
from app.invoices.tables import Credit, Invoice
from app.mail.tables import Sender
from app.money import amount
from app.organisations.membership import SignedIn
from app.organisations.tables import Organisation
from app.portal.account import Account, Contact, OpenCredit, OwedInvoice, PaidInvoice
from app.portal.notes import Sayings, note
from app.portal.tables import PortalSettings, PortalVisit
from app.problems import NotFound
from app.promises import queries as promises
from app.promises.tables import Dispute
from app.promises.words import PromiseState
from app.schedules.calendar import ChaseCalendar, days_after
from app.statements.queries import calendar_of
from app.xero.tables import Connection

WORKING_DAYS_AFTER_TOLD_PAID = 5
PAID_ARE_SHOWN_FOR = timedelta(days=366)
NO_ANSWER_AFTER = timedelta(hours=24)


class Visit(Struct, frozen=True, kw_only=True):
    """Whose page is looked at, under which address. `is_preview`: a member looks, and nothing counts."""

    base: str
    customer: Customer
    organisation: Organisation
    settings: PortalSettings
    today: date
    is_preview: bool = False

    @property
    def latest_promise(self) -> date:
        return self.today + timedelta(days=self.organisation.longest_promise_days)


async def visit_of_token(token: str, now: datetime) -> Visit:
    """Raise NotFound unless the link lives."""
    link = await customer_of_token(token, now)
    return await _visit(f"/p/{token}", link.customer, link.organisation_id, now)


async def preview_for(member: SignedIn, customer_id: int, now: datetime) -> Visit:
    """What this customer of the member's organisation would see."""
    return await _visit(f"/customers/{customer_id}/portal", customer_id, member.organisation_id, now, is_preview=True)


async def _visit(base: str, customer_id: int, organisation_id: int, now: datetime, is_preview: bool = False) -> Visit:
    mine = (Customer.id == customer_id) & (Customer.organisation == organisation_id)
    customer = await Customer.objects().where(mine).first()
    organisation = await Organisation.objects().where(Organisation.id == organisation_id).first()
    if customer is None or organisation is None:
        raise NotFound
    settings = await PortalSettings.objects().where(PortalSettings.organisation == organisation_id).first()
    return Visit(
        base=base,
        customer=customer,
        organisation=organisation,
        settings=settings or PortalSettings(),
        today=now.astimezone(ZoneInfo(organisation.timezone)).date(),
        is_preview=is_preview,
    )


async def account_of(visit: Visit, now: datetime) -> Account:
    invoices = await _invoices(visit)
    owed = [invoice for invoice in invoices if invoice.is_open]
    sayings = await _sayings(visit, [invoice.id for invoice in owed])
    connection = await Connection.objects().where(Connection.organisation == visit.organisation.id).first()
    as_of = connection.last_good_sync_at if connection else None
    return Account(
        customer=visit.customer.name,
        account_number=visit.customer.account_number,
        business=visit.organisation.name,
        owed=tuple(_owed(invoice, sayings.get(invoice.id, Sayings()), visit) for invoice in owed),
        paid=tuple(_paid(invoice) for invoice in invoices if not invoice.is_open and visit.settings.shows_paid),
        credits=await _credits(visit.customer.id),
        contact=await _contact(visit.organisation),
        today=visit.today,
        timezone=visit.organisation.timezone,
        locale=visit.organisation.locale,
        as_of=as_of,
        is_away=connection is None or connection.state != "connected" or as_of is None or now - as_of > NO_ANSWER_AFTER,
    )


async def freshness(visit: Visit) -> datetime | None:
    """The instant of the last good sync."""
    row = await Connection.select(Connection.last_good_sync_at).where(Connection.organisation == visit.organisation.id).first()
    return row["last_good_sync_at"] if row else None


async def invoice_of(visit: Visit, invoice_id: int) -> Invoice:
    """One of this customer's own, open or paid. Raise NotFound for any other."""
    mine = (Invoice.id == invoice_id) & (Invoice.customer == visit.customer.id)
    found = await Invoice.objects().where(mine, Invoice.status.is_in(["AUTHORISED", "PAID"])).first()
    if found is None:
        raise NotFound
    return found


async def open_invoices_of(visit: Visit, ids: Sequence[int]) -> list[Invoice]:
    mine = (Invoice.customer == visit.customer.id) & (Invoice.is_open.eq(True))
    return await Invoice.objects().where(mine, Invoice.id.is_in(list(ids))).order_by(Invoice.due_on, Invoice.id)


async def act_of(visit: Visit, visit_id: int) -> PortalVisit:
    """Something this customer did here before, for the page that confirms it."""
    mine = (PortalVisit.id == visit_id) & (PortalVisit.customer == visit.customer.id)
    found = await PortalVisit.objects().where(mine, PortalVisit.sentence != "").first()
    if found is None:
        raise NotFound
    return found


async def _invoices(visit: Visit) -> list[Invoice]:
    """The open ones and those paid in the last year, overdue first."""
    paid = (Invoice.status == "PAID") & (Invoice.paid_on >= visit.today - PAID_ARE_SHOWN_FOR)
    mine = Invoice.objects().where(Invoice.customer == visit.customer.id, Invoice.is_open.eq(True) | paid)
    rows = await mine
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.number))


async def _sayings(visit: Visit, ids: Sequence[int]) -> dict[int, Sayings]:
    """What the customer said of each invoice; at most three queries however many there are."""
    promised = {row.invoice: row.promised_on for row in await promises.promises_of(ids) if row.state == PromiseState.ACTIVE}
    told, disputes = await promises.told_paid_of(ids), await promises.open_disputes_of(ids)
    calendar = calendar_of(visit.organisation)
    spoken = {*promised, *told, *(row.invoice for row in disputes)}
    return {id: _saying(id, promised.get(id), told.get(id), disputes, calendar) for id in spoken}


def _saying(
    id: int, promised_on: date | None, told_on: date | None, disputes: Sequence[Dispute], calendar: ChaseCalendar
) -> Sayings:
    until = days_after(calendar.add_working_days(told_on, WORKING_DAYS_AFTER_TOLD_PAID), 1) if told_on else None
    mine = [row for row in disputes if row.invoice == id]
    whole = Decimal("Infinity") if any(row.amount is None for row in mine) else Decimal(0)
    disputed = whole or sum((amount(row.amount) for row in mine), Decimal(0))
    return Sayings(promised_on=promised_on, told_paid_on=told_on, told_paid_until=until, disputed=disputed)


def _owed(invoice: Invoice, said: Sayings, visit: Visit) -> OwedInvoice:
    outstanding, today, locale = amount(invoice.outstanding), visit.today, visit.organisation.locale
    return OwedInvoice(
        id=invoice.id,
        number=invoice.number,
        reference=invoice.reference,
        currency=invoice.currency,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        total=amount(invoice.total),
        outstanding=outstanding,
        days_overdue=(today - invoice.due_on).days if invoice.due_on else 0,
        disputed=min(said.disputed, outstanding),
        note=note(said, invoice.currency, outstanding, today, locale),
    )


def _paid(invoice: Invoice) -> PaidInvoice:
    return PaidInvoice(invoice.id, invoice.number, invoice.currency, amount(invoice.total), invoice.paid_on)


async def _credits(customer_id: int) -> tuple[OpenCredit, ...]:
    rows = await Credit.objects().where(
        Credit.customer == customer_id, Credit.remaining > 0, Credit.status.is_in(["AUTHORISED", "PAID"])
    )
    return tuple(OpenCredit(row.number, row.currency, amount(row.remaining), row.issued_on) for row in rows)


async def _contact(organisation: Organisation) -> Contact:
    mine = (Sender.organisation == organisation.id) & (Sender.kind == "normal") & (Sender.is_active.eq(True))
    sender = await Sender.objects().where(mine).first()
    if sender is None:
        return Contact(organisation.name, organisation.email, organisation.phone)
    return Contact(sender.name, sender.reply_to or sender.address, sender.phone or organisation.phone)

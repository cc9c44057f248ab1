"""Reads for the customer's pages: never more than one customer, and only what that customer may see."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.customers.link_queries import customer_of_token
from app.customers.tables import Customer
from app.database import fetch
from app.invoices.tables import Invoice
from app.money import amount
from app.organisations.membership import SignedIn
from app.organisations.tables import Organisation
from app.portal.account import Account, Contact, OpenCredit, OwedInvoice, PaidInvoice
from app.portal.notes import Sayings, note
from app.portal.tables import PortalSettings, PortalVisit
from app.portal.tongue import Tongue, tongue
from app.problems import NotFound
from app.schedules.calendar import ChaseCalendar, days_after
from app.schedules.queries import calendar_of
from app.xero.tables import Connection
from components.format import as_day

WORKING_DAYS_AFTER_TOLD_PAID = 5
PAID_ARE_SHOWN_FOR = timedelta(days=366)
NO_ANSWER_AFTER = timedelta(hours=24)
ASKED_WHETHER_PAID_FOR = timedelta(days=4)


class Visit(Struct, frozen=True, kw_only=True):
    """Whose page is looked at, under which address. `is_preview`: a member looks, and nothing counts."""

    base: str
    customer: Customer
    organisation: Organisation
    settings: PortalSettings
    say: Tongue
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
        say=tongue(customer.language, organisation.locale),
        today=now.astimezone(ZoneInfo(organisation.timezone)).date(),
        is_preview=is_preview,
    )


async def account_of(visit: Visit, now: datetime) -> Account:
    """Three queries, however much is owed: a customer's page is worth a customer's patience."""
    rows = await fetch(_INVOICES, visit.customer.id, visit.today - PAID_ARE_SHOWN_FOR)
    rows.sort(key=lambda row: (as_day(row["due_on"]) or date.max, row["number"]))
    calendar = calendar_of(visit.organisation)
    books = await _books(visit, now)
    as_of = books.read_at
    paid = tuple(_paid(row) for row in rows if not row["is_open"])
    return Account(
        customer=visit.customer.name,
        account_number=visit.customer.account_number,
        business=visit.organisation.name,
        owed=tuple(_owed(row, visit, calendar) for row in rows if row["is_open"]),
        paid=paid if visit.settings.shows_paid else (),
        credits=await _credits(visit.customer.id),
        contact=books.contact,
        today=visit.today,
        timezone=visit.organisation.timezone,
        say=visit.say,
        as_of=as_of,
        is_away=not books.is_connected or as_of is None or now - as_of > NO_ANSWER_AFTER,
        led_to_pay=books.led_to_pay,
        just_paid=tuple(each for each in paid if each.id in books.led_to_pay),
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


_INVOICES = """
SELECT i.id, i.number, i.reference, i.currency, i.issued_on, i.due_on, i.paid_on, i.total, i.outstanding, i.is_open,
  (SELECT MAX(p.promised_on) FROM promise p WHERE p.invoice = i.id AND p.state = 'active') AS promised_on,
  (SELECT MAX(t.told_on) FROM told_paid t WHERE t.invoice = i.id AND t.withdrawn_at IS NULL)
    AS told_on,
  (SELECT SUM(COALESCE(d.amount, i.outstanding)) FROM dispute d WHERE d.invoice = i.id AND d.resolved_at IS NULL)
    AS disputed
FROM invoice i
WHERE i.customer = {} AND (i.is_open = TRUE OR (i.status = 'PAID' AND i.paid_on >= {}))
"""

_BOOKS = """
SELECT x.state, x.last_good_sync_at, s.name, s.address, s.reply_to, s.phone,
  (SELECT v.invoice_ids FROM portal_visit v WHERE v.customer = {} AND v.act IN ('pay', 'not_paid') AND v.happened_at > {}
    ORDER BY v.id DESC LIMIT 1) AS led_to_pay
FROM organisation o LEFT JOIN xero_connection x ON x.organisation = o.id
LEFT JOIN sender s ON s.organisation = o.id AND s.kind = 'normal' AND s.is_active = TRUE
WHERE o.id = {} ORDER BY s.id LIMIT 1
"""

_CREDITS = """
SELECT number, currency, remaining, issued_on FROM credit
WHERE customer = {} AND remaining > 0 AND status IN ('AUTHORISED', 'PAID')
"""


class _Books(Struct, frozen=True):
    """How fresh the figures are, who answers for them, and whose payment page was opened lately."""

    is_connected: bool
    read_at: datetime | None
    contact: Contact
    led_to_pay: frozenset[int]


async def _books(visit: Visit, now: datetime) -> _Books:
    organisation = visit.organisation
    (row,) = await fetch(_BOOKS, visit.customer.id, now - ASKED_WHETHER_PAID_FOR, organisation.id)
    if row["address"] is None:
        contact = Contact(organisation.name, organisation.email, organisation.phone)
    else:
        contact = Contact(row["name"], row["reply_to"] or row["address"], row["phone"] or organisation.phone)
    led_to_pay = frozenset(map(int, (row["led_to_pay"] or "").split()))
    return _Books(row["state"] == "connected", row["last_good_sync_at"], contact, led_to_pay)


def _owed(row: dict[str, Any], visit: Visit, calendar: ChaseCalendar) -> OwedInvoice:
    outstanding, due_on = amount(row["outstanding"]), as_day(row["due_on"])
    told_on = as_day(row["told_on"])
    until = days_after(calendar.add_working_days(told_on, WORKING_DAYS_AFTER_TOLD_PAID), 1) if told_on else None
    said = Sayings(
        promised_on=as_day(row["promised_on"]),
        told_paid_on=told_on,
        told_paid_until=until,
        disputed=min(amount(row["disputed"]), outstanding),
    )
    days_overdue = (visit.today - due_on).days if due_on else 0
    return OwedInvoice(
        id=row["id"],
        number=row["number"],
        reference=row["reference"],
        currency=row["currency"],
        issued_on=as_day(row["issued_on"]),
        due_on=due_on,
        total=amount(row["total"]),
        outstanding=outstanding,
        days_overdue=days_overdue,
        when=visit.say.age(days_overdue) if due_on else visit.say("no due date"),
        disputed=said.disputed,
        note=note(said, row["currency"], outstanding, visit.today, visit.say),
        is_told_paid=said.is_looked_for(visit.today),
    )


def _paid(row: dict[str, Any]) -> PaidInvoice:
    return PaidInvoice(row["id"], row["number"], row["currency"], amount(row["total"]), as_day(row["paid_on"]))


async def _credits(customer_id: int) -> tuple[OpenCredit, ...]:
    rows = await fetch(_CREDITS, customer_id)
    return tuple(OpenCredit(r["number"], r["currency"], amount(r["remaining"]), as_day(r["issued_on"])) for r in rows)

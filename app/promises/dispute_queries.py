"""Reads of disputes for pages, each within the member's organisation."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.money import amount
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import MemberView, members_of
from app.problems import NotFound
from app.promises.disputes import DisputeView
from app.promises.tables import Dispute
from app.promises.words import PLACES, Said, say_outcome, say_reason


async def dispute_of(member: SignedIn, dispute_id: int) -> Dispute:
    found = await Dispute.objects().where(Dispute.organisation == member.organisation_id, Dispute.id == dispute_id).first()
    if found is None:
        raise NotFound
    return found


async def colleagues(organisation_id: int) -> tuple[MemberView, ...]:
    """Those who may be asked to do something: all but viewers."""
    return tuple(each for each in await members_of(organisation_id) if each.role.includes(Role.CONTROLLER))


async def view_of(member: SignedIn, dispute: Dispute) -> DisputeView:
    (view,) = await _views(member, [dispute])
    return view


async def disputes_of_invoice(member: SignedIn, invoice_id: int) -> tuple[DisputeView, ...]:
    """The open ones first, in the order in which they came; then those resolved, the last one first."""
    mine = (Dispute.organisation == member.organisation_id) & (Dispute.invoice == invoice_id)
    views = await _views(member, await Dispute.objects().where(mine).order_by(Dispute.id))
    return (*(each for each in views if each.is_open), *(each for each in reversed(views) if not each.is_open))


async def _views(member: SignedIn, rows: Sequence[Dispute]) -> list[DisputeView]:
    if not rows:
        return []
    invoices = {row.id: row for row in await Invoice.objects().where(Invoice.id.is_in([row.invoice for row in rows]))}
    names = {row.id: row.name for row in await Customer.objects().where(Customer.id.is_in([row.customer for row in rows]))}
    owners = {each.member_id: each.name for each in await members_of(member.organisation_id)}
    zone = ZoneInfo(member.timezone)
    return [_view(row, invoices[row.invoice], names[row.customer], owners, zone) for row in rows]


def _view(row: Dispute, invoice: Invoice, customer: str, owners: dict[int, str], zone: ZoneInfo) -> DisputeView:
    return DisputeView(
        id=row.id,
        invoice_id=invoice.id,
        number=invoice.number,
        customer_id=row.customer,
        customer=customer,
        currency=invoice.currency,
        outstanding=amount(invoice.outstanding),
        is_open_invoice=bool(invoice.is_open),
        part=None if row.amount is None else amount(row.amount),
        reason=say_reason(row.reason),
        text=row.text,
        said=PLACES[Said(row.source)] if row.source in set(Said) else "",
        said_by=row.said_by,
        opened_by=row.opened_by,
        opened_on=row.opened_at.astimezone(zone).date(),
        owner_id=row.owner,
        owner=owners.get(row.owner, ""),
        answer_by_on=row.answer_by_on,
        awaits_credit=row.credited_before is not None and row.resolved_at is None,
        resolved_at=row.resolved_at,
        outcome=say_outcome(row.outcome),
        resolution=row.resolution,
        resolved_by=row.resolved_by,
    )

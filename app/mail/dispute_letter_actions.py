"""The letter to the member who is to answer a dispute, whoever opened it or handed it on."""

from datetime import datetime

from app.customers.tables import Customer
from app.identity.tables import User
from app.invoices.tables import Invoice
from app.mail.actions import draft_system
from app.money import amount
from app.organisations.tables import Member
from app.promises.tables import Dispute
from app.promises.words import say_reason
from components.format import day, money

AT_ONCE = 100


async def tell_owners_of_disputes(base_url: str, now: datetime) -> int:
    """Each owner once for each dispute; none for what they noted themselves. How many letters that makes now."""
    waiting = Dispute.owner.is_not_null() & Dispute.owner_told_at.is_null() & Dispute.resolved_at.is_null()
    rows = await Dispute.objects().where(waiting).order_by(Dispute.id).limit(AT_ONCE)
    return sum([await _tell(row, base_url, now) for row in rows])


async def _tell(dispute: Dispute, base_url: str, now: datetime) -> int:
    owner = await _user_of(dispute.owner)
    told = 0
    if owner is not None and owner.name != dispute.opened_by:
        letter = await _facts(dispute, owner, base_url, now)
        once = f"dispute:{dispute.id}:{dispute.owner}"
        told = await draft_system("dispute_opened", owner.email, letter, now, dispute.organisation, unique_key=once) is not None
    same = (Dispute.id == dispute.id) & (Dispute.owner == dispute.owner)
    await Dispute.update({Dispute.owner_told_at: now}).where(same)
    return int(told)


async def _facts(dispute: Dispute, owner: User, base_url: str, now: datetime) -> dict[str, object]:
    invoice = await Invoice.objects().get(Invoice.id == dispute.invoice)
    customer = await Customer.objects().get(Customer.id == dispute.customer)
    assert invoice is not None and customer is not None  # the foreign keys hold them
    return {
        "name": owner.name,
        "customer": customer.name,
        "number": invoice.number,
        "reason": say_reason(dispute.reason),
        "text": dispute.text,
        "amount": money(amount(dispute.amount), invoice.currency) if dispute.amount is not None else "",
        "answer_by": day(dispute.answer_by_on, now.date()) if dispute.answer_by_on else "",
        "link": f"{base_url}/disputes/{dispute.id}",
    }


async def _user_of(member_id: int) -> User | None:
    """None for a member who has left."""
    row = await Member.objects().get(Member.id == member_id)
    return await User.objects().where(User.id == row.user, User.active.eq(True)).first() if row is not None else None

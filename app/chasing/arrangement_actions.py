"""What people arrange about coming emails, and taking it back. Every act plans the customer anew and is on the timeline."""

from datetime import date, datetime
from typing import Any

import msgspec

from app.activity.actions import record as record_activity
from app.chasing.actions import plan_customers
from app.chasing.reminder import DueReminder
from app.chasing.tables import Arrangement
from app.customers.actions import reconsider
from app.database import transaction
from app.invoices.tables import Invoice
from app.organisations.membership import SignedIn
from app.problems import OutOfDate
from app.promises.actions import set_excluded


async def put_off(member: SignedIn, customer_id: int, from_on: date, until_on: date, said: str, now: datetime) -> None:
    """No reminder to this customer from that day until the first free one; what comes before it goes."""
    facts = {"kind": "put_off", "from_on": from_on, "until_on": until_on}
    await _arrange(member, customer_id, facts, said, now)


async def send_sooner(member: SignedIn, reminder: DueReminder, from_on: date, said: str, now: datetime) -> None:
    """Its steps need not wait for their days; whatever else holds them still does."""
    steps = [[invoice.invoice_id, invoice.step_offset] for invoice in reminder.carried]
    facts = {"kind": "sooner", "from_on": from_on, "steps": msgspec.json.encode(steps).decode()}
    await _arrange(member, reminder.customer_id, facts, said, now)


async def leave_out(member: SignedIn, invoice: Invoice, said: str, now: datetime) -> None:
    """One invoice is chased no more, here or in any other email."""
    facts = {"kind": "left_out", "steps": msgspec.json.encode([[invoice.id, 0]]).decode()}
    async with transaction():
        await set_excluded(invoice, True, by=member.name, now=now)
        await _save(member, invoice.customer, facts, said, now)
    await plan_customers(member.organisation_id, [invoice.customer], now)


async def take_back(member: SignedIn, arrangement: Arrangement, now: datetime) -> None:
    """As if it had not been arranged. Raise OutOfDate when that was done already."""
    async with transaction():
        await reconsider([arrangement.customer], now)
        ended = (
            await Arrangement.update({Arrangement.ended_at: now, Arrangement.ended_by: member.name})
            .where(Arrangement.id == arrangement.id, Arrangement.ended_at.is_null())
            .returning(Arrangement.id)
        )
        if not ended:
            raise OutOfDate
        if arrangement.kind == "left_out":
            await _chase_again(member, arrangement, now)
        await _tell(member, arrangement.customer, f"Taken back: {arrangement.said}", now)
    await plan_customers(member.organisation_id, [arrangement.customer], now)


async def _chase_again(member: SignedIn, arrangement: Arrangement, now: datetime) -> None:
    for number, _ in msgspec.json.decode(arrangement.steps):
        invoice = await Invoice.objects().get(Invoice.id == number)
        if invoice is not None and invoice.excluded:
            await set_excluded(invoice, False, by=member.name, now=now)


async def _arrange(member: SignedIn, customer_id: int, facts: dict[str, Any], said: str, now: datetime) -> None:
    async with transaction():
        await reconsider([customer_id], now)
        await _save(member, customer_id, facts, said, now)
        await _tell(member, customer_id, said, now)
    await plan_customers(member.organisation_id, [customer_id], now)


async def _save(member: SignedIn, customer_id: int, facts: dict[str, Any], said: str, now: datetime) -> None:
    common: dict[str, Any] = {"organisation": member.organisation_id, "customer": customer_id, "said": said}
    await Arrangement(**common, **facts, made_by=member.name, made_at=now).save()


async def _tell(member: SignedIn, customer_id: int, sentence: str, now: datetime) -> None:
    await record_activity(
        organisation_id=member.organisation_id, customer_id=customer_id, kind="arranged", sentence=sentence,
        by=member.name, now=now,
    )  # fmt: skip

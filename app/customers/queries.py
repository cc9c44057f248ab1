"""Reads of customers, their recipients and their sums, each within the member's organisation."""

from collections.abc import Collection
from decimal import Decimal

import msgspec
from msgspec import Struct

from app.customers.summing_up import Standing
from app.customers.tables import Customer, Recipient, Summary
from app.customers.words import RecipientKind
from app.database import fetch
from app.money import amount
from app.organisations.membership import SignedIn
from app.problems import NotFound

_ORDER = {kind.value: place for place, kind in enumerate(RecipientKind)}


class Figures(Struct, frozen=True):
    """What an organisation is owed, in its base currency, and by how many customers."""

    outstanding: Decimal
    overdue: Decimal
    owing: int
    overdue_customers: int


async def customer_for(member: SignedIn, customer_id: int) -> Customer:
    mine = (Customer.id == customer_id) & (Customer.organisation == member.organisation_id)
    row = await Customer.objects().where(mine).first()
    if row is None:
        raise NotFound
    return row


async def recipient_for(member: SignedIn, customer_id: int, recipient_id: int) -> Recipient:
    await customer_for(member, customer_id)
    mine = (Recipient.id == recipient_id) & (Recipient.customer == customer_id)
    row = await Recipient.objects().where(mine).first()
    if row is None:
        raise NotFound
    return row


async def customers_among(member: SignedIn, ids: Collection[int]) -> list[int]:
    """Those of the ids that are customers of the member's organisation."""
    found: list[int] = []
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), 500):
        mine = Customer.id.is_in(wanted[start : start + 500]) & (Customer.organisation == member.organisation_id)
        found += await Customer.select(Customer.id).where(mine).output(as_list=True)
    return found


async def names_of(member: SignedIn, ids: Collection[int]) -> dict[int, str]:
    """By id; those of other organisations are left out."""
    mine = await customers_among(member, ids)
    rows = await Customer.select(Customer.id, Customer.name).where(Customer.id.is_in(mine)) if mine else []
    return {row["id"]: row["name"] for row in rows}


async def recipients_of(customer_id: int) -> tuple[Recipient, ...]:
    """Those written to first, those never written to last."""
    rows = await Recipient.objects().where(Recipient.customer == customer_id)
    return tuple(sorted(rows, key=lambda row: (_ORDER.get(row.kind, 9), row.email)))


async def summary_of(customer_id: int) -> Summary | None:
    """None for a contact that never had an invoice."""
    return await Summary.objects().where(Summary.customer == customer_id).first()


async def standing_of(customer_id: int) -> Standing:
    row = await summary_of(customer_id)
    if row is None:
        return Standing(outstanding={}, overdue={})
    return Standing(
        outstanding=msgspec.json.decode(row.outstanding),
        overdue=msgspec.json.decode(row.overdue),
        days_late=row.days_late,
        next_step=row.next_step,
        next_on=row.next_reminder_on,
    )


async def figures_of(organisation_id: int) -> Figures:
    rows = await fetch(
        "SELECT SUM(outstanding_base) AS outstanding, SUM(overdue_base) AS overdue,"
        " COUNT(CASE WHEN open_count > 0 THEN 1 END) AS owing, COUNT(CASE WHEN overdue_count > 0 THEN 1 END) AS late"
        " FROM customer_summary WHERE organisation_id = {}",
        organisation_id,
    )
    found = rows[0]
    return Figures(amount(found["outstanding"]), amount(found["overdue"]), found["owing"], found["late"])

"""Changes to customers."""

from collections.abc import Iterable
from datetime import datetime

from app.customers.tables import Customer
from app.database import in_one_go
from app.one_go import Statement


async def reconsider(customer_ids: Iterable[int], now: datetime) -> None:
    """Have chasing plan these customers anew; call it in the transaction that changes a fact of theirs."""
    ids = sorted(set(customer_ids))
    if ids:
        await Customer.update({Customer.reconsider_at: now}).where(Customer.id.is_in(ids))


async def reconsider_everyone(organisation_id: int, now: datetime) -> None:
    """The same for all customers of an organisation, after a change of its settings."""
    await Customer.update({Customer.reconsider_at: now}).where(Customer.organisation == organisation_id)


async def note_contact(customer_id: int | None, now: datetime) -> None:
    """An email to this customer has gone; call it in the transaction that says so."""
    if customer_id is not None:
        await in_one_go([noting_contact(customer_id, now)])


def noting_contact(customer_id: int, now: datetime) -> Statement:
    """What `note_contact` does, to be done in one go with other statements."""
    return Statement("UPDATE customer_summary SET last_contacted_at = {} WHERE customer = {}", (now, customer_id))


def reconsidering(customer_id: int, now: datetime) -> Statement:
    """What `reconsider` does for one customer, to be done in one go with other statements."""
    return Statement("UPDATE customer SET reconsider_at = {} WHERE id = {}", (now, customer_id))

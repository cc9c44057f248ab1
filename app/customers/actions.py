"""Changes to customers."""

from collections.abc import Iterable
from datetime import datetime

from app.customers.tables import Customer, Summary


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
        await Summary.update({Summary.last_contacted_at: now}).where(Summary.customer == customer_id)

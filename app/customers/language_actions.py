"""The language in which a customer is written to, where a template has a text in it."""

from datetime import datetime

from app.activity.actions import record
from app.customers.actions import reconsider
from app.customers.tables import Customer
from app.database import transaction
from app.organisations.membership import SignedIn
from components.format import language as name_of


async def set_language(member: SignedIn, customer: Customer, language: str, now: datetime) -> bool:
    """'' as everybody. False: it was that already. What waits to go is written anew."""
    if customer.language == language:
        return False
    sentence = f"Is written to in {name_of(language)}" if language else "Is written to as everybody"
    async with transaction():
        await Customer.update({Customer.language: language}).where(Customer.id == customer.id)
        await reconsider([customer.id], now)
        await record(
            organisation_id=member.organisation_id, customer_id=customer.id, kind="status_changed", by=member.name,
            sentence=sentence, now=now,
        )  # fmt: skip
    return True

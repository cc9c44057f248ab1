"""Whether a customer wants statements at all."""

from datetime import datetime

from app.activity.actions import record
from app.customers.actions import reconsider
from app.customers.tables import Customer
from app.database import transaction
from app.organisations.membership import SignedIn


async def set_wants_statements(member: SignedIn, customer: Customer, wants: bool, now: datetime) -> None:
    """From the next one on; one that waits already is not taken back."""
    if customer.wants_statements == wants:
        return
    async with transaction():
        await Customer.update({Customer.wants_statements: wants}).where(Customer.id == customer.id)
        await reconsider([customer.id], now)
        await record(
            organisation_id=member.organisation_id, customer_id=customer.id, kind="status_changed", by=member.name, now=now,
            sentence="Gets statements again" if wants else "Gets no more statements",
        )  # fmt: skip

"""The answers of the set-up page, and whom to chase first."""

from collections.abc import Collection
from datetime import datetime

from app.activity.actions import audit
from app.customers.actions import reconsider
from app.customers.tables import Customer
from app.database import transaction
from app.organisations.membership import SignedIn
from app.organisations.tables import Organisation
from app.xero.queries import customers_of
from app.xero.run_actions import ask_for_sync
from app.xero.set_up import SetUp


async def set_up(member: SignedIn, form: SetUp, now: datetime) -> int:
    """Store the answers; the id of the first sync, which waits for a worker. Asked twice, it changes the answers only."""
    async with transaction():
        row = await Organisation.objects().get(Organisation.id == member.organisation_id)
        assert row is not None  # the member belongs to it
        row.name, row.country, row.timezone = form.name, form.country, form.timezone
        row.locale, row.starts_with = form.locale, form.starts_with
        row.set_up_at = row.set_up_at or now
        await row.save()
        await audit(
            organisation_id=member.organisation_id, user_id=member.user_id, act="set up",
            subject=f"organisation {row.id}", now=now, fields=("name", "country", "timezone", "starts_with"),
        )  # fmt: skip
        return await ask_for_sync(member.organisation_id, "first", now)


async def start_with(member: SignedIn, customer_ids: Collection[int], now: datetime) -> int:
    """Chase these customers; how many of them are ours."""
    ids = await customers_of(member, sorted(set(customer_ids)))
    async with transaction():
        if ids:
            await Customer.update({Customer.chasing: True}).where(Customer.id.is_in(ids))
            await reconsider(ids, now)
    return len(ids)

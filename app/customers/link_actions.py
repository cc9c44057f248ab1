"""The link of a customer's portal: one living link a customer, unguessable, stored hashed to recognise it and
sealed to send it again, revocable."""

from datetime import datetime

from app.customers.link_queries import PREFIX, living_link
from app.customers.tables import Customer, PortalLink
from app.database import transaction
from app.problems import NotFound
from app.sealing import new_token, seal, token_hash, unseal


async def portal_link(customer_id: int, organisation_id: int, now: datetime) -> str:
    """The token of the customer's living link, made now if there is none. Raise NotFound for a foreign customer."""
    living = await living_link(customer_id, organisation_id, now)
    if living is not None:
        return unseal(living.token_sealed)
    async with transaction():
        await _hold(customer_id, organisation_id)
        living = await living_link(customer_id, organisation_id, now)
        return unseal(living.token_sealed) if living else await _make(customer_id, organisation_id, now)


async def revoke(customer_id: int, organisation_id: int, now: datetime) -> int:
    """Make the customer's link useless; how many there were."""
    mine = (PortalLink.customer == customer_id) & (PortalLink.organisation_id == organisation_id)
    ended = PortalLink.update({PortalLink.revoked_at: now}).where(mine, PortalLink.revoked_at.is_null())
    return len(await ended.returning(PortalLink.id))


async def rotate(customer_id: int, organisation_id: int, now: datetime) -> str:
    """Revoke the link and give the token of a new one."""
    async with transaction():
        await _hold(customer_id, organisation_id)
        await revoke(customer_id, organisation_id, now)
        return await _make(customer_id, organisation_id, now)


async def _hold(customer_id: int, organisation_id: int) -> None:
    """Writes the customer's own name back: on PostgreSQL its row then stays locked until the link is made, so that
    two that want one at once get the same."""
    mine = (Customer.id == customer_id) & (Customer.organisation == organisation_id)
    if not await Customer.update({Customer.name: Customer.name}).where(mine).returning(Customer.id):
        raise NotFound


async def _make(customer_id: int, organisation_id: int, now: datetime) -> str:
    token = new_token(PREFIX)
    await PortalLink(
        customer=customer_id, organisation_id=organisation_id, token_hash=token_hash(token),
        token_sealed=seal(token), created_at=now,
    ).save()  # fmt: skip
    return token

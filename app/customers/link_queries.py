"""Reads of the links of customers' portals."""

from datetime import datetime

from app.customers.tables import PortalLink
from app.problems import NotFound
from app.sealing import token_hash

PREFIX = "p"


async def customer_of_token(token: str, now: datetime) -> PortalLink:
    """The living link with this token. Raise NotFound when it is unknown, revoked, expired or of another kind."""
    if not token.startswith(f"{PREFIX}_"):
        raise NotFound
    known = (PortalLink.token_hash == token_hash(token)) & PortalLink.revoked_at.is_null()
    link = await PortalLink.objects().where(known).first()
    if link is None or (link.expires_at is not None and link.expires_at <= now):
        raise NotFound
    return link


async def living_link(customer_id: int, organisation_id: int, now: datetime) -> PortalLink | None:
    mine = (PortalLink.customer == customer_id) & (PortalLink.organisation_id == organisation_id)
    lives = PortalLink.expires_at.is_null() | (PortalLink.expires_at > now)
    return await PortalLink.objects().where(mine, lives, PortalLink.revoked_at.is_null()).first()

"""What the customers' pages need in the background."""

from app.clock import now
from app.invoices import link_expiry_actions
from workers.broker import actor


@actor
async def expire_links() -> None:
    await link_expiry_actions.expire_links(now())

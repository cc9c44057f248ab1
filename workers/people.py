"""What lapses of itself among members."""

from app.clock import now
from app.organisations import bank_details_actions
from workers.broker import actor


@actor
async def lapse() -> None:
    """Bank details that nobody consented to in time."""
    await bank_details_actions.lapse(now())

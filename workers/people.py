"""What lapses of itself among members."""

from app.clock import now
from app.organisations import bank_details_actions, pause_actions
from workers.broker import actor


@actor
async def lapse() -> None:
    """Bank details that nobody consented to in time; pauses of admins whose day has come."""
    await bank_details_actions.lapse(now())
    await pause_actions.end_notices(now())

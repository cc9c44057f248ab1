"""What is not to be kept any longer, removed in the background."""

from app.admin import job_actions
from app.clock import now
from app.privacy import retention_actions
from workers.broker import actor


@actor
async def remove_old() -> None:
    await retention_actions.remove_old(now())
    await job_actions.forget(now())

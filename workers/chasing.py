"""Planning in the background."""

from app.chasing import actions, daily_actions
from app.clock import now
from workers.broker import actor


@actor
async def reconsider() -> None:
    await actions.reconsider_changed(now())


@actor
async def runs() -> None:
    await daily_actions.plan_those_without_a_run(now())


@actor
async def run(organisation_id: int) -> None:
    await actions.plan_organisation(organisation_id, now())

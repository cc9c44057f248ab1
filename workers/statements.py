"""Statements in the background. What a broker lost, the timetable rings again."""

import logging

from app.clock import now
from app.outbox.states import Kind
from app.problems import Problem
from app.statements import month_actions
from app.statements.actions import recheck
from workers.broker import actor
from workers.mail import rechecks

log = logging.getLogger(__name__)
rechecks[Kind.STATEMENT.value] = recheck


@actor
async def run(organisation_id: int) -> None:
    await month_actions.run(organisation_id, now())


@actor
async def make_month(organisation_id: int, month: str) -> None:
    try:
        await month_actions.make_month(organisation_id, month, now())
    except Problem as problem:
        log.warning("statements of %s for organisation %s: %s", month, organisation_id, problem)


@actor
async def due() -> None:
    """Ring every organisation that has statements switched on."""
    for organisation_id in await month_actions.organisations_switched_on():
        run.send(organisation_id)

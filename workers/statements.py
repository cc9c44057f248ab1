"""Statements in the background. What a broker lost, the timetable rings again."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from app.clock import now
from app.mail.rechecks import Found
from app.outbox.states import Kind, State
from app.outbox.tables import Message
from app.problems import Problem
from app.statements import month_actions
from app.statements.recheck_actions import recheck
from app.xero.freshness_actions import freshen
from app.xero.gateway import xero_gateway
from workers.broker import actor
from workers.mail import rechecks

log = logging.getLogger(__name__)


async def recheck_freshly(message: Message, at: datetime, freshen: Callable[[int], Awaitable[None]]) -> Found:
    """On data fresh from Xero before the claim, on what we know after it."""
    if message.state != State.SENDING.value and message.organisation_id is not None:
        await freshen(message.organisation_id)
    return await recheck(message, at)


async def _fresh(organisation_id: int) -> None:
    await freshen(organisation_id, xero=xero_gateway(), now=now)


async def _recheck(message: Message, at: datetime) -> Found:
    return await recheck_freshly(message, at, _fresh)


rechecks[Kind.STATEMENT.value] = _recheck


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
    """Ring every organisation that has statements switched on, or asked for and not all made."""
    for organisation_id in await month_actions.organisations_with_work():
        run.send(organisation_id)

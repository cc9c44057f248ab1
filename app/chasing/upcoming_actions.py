"""Going on with the passes that look ahead for the customers of large organisations."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.chasing.actions import plan_customers
from app.chasing.foreseen_actions import AT_ONCE
from app.chasing.run_actions import for_its_own, is_under_way
from app.chasing.tables import UpcomingPass
from app.database import fetch, transaction

Now = Callable[[], datetime]


async def foresee(now: Now) -> int:
    """Finish every pass that is under way; the number of customers looked ahead for.

    Each portion is planned and written in one transaction with the mark of how far it has come: killed, it goes on there;
    with several at work, each portion is done by one. A run meanwhile makes it go once more round from where it stands,
    so that nobody's turn is put off by many runs.
    """
    done = 0
    for row in await UpcomingPass.select(UpcomingPass.organisation_id).where(UpcomingPass.finished_at.is_null()):
        with for_its_own(row["organisation_id"]):
            while portion := await _portion(row["organisation_id"], now()):
                done += portion
    return done


async def _portion(organisation_id: int, now: datetime) -> int:
    """The next customers; 0 when none are left, or another worker took them. None while a run is under way, which begins
    the pass anew: whoever is planned meanwhile has to be planned again after it, and so many would mean the next run."""
    if await is_under_way(organisation_id, now):
        return 0
    under_way = (
        await UpcomingPass.select()
        .where(UpcomingPass.organisation_id == organisation_id, UpcomingPass.finished_at.is_null())
        .first()
    )
    if under_way is None:
        return 0
    left = min(under_way["of"] - under_way["done"], AT_ONCE)
    chosen = await _next(organisation_id, under_way["up_to"], left) or await _next(organisation_id, 0, left)
    async with transaction():
        if not await _advance(under_way, chosen, now):
            return 0
        if chosen:
            await plan_customers(organisation_id, chosen, now)
    return len(chosen)


async def _next(organisation_id: int, above: int, most: int) -> list[int]:
    rows = await fetch(
        "SELECT id FROM customer WHERE organisation = {} AND chasing = TRUE AND id > {} ORDER BY id LIMIT {}",
        organisation_id, above, max(most, 0),
    )  # fmt: skip
    return [row["id"] for row in rows]


async def _advance(under_way: dict[str, Any], chosen: list[int], now: datetime) -> bool:
    """Whether the pass still stood where it was read; a run meanwhile begins it anew."""
    marks: dict[Any, Any] = {UpcomingPass.finished_at: now}
    if chosen:
        marks = {UpcomingPass.up_to: chosen[-1], UpcomingPass.done: under_way["done"] + len(chosen)}
    same = (UpcomingPass.up_to == under_way["up_to"]) & (UpcomingPass.started_at == under_way["started_at"])
    mine = UpcomingPass.organisation_id == under_way["organisation_id"]
    return bool(await UpcomingPass.update(marks).where(mine, same).returning(UpcomingPass.id))

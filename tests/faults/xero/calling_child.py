"""A process of its own that asks a real ledger: `sync`, `visits`, `calls` or `token`, then an id and a number. It says
that it is ready, begins when it is told a line, and says what came of it as JSON.

DATABASE_URL and DEMO_LEDGER_URL name its surroundings; LATER by how many seconds its clock is ahead, DIES that it is killed
once it holds a new token set and before that is kept.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from app.database import opened
from app.portal.actions import may_refresh
from app.problems import TryLater
from app.xero import grant_actions
from app.xero.actions import sync
from app.xero.connection_actions import connection_of
from app.xero.gateway import TokenSet, xero_gateway
from app.xero.line_actions import Line

AHEAD = timedelta(seconds=float(os.environ.get("LATER", "0")))
SIDE_BY_SIDE = 4


def now() -> datetime:
    return datetime.now(UTC) + AHEAD


async def synced(organisation_id: int, _: int) -> dict[str, Any]:
    outcome = await sync(organisation_id, xero=xero_gateway(), trigger="asked", now=now)
    return {"state": outcome.state, "problem": outcome.problem}


async def visits(organisation_id: int, number: int) -> dict[str, Any]:
    """So many customers open their portals at once; who rings for a delta gets it."""
    rung = sum(await asyncio.gather(*(may_refresh(organisation_id, now()) for _ in range(number))))
    for _ in range(rung):
        await sync(organisation_id, xero=xero_gateway(), trigger="portal", now=now)
    return {"rung": rung}


async def calls(organisation_id: int, number: int) -> dict[str, Any]:
    """Several at once, each waiting a few seconds for its place."""
    connection = await connection_of(organisation_id)
    assert connection is not None
    numbers, good = iter(range(number)), 0

    async def one_after_the_other() -> None:
        nonlocal good
        for _ in numbers:
            line = Line(connection, xero_gateway(), now, patience=8.0)
            try:
                await line.ask("GET", "/Organisation")
                good += 1
            except TryLater:
                continue

    await asyncio.gather(*(one_after_the_other() for _ in range(SIDE_BY_SIDE)))
    return {"good": good}


async def token(grant_id: int, _: int) -> dict[str, Any]:
    return {"token": await grant_actions.access_token(grant_id, xero=xero_gateway(), now=now)}


def _die(_: TokenSet) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


Work = Callable[[int, int], Awaitable[dict[str, Any]]]
WORK: dict[str, Work] = {"sync": synced, "visits": visits, "calls": calls, "token": token}


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main(work: str, subject: str, number: str) -> None:
    if os.environ.get("DIES"):
        grant_actions.sealed = _die
    async with opened():
        say("ready")
        sys.stdin.readline()
        say(json.dumps(await WORK[work](int(subject), int(number))))
        await xero_gateway().close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))

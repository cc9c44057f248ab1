"""The rows that say what a sync is doing and what it changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from app.xero.tables import SyncRun

EXAMPLES = 60
ASKED = "Waiting for its turn"


class SyncOutcome(msgspec.Struct, frozen=True):
    """`state` is done, failed or running (another process is at it); `problem` is a sentence."""

    run_id: int
    state: str
    problem: str = ""
    changed: Mapping[str, int] = {}
    calls: int = 0
    lost_connection: bool = False
    """The connection was good until this sync: tell the owners."""

    @property
    def is_good(self) -> bool:
        return self.state == "done"


async def ask_for_sync(organisation_id: int, trigger: str, now: datetime) -> int:
    """The id of the run under way, or of a new one that waits for a worker; then ring the worker."""
    running = await running_run(organisation_id)
    if running is not None:
        return int(running.id)
    run = SyncRun(organisation=organisation_id, trigger=trigger, state="running", stage=ASKED, started_at=now)
    await run.save()
    return int(run.id)


async def running_run(organisation_id: int) -> SyncRun | None:
    mine = (SyncRun.organisation == organisation_id) & (SyncRun.state == "running")
    return await SyncRun.objects().where(mine).order_by(SyncRun.id, ascending=False).first()


async def begin_run(organisation_id: int, trigger: str, now: datetime) -> SyncRun:
    """Under the organisation's lease: what else is called running was left behind by a process that died."""
    mine = (SyncRun.organisation == organisation_id) & (SyncRun.state == "running")
    asked = await SyncRun.objects().where(mine, SyncRun.stage == ASKED).order_by(SyncRun.id, ascending=False).first()
    others = mine & (SyncRun.id != asked.id) if asked else mine
    await SyncRun.update(
        {SyncRun.state: "failed", SyncRun.problem: "It was interrupted.", SyncRun.finished_at: now}
    ).where(others)  # fmt: skip
    run = asked or SyncRun(organisation=organisation_id, trigger=trigger, state="running", started_at=now)
    run.stage, run.started_at = "Asking Xero", now
    await run.save()
    return run


async def report(run: SyncRun, changed: Mapping[str, int], calls: int) -> None:
    """How far it is, for the progress bar."""
    run.calls = calls
    run.changed = _json(dict(changed))
    await run.save([SyncRun.stage, SyncRun.read, SyncRun.expected, SyncRun.changed, SyncRun.calls])


async def finish_run(run: SyncRun, state: str, problem: str, examples: Iterable[str], now: datetime) -> None:
    run.state, run.problem, run.finished_at = state, problem, now
    run.examples = _json(list(examples))
    await run.save()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()

"""R10 and R11 with processes of their own, against a ledger that is served over HTTP and counts."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.demo_ledger.serve import ledger_on_a_thread
from app.demo_ledger.settings import Limits
from app.settings import settings
from app.xero.tables import Connection, Grant
from tests.faults.mail.test_r1_r2_killed_while_sending import address_of
from tests.integration.xero.test_sync import assert_equal_to_the_books
from tests.xero_rig import HandClock, Rig, cast

ROOT = Path(__file__).parents[3]


class RealClock(HandClock):
    def __call__(self) -> datetime:
        return datetime.now(UTC)


class Crowd:
    """A connected firm, a ledger on a port, and processes that ask it."""

    def __init__(self, rig: Rig, firm: cast.Firm, address: str, database: str) -> None:
        self.rig, self.firm = rig, firm
        self.surroundings = {**os.environ, "DEMO_LEDGER_URL": address, "DATABASE_URL": database}
        self.surroundings["VAR_DIR"] = str(settings().var_dir)

    async def start(self, *words: str | int, **facts: str) -> Process:
        """A process that is ready, and waits to be told to begin."""
        command = (sys.executable, "-m", "tests.faults.xero.calling_child", *(str(word) for word in words))
        surroundings = {**self.surroundings, **facts}
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=surroundings, stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 90) == b"ready\n"
        return process

    async def together(self, number: int, *words: str | int, **facts: str) -> list[dict[str, Any]]:
        """What so many processes say that begin at one moment."""
        processes = await asyncio.gather(*(self.start(*words, **facts) for _ in range(number)))
        return await asyncio.gather(*(said(each) for each in processes))

    def asked(self, path: str = "/api.xro/") -> int:
        return sum(call.path.startswith(path) for call in self.rig.ledger.calls.latest)


def begin(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.write(b"\n")


async def said(process: Process) -> dict[str, Any]:
    out, errors = await asyncio.wait_for(process.communicate(b"\n"), 90)
    assert process.returncode == 0, errors.decode()
    found: dict[str, Any] = json.loads(out.decode().splitlines()[-1])
    return found


@pytest.fixture
async def crowd(database) -> AsyncIterator[Crowd]:
    rig = Rig(customers=20, invoices=150, limits=Limits(per_minute=60, per_day=5000, at_once=5))
    rig.clock.__class__ = RealClock
    firm = await cast.borealis()
    await rig.connect(firm.anna)
    with ledger_on_a_thread(rig.app) as address:
        yield Crowd(rig, firm, address, address_of(database))
    await rig.close()


async def expire() -> int:
    """The access token is as good as over; the grant's id."""
    await Grant.update({Grant.expires_at: datetime.now(UTC) - timedelta(minutes=1)}, force=True)
    row = await Grant.objects().first()
    assert row is not None
    return int(row.id)


async def test_r10_four_processes_together_stay_within_sixty_a_minute_and_five_at_once(crowd):
    await crowd.rig.fault("slow", latency_ms=60, times=None)
    before = crowd.asked()
    good = sum(each["good"] for each in await crowd.together(4, "calls", crowd.firm.id, 30))
    limiter = crowd.rig.ledger.limiter
    assert crowd.rig.ledger.calls.by_status[429] == 0
    assert (crowd.asked() - before, crowd.asked()) == (good, 60)
    assert 1 < limiter.peak_at_once <= 5


async def test_r10_after_a_429_no_process_calls_before_its_time(crowd):
    await crowd.rig.fault("429-minute", times=1, retry_after=3)
    answers = await crowd.together(3, "calls", crowd.firm.id, 16)
    calls = [call for call in crowd.rig.ledger.calls.latest if call.path.startswith("/api.xro/")]
    [refused] = [call for call in calls if call.status == 429]
    told = refused.at + refused.seconds
    under_way = 0.3
    assert [call for call in calls if told + under_way < call.at < told + 3] == []
    assert [call for call in calls if call.at > told + 3]
    assert sum(each["good"] for each in answers) == 47


async def test_r11_ten_processes_that_need_a_token_together_refresh_once(crowd):
    grant, before = await expire(), crowd.asked("/connect/token")
    answers = await crowd.together(10, "token", grant, 0)
    assert len({each["token"] for each in answers}) == 1
    assert crowd.asked("/connect/token") - before == 1


async def test_r11_a_process_killed_between_refresh_and_save_leaves_the_connection_alive(crowd):
    grant, before = await expire(), crowd.asked("/connect/token")
    died = await crowd.start("token", grant, 0, DIES="yes")
    await died.communicate(b"\n")
    assert (died.returncode, crowd.asked("/connect/token") - before) == (-signal.SIGKILL, 1)
    assert (await said(await crowd.start("token", grant, 0, LATER="90")))["token"]
    assert (await said(await crowd.start("sync", crowd.firm.id, 0, LATER="100")))["state"] == "done"


async def test_the_portals_visitors_of_two_processes_cost_one_delta_a_minute(crowd):
    assert (await crowd.rig.sync(crowd.firm.id, "first")).is_good
    for ahead in ("0", "61"):
        before = crowd.asked()
        answers = await crowd.together(2, "visits", crowd.firm.id, 10, LATER=ahead)
        assert (sum(each["rung"] for each in answers), crowd.asked() - before) == (1, 5)


async def test_two_processes_that_sync_together_make_one_run_and_equal_books(crowd):
    await Connection.update({Connection.pages_of: 20}, force=True)
    await crowd.rig.fault("slow", latency_ms=80, times=None)
    answers = await crowd.together(2, "sync", crowd.firm.id, 0)
    assert sorted(each["state"] for each in answers) == ["done", "running"]
    await assert_equal_to_the_books(crowd.rig)


async def test_a_process_killed_in_the_middle_of_a_sync_is_followed_by_one_that_completes_it(crowd):
    await Connection.update({Connection.pages_of: 20}, force=True)
    await crowd.rig.fault("slow", latency_ms=100, times=None)
    before = crowd.asked("/api.xro/2.0/Invoices")
    process = await crowd.start("sync", crowd.firm.id, 0)
    begin(process)
    while crowd.asked("/api.xro/2.0/Invoices") - before < 4:
        await asyncio.sleep(0.02)
    process.kill()
    await process.communicate()
    assert (await said(await crowd.start("sync", crowd.firm.id, 0)))["state"] == "running", "its lease still stands"
    assert (await said(await crowd.start("sync", crowd.firm.id, 0, LATER="300")))["state"] == "done"
    await assert_equal_to_the_books(crowd.rig)

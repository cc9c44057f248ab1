"""What an actor raises in a real worker stands in the table of failed jobs, until the same work goes well."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import BROKERS, HAS

ROOT = Path(__file__).resolve().parents[2]
EACH_BROKER = [
    "in process",
    *(pytest.param(name, marks=pytest.mark.skipif(not HAS[name], reason=f"no {name}")) for name in BROKERS),
]

WORK = """
import asyncio, json, sys, time
from app import database
from app.commands.parts import migrate
from app.admin.tables import FailedJob
migrate()
from workers.broker import broker, ring, start_worker, actor

broken = [True]

@actor
async def fragile(number: int) -> None:
    if broken[0]:
        raise TimeoutError(f"the mail server of ap@harbour.example did not answer about {number}")

def rows():
    async def read():
        async with database.opened():
            return await FailedJob.select().order_by(FailedJob.id)
    return asyncio.run(read())

def wait_for(holds):
    end = time.monotonic() + 30
    while not holds(rows()) and time.monotonic() < end:
        time.sleep(0.1)

worker = start_worker(2)
fragile.send(7)
fragile.send(7)
wait_for(lambda found: found and found[0]["times"] == 2)
failing = rows()
broken[0] = False
known = ring("__main__.fragile", [7])
wait_for(lambda found: found[0]["ended_at"])
worker.stop()
sys.stdout.write(json.dumps([failing, rows(), known, ring("workers.gone.away", [])], default=str))
"""


@pytest.mark.parametrize("broker", EACH_BROKER)
def test_what_fails_is_noted_until_it_goes_well(broker: str, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite",
        "BROKER_URL": BROKERS.get(broker, ""),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", WORK], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    failing, ended, known, unknown = json.loads(done.stdout.splitlines()[-1])
    row: dict[str, Any] = failing[0]
    assert len(failing) == len(ended) == 1
    assert (row["job"], row["arguments"], row["times"], row["ended_at"]) == ("__main__.fragile", "[7]", 2, None)
    assert row["error"] == "TimeoutError: the mail server of …@… did not answer about 7"
    assert ended[0]["ended_at"] is not None
    assert (known, unknown) == (True, False)

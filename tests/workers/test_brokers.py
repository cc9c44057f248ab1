"""A doorbell rung by one process is heard by a worker in another, on each broker; in process, on a thread."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import BROKERS, HAS

ROOT = Path(__file__).resolve().parents[2]

BROKER_CASES = [
    "in process",
    *(pytest.param(name, marks=pytest.mark.skipif(not HAS[name], reason=f"no {name}")) for name in BROKERS),
]

RING = """
from workers.broker import broker, is_embedded, start_worker
from workers import timetable
import time
if is_embedded():
    worker = start_worker(2)
timetable.chasing.runs.send()
time.sleep(2 if is_embedded() else 0.2)
if is_embedded():
    worker.stop()
"""

MARK = """
from app.chasing import daily_actions
from pathlib import Path
import os
async def heard(now):
    Path(os.environ["HEARD"]).write_text(str(now))
daily_actions.plan_those_without_a_run = heard
"""


def environment(tmp_path: Path, broker: str) -> dict[str, str]:
    return {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite",
        "BROKER_URL": BROKERS.get(broker, ""),
        "HEARD": str(tmp_path / "heard"),
        "PYTHONPATH": str(ROOT),
    }


def python(code: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=env)


@pytest.mark.parametrize("broker", BROKER_CASES)
def test_a_doorbell_reaches_a_worker(broker: str, tmp_path: Path):
    env = environment(tmp_path, broker)
    if broker == "in process":
        assert python(MARK + RING, env).wait(30) == 0
    else:
        assert python("from app.commands.parts import migrate\nmigrate()", env).wait(60) == 0
        worker = python(MARK + "from app.commands.parts import work\nwork(2)", env)
        try:
            assert python(MARK + RING, env).wait(30) == 0
            end = time.monotonic() + 20
            while not (tmp_path / "heard").exists() and time.monotonic() < end:
                time.sleep(0.1)
        finally:
            worker.terminate()
            assert worker.wait(20) == 0
    assert (tmp_path / "heard").exists()


def test_a_worker_without_a_broker_says_what_to_set(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "work"], cwd=ROOT, env=environment(tmp_path, ""), capture_output=True, timeout=60
    )
    assert done.returncode == 1
    assert b"BROKER_URL" in done.stderr
    assert done.stderr.count(b"\n") == 1

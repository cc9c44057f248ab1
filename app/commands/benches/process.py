"""G10: the all-in-one process, from its start until it serves, and what it holds in memory."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.commands.bench import Figure
from app.commands.servers import free_port

READY_SECONDS, MEGABYTES = 6.0, 220.0
AT_MOST = 120.0
"""Seconds after which a process that is not ready is given up."""

SETTLES = 3.0
"""Seconds of peace after the start, before its memory is read."""


def figures() -> Iterator[Figure]:
    _measured()  # the first start compiles; the goal is for a warm one
    seconds, megabytes = _measured()
    yield Figure(
        number="G10", what="the all-in-one process is ready", unit="s", ours=seconds,
        reference_name="the goal", reference=READY_SECONDS, goal=1.0, is_quoted=True,
    )  # fmt: skip
    if megabytes is not None:
        yield Figure(
            number="G10", what="memory of the all-in-one process", unit="MB", ours=megabytes,
            reference_name="the goal", reference=MEGABYTES, goal=1.0, is_quoted=True,
        )  # fmt: skip


def _measured() -> tuple[float, float | None]:
    """Seconds until it says that it is ready, and megabytes; None where the system does not tell."""
    with tempfile.TemporaryDirectory(prefix="tactful-bench-") as folder:
        began = time.perf_counter()
        process = _start(Path(folder))
        try:
            _until_ready(process)
            seconds = time.perf_counter() - began
            time.sleep(SETTLES)
            return seconds, _megabytes(process.pid)
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _start(folder: Path) -> "subprocess.Popen[str]":
    """A fresh installation of its own, with nothing of this one's settings."""
    ours = {"DATABASE_URL", "BROKER_URL", "BASE_URL", "DEMO_LEDGER_URL", "LOCAL_MAIL_URL", "SMTP_URL", "PORT"}
    environment = {key: value for key, value in os.environ.items() if key not in ours}
    program = "from app.cli import main; main()"
    return subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-c", program, "run", "--port", str(free_port(8100))],
        env={**environment, "VAR_DIR": str(folder), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _until_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    end = time.monotonic() + AT_MOST
    for line in process.stdout:
        if line.startswith("Ready in"):
            return
        if time.monotonic() > end:
            break
    raise RuntimeError("tactful run did not become ready")


def _megabytes(pid: int) -> float | None:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
    return int(found[1]) / 1024 if found else None

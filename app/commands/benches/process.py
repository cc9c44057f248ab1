"""G10: the all-in-one process, from its start until it serves, what it holds in memory, and whether a day adds to it."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.commands.bench import Figure
from app.commands.servers import free_port
from app.commands.visitor import Visitor

READY_SECONDS, MEGABYTES, LARGE_MEGABYTES = 6.0, 220.0, 350.0
CUSTOMERS, INVOICES = 20_000, 100_000
AT_MOST = 900.0
"""Seconds after which a process that is not ready is given up."""

SETTLES = 3.0
"""Seconds of peace after the start, before its memory is read."""

RESTS_WITHIN = 300.0
ROUNDS = 96
"""Quarters of an hour in a day."""

PAGES = (
    "/", "/customers", "/customers?sort=-outstanding", "/invoices", "/invoices?q=INV-77", "/upcoming", "/approvals", "/inbox",
    "/syncs", "/reports",
)  # fmt: skip
MORNING = "2026-11-30T06:00:00+00:00"
Process = subprocess.Popen[str]


def figures() -> Iterator[Figure]:
    _measured()  # the first start compiles; the goal is for a warm one
    seconds, megabytes = _measured()
    yield _against_the_goal("the all-in-one process is ready", "s", seconds, READY_SECONDS)
    if megabytes is not None:
        yield _against_the_goal("memory of the all-in-one process", "MB", megabytes, MEGABYTES)
        settled, early, late = _day(CUSTOMERS, INVOICES)
        what = f"its memory with {INVOICES:,} invoices, first synced and planned in it"
        yield _against_the_goal(what, "MB", settled, LARGE_MEGABYTES)
        yield Figure(
            number="G10", what="its memory at the end of a day (the whole timetable every 15 minutes, 960 pages)", unit="MB",
            ours=late, reference_name="its own after 6 hours of it", reference=early, goal=1.05,
        )  # fmt: skip


def _against_the_goal(what: str, unit: str, ours: float, goal: float) -> Figure:
    return Figure(
        number="G10", what=what, unit=unit, ours=ours, reference_name="the goal", reference=goal, goal=1.0, is_quoted=True
    )


def _measured() -> tuple[float, float | None]:
    """Seconds until it says that it is ready, and megabytes; None where the system does not tell."""
    began = time.perf_counter()
    with _started("from app.cli import main; main()", ["run", "--port", str(free_port(8100))]) as process:
        _until(process, "Ready in")
        seconds = time.perf_counter() - began
        time.sleep(SETTLES)
        return seconds, _megabytes(process.pid)


def _day(customers: int, invoices: int) -> tuple[float, float, float]:
    """Megabytes once everything is synced, planned and at rest; after a quarter of a day, and at its end. The ledger is a
    process of its own, as Xero is."""
    ledger_port, port = free_port(8200), free_port(8300)
    books = ["--customers", str(customers), "--invoices", str(invoices), "--per-minute", "100000", "--per-day", "1000000"]
    with _started("from app.cli import main; main()", ["ledger", "--port", str(ledger_port), *books]) as ledger:
        _until(ledger, "The demo ledger answers")
        address = f"http://localhost:{ledger_port}"
        live = f"from app.commands.benches.day import live; live({port})"
        with _started(live, [], DEMO_LEDGER_URL=address, TACTFUL_NOW=MORNING) as process:
            link = _until(process, "Sign in").split()[2]
            _until(process, "Ready in")
            settled = _at_rest(process.pid)
            return settled, *_lived(process, Visitor(f"http://localhost:{port}"), link)


def _lived(process: Process, visitor: Visitor, link: str) -> tuple[float, float]:
    visitor.submit(visitor.open(link), "/sign-in/link")
    early = 0.0
    for done in range(1, ROUNDS + 1):
        _pass_a_quarter_of_an_hour(process)
        for page in PAGES:
            visitor.open(page)
        if done == ROUNDS // 4:
            early = _at_rest(process.pid)
    visitor.close()
    return early, _at_rest(process.pid)


def _pass_a_quarter_of_an_hour(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@contextmanager
def _started(program: str, arguments: list[str], **settings: str) -> Iterator[Process]:
    """A fresh installation of its own, with nothing of this one's settings."""
    ours = {"DATABASE_URL", "BROKER_URL", "BASE_URL", "DEMO_LEDGER_URL", "LOCAL_MAIL_URL", "SMTP_URL", "PORT", "TACTFUL_NOW"}
    environment = {key: value for key, value in os.environ.items() if key not in ours}
    with tempfile.TemporaryDirectory(prefix="tactful-bench-", ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-c", program, *arguments],
            env={**environment, "VAR_DIR": folder, "PYTHONUNBUFFERED": "1", **settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: Process) -> None:
    process.terminate()
    try:
        process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _until(process: Process, beginning: str) -> str:
    """The line that begins so."""
    assert process.stdout is not None
    end, said = time.monotonic() + AT_MOST, ""
    for line in process.stdout:
        if line.startswith(beginning):
            return line
        said = line
        if time.monotonic() > end:
            break
    raise RuntimeError(f"it never said {beginning!r}; its last words: {said.strip()}")


def _at_rest(pid: int) -> float:
    """Megabytes once its work is done: within three seconds it computed for less than a fifth of one. A process that never
    comes to rest is read all the same, after five minutes."""
    end = time.monotonic() + RESTS_WITHIN
    while time.monotonic() < end:
        before = _computed(pid)
        time.sleep(SETTLES)
        if _computed(pid) - before < 0.2:
            break
    return _megabytes(pid) or 0.0


def _computed(pid: int) -> float:
    """Seconds of computing so far (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes(pid: int) -> float | None:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
    return int(found[1]) / 1024 if found else None

"""G10: the all-in-one process, from its start until it serves, what it holds in memory, and whether a day adds to it."""

import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

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


class Day(NamedTuple):
    """Megabytes: the most until everything was synced and planned, at rest after it, at rest by the hours of a day that
    followed, and the most in that day and before."""

    most: float
    settled: float
    curve: dict[int, float]
    most_in_a_day: float


def figures() -> Iterator[Figure]:
    _measured()  # the first start compiles; the goal is for a warm one
    seconds, megabytes = _measured()
    yield _against_the_goal("the all-in-one process is ready", "s", seconds, READY_SECONDS)
    if megabytes is not None:
        yield _against_the_goal("memory of the all-in-one process", "MB", megabytes, MEGABYTES)
        yield from _large(_day(CUSTOMERS, INVOICES))


def _large(day: Day) -> Iterator[Figure]:
    books = f"with {INVOICES:,} invoices"
    yield _against_the_goal(f"the most it held {books}, first synced and planned in it", "MB", day.most, LARGE_MEGABYTES)
    yield _against_the_goal(f"its memory at rest after that, {books}", "MB", day.settled, LARGE_MEGABYTES)
    early = next(iter(day.curve.values()))
    for hours, megabytes in day.curve.items():
        what = f"its memory after {hours} hours (the whole timetable and {len(PAGES)} pages every 15 minutes)"
        reference = f"its own after {min(day.curve)}"
        yield Figure(number="G10", what=what, unit="MB", ours=megabytes, reference_name=reference, reference=early, goal=None)
    yield _second_half(day)
    yield _against_the_goal(f"the most it held in that day, {books}", "MB", day.most_in_a_day, LARGE_MEGABYTES)


def _second_half(day: Day) -> Figure:
    """What is at rest goes up and down by a few per cent with the caches; what leaks is more in the second half of a day."""
    halves = [[used for hours, used in day.curve.items() if (hours > 12) is later] for later in (False, True)]
    before, after = map(max, halves)
    return Figure(
        number="G10", what="the most at rest in the second half of the day", unit="MB", ours=after,
        reference_name="in the first", reference=before, goal=1.05,
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


def _day(customers: int, invoices: int) -> Day:
    """The ledger is a process of its own, as Xero is."""
    ledger_port, port = free_port(8200), free_port(8300)
    books = ["--customers", str(customers), "--invoices", str(invoices), "--per-minute", "100000", "--per-day", "1000000"]
    with _started("from app.cli import main; main()", ["ledger", "--port", str(ledger_port), *books]) as ledger:
        _until(ledger, "The demo ledger answers")
        address = f"http://localhost:{ledger_port}"
        live = f"from app.commands.benches.day import live; live({port})"
        with _started(live, [], DEMO_LEDGER_URL=address, TACTFUL_NOW=MORNING) as process:
            link = _until(process, "Sign in").split()[2]
            _until(process, "Ready in")
            settled, most = _at_rest(process.pid), _megabytes(process.pid, "VmHWM")
            curve = _lived(process, Visitor(f"http://localhost:{port}"), link)
            return Day(most or 0.0, settled, curve, _megabytes(process.pid, "VmHWM") or 0.0)


def _lived(process: Process, visitor: Visitor, link: str) -> dict[int, float]:
    """Megabytes at rest, by the hours that have passed."""
    visitor.submit(visitor.open(link), "/sign-in/link")
    curve = {}
    for done in range(1, ROUNDS + 1):
        _pass_a_quarter_of_an_hour(process)
        for page in PAGES:
            visitor.open(page)
        if done % (ROUNDS // 4) == 0:
            curve[done // 4] = _at_rest(process.pid)
    visitor.close()
    return curve


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
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _until(process: Process, beginning: str) -> str:
    """The line that begins so. What it says later is read and forgotten: nobody may have to wait for a full pipe."""
    lines, said = _lines(process), ""
    end = time.monotonic() + AT_MOST
    while time.monotonic() < end:
        with suppress(queue.Empty):
            said = lines.get(timeout=1.0)
            if said.startswith(beginning):
                return said
        if process.poll() is not None and lines.empty():
            break
    raise RuntimeError(f"it never said {beginning!r}; its last words: {said.strip()}")


_heard: dict[int, "queue.Queue[str]"] = {}


def _lines(process: Process) -> "queue.Queue[str]":
    if process.pid not in _heard:
        _heard[process.pid] = queue.Queue()
        threading.Thread(target=_listen, args=(process, _heard[process.pid]), daemon=True).start()
    return _heard[process.pid]


def _listen(process: Process, lines: "queue.Queue[str]") -> None:
    assert process.stdout is not None
    with suppress(ValueError):  # closed at its end
        for line in process.stdout:
            lines.put(line)


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


def _megabytes(pid: int, what: str = "VmRSS") -> float | None:
    """What it holds now, or (VmHWM) the most that it held (proc(5))."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    found = re.search(rf"{what}:\s+(\d+) kB", status.read_text())
    return int(found[1]) / 1024 if found else None

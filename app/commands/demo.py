"""The main job from consent to thank-you, over HTTP and SMTP, against the same servers as `tactful run`."""

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

from msgspec import Struct

from app.problems import Problem

Counts = dict[str, Any]


class Stage(Struct, frozen=True):
    """What one stage did and how long it took."""

    name: str
    seconds: float
    counts: Counts

    @property
    def line(self) -> str:
        told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in self.counts.items())
        return f"{self.name:<24} {self.seconds:6.2f} s   {told}"

    @property
    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "seconds": round(self.seconds, 3), **self.counts}


class Outcome(Struct):
    """`problem` is the reason of the first stage that failed; empty when all went well."""

    stages: list[Stage]
    problem: str = ""

    @property
    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"ok": not self.problem, "stages": [stage.as_json for stage in self.stages]}
        return {**found, "problem": self.problem} if self.problem else found


def walk(tell: Callable[[Stage], None]) -> Outcome:
    """Walk all stages on free ports and a fresh database, which is gone afterwards."""
    outcome = Outcome([])
    with tempfile.TemporaryDirectory(prefix="tactful-demo-", ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        began = perf_counter()
        _choose_surroundings(Path(folder))
        from app.commands.walking import Walk  # reads the settings just chosen

        walking = Walk(stack)
        try:
            for name, stage in walking.stages:
                counts = stage()
                done = Stage(name, perf_counter() - began, counts)
                outcome.stages.append(done)
                tell(done)
                began = perf_counter()
        except (Problem, ValueError, OSError, RuntimeError, AssertionError) as failure:
            outcome.problem = f"{name}: {' '.join(str(failure).split()) or type(failure).__name__}"
    return outcome


def _choose_surroundings(folder: Path) -> None:
    """Nothing of this machine's own installation is touched: not its database, its secrets or its mail."""
    for name in ("DATABASE_URL", "BROKER_URL", "XERO_CLIENT_ID", "SMTP_URL", "BASE_URL", "TRUSTED_PROXIES"):
        os.environ[name] = ""
    del os.environ["BASE_URL"]
    os.environ.update(VAR_DIR=str(folder), DATABASE_URL=f"sqlite:///{folder / 'demo.sqlite'}", LOG_LEVEL="error")

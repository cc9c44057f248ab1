"""R15: whatever happens, in whatever order, the promises hold, on SQLite and on PostgreSQL.

R15_STEPS in the environment says how many steps the two databases take together, R15_SEED where chance begins. A history
that breaks a promise is printed step by step, shortened to what breaks it.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from app.mail import actions, gateway
from app.statements import actions as statement_actions
from app.statements.account import StatementAccount
from app.xero import reading_actions
from tests.faults.chasing.machine import Machine
from tests.faults.chasing.rules_of_controllers import Controllers
from tests.faults.chasing.rules_of_people import Approvers, Bookkeepers, Customers
from tests.faults.chasing.rules_of_work import Work
from tests.faults.mail.counting_server import CountingServer

STEPS_OF_A_HISTORY = 50
HISTORIES = max(int(os.environ.get("R15_STEPS", "200")) // STEPS_OF_A_HISTORY // 2, 1)
SEED = int(os.environ.get("R15_SEED", "0"))


class Whole(Work, Approvers, Controllers, Bookkeepers, Customers):
    """Everything that may happen."""


async def a_paper(account: StatementAccount) -> bytes:
    """Rendering takes longer than all the rest, and what the PDF says is looked at elsewhere."""
    return b"%PDF-1.4 /Type /Page"


@pytest.fixture
def whole(empty_database: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Machine]]:
    monkeypatch.setattr(reading_actions, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(statement_actions, "render_statement", a_paper)
    for module in (actions, gateway):
        monkeypatch.setattr(module, "reach", lambda point: Machine.current.world.reach(point))
    loop = asyncio.new_event_loop()
    with CountingServer() as server:
        Whole.loop, Whole.server, Whole.make_database = loop, server, staticmethod(empty_database)
        yield Whole
    loop.close()
    if "R15_STEPS" in os.environ:
        print(f"\n{dict(Machine.happened)}")  # noqa: T201  the figures of the long run


@pytest.mark.faults
def test_no_history_breaks_a_promise(whole: Any) -> None:
    profile = settings(
        max_examples=HISTORIES,
        stateful_step_count=STEPS_OF_A_HISTORY,
        deadline=None,
        database=None,
        phases=(Phase.generate, *((Phase.shrink,) if "R15_SHRINK" in os.environ else ())),
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    seeded(SEED)(whole)
    run_state_machine_as_test(whole, settings=profile)

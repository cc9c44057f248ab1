"""R1 and R2: a step leaves at most once and nothing vanishes, wherever two workers are killed."""

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

import pytest

from app.database import EmbeddedEngine, PooledEngine, is_sqlite
from app.mail import actions
from app.outbox.points import Point
from app.outbox.states import State
from app.outbox.tables import Message
from app.settings import settings
from tests.cast import NOW, borealis
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_letter, a_mailbox, a_sender, always_same

STEPS = int(os.environ.get("R1_STEPS", "100"))
"""R1_STEPS=400 for the whole proof."""

ROUNDS = max(STEPS // 130, 1)
"""How often both workers are killed at every point."""
ROOT = Path(__file__).parents[3]


def address_of(engine: EmbeddedEngine | PooledEngine) -> str:
    if isinstance(engine, EmbeddedEngine):
        return f"sqlite:///{engine.path}"
    config = engine.config
    password = f":{quote(config['password'])}" if config.get("password") else ""
    return f"postgres://{config['user']}{password}@{config['host']}:{config.get('port', 5432)}/{config['database']}"


async def worker(database_url: str, kill_at: str = "") -> int:
    """Run a worker to its end; minus the signal's number when one ended it."""
    environment = {**os.environ, "DATABASE_URL": database_url, "TACTFUL_KILL_AT": kill_at}
    environment["VAR_DIR"] = str(settings().var_dir)
    command = (sys.executable, "-m", "tests.faults.mail.delivering_child")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE)
    _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode in (0, -signal.SIGKILL), errors.decode()
    return process.returncode or 0


@pytest.mark.faults
async def test_two_workers_killed_at_every_point_send_nothing_twice_and_lose_nothing(
    database: EmbeddedEngine | PooledEngine,
) -> None:
    firm = await borealis()
    url = address_of(database)
    with CountingServer() as server:
        sender = await a_sender(firm.id, server.port)
        for number in range(STEPS):
            await a_letter(sender, unique_key=f"invoice:{number}:step:1:1", subject=f"Invoice INV-{number}")
        kills = 0
        for number, point in enumerate(get_args(Point) * ROUNDS):
            ends = await asyncio.gather(worker(url, f"{point}:{number + 2}"), worker(url, f"{point}:{number % 3 + 1}"))
            kills += sum(end == -signal.SIGKILL for end in ends)
        assert await worker(url) == 0
        await worker(url)
        taken = server.times_taken()

    states = Counter(row["state"] for row in await Message.select(Message.state))
    assert kills >= len(get_args(Point)) * ROUNDS
    assert max(taken.values()) == 1, "a message went twice"
    assert sum(states[state.value] for state in (State.SENT, State.FAILED, State.CANCELLED, State.UNKNOWN)) == STEPS
    assert states[State.UNKNOWN.value] <= kills
    sent = await Message.select(Message.mime_message_id).where(Message.state == State.SENT.value)
    assert all(taken[row["mime_message_id"]] == 1 for row in sent), "marked as sent, and never arrived"
    assert len(taken) <= states[State.SENT.value] + states[State.UNKNOWN.value]


async def test_no_letter_is_claimed_before_the_one_before_it_is_on_record(
    database: EmbeddedEngine | PooledEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever dies between the two would leave two of which nobody knows."""
    if is_sqlite():
        pytest.skip("one commit holds both")
    order, settle, claim = list[str](), actions.settle, actions._claim

    async def slow(claimed: Message, *rest: Any) -> State:
        await asyncio.sleep(0.2)
        state = await settle(claimed, *rest)
        order.append("recorded")
        return state

    async def noted(*facts: Any) -> Message | None:
        claimed = await claim(*facts)
        order.append("claimed")
        return claimed

    monkeypatch.setattr(actions, "settle", slow)
    monkeypatch.setattr(actions, "_claim", noted)
    firm = await borealis()
    with CountingServer() as server:
        sender, mailbox = await a_sender(firm.id, server.port), a_mailbox(server.port)
        letters = [await a_letter(sender) for _ in range(3)]
        sent = (actions.deliver(each, mailbox=mailbox, recheck=always_same, worker="w", now=NOW) for each in letters)
        assert await asyncio.gather(*sent) == [State.SENT] * 3
        await mailbox.close()
    assert order == ["claimed", "recorded"] * 3

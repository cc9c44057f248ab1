"""R16: the broker may lose everything, with a worker killed while its queue was full: every message still goes, once."""

import asyncio
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.engines import EmbeddedEngine, PooledEngine
from app.outbox.states import Kind, State
from app.outbox.tables import Message
from app.settings import settings
from tests.cast import borealis
from tests.conftest import BROKERS, HAS
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_letter, a_sender
from tests.faults.mail.test_r1_r2_killed_while_sending import address_of

ROOT = Path(__file__).parents[3]
LETTERS = 20
OFTEN = "from workers import mail, timetable\ntimetable.TIMETABLE['send what is due'] = (1, mail.sweep)\n"
"""The sweep that finds what the broker lost comes every second here, so that nobody waits ten for each look of it."""
WORK = OFTEN + "from app.commands.parts import work\nwork(2)"
TICK = OFTEN + "from app.commands.parts import tick\ntick()"
RING = "import sys\nfrom workers.mail import deliver\nfor number in sys.argv[1:]:\n    deliver.send(int(number))"
EMPTY = {
    "redis": "import os, redis\nredis.Redis.from_url(os.environ['BROKER_URL']).flushdb()",
    "rabbitmq": (
        "import os, pika\nchannel = pika.BlockingConnection(pika.URLParameters(os.environ['BROKER_URL'])).channel()\n"
        "for queue in ('tactful', 'tactful.DQ'):\n    channel.queue_purge(queue)"
    ),
}


async def start(code: str, environment: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-c", code, *arguments, cwd=ROOT, env=environment)


@asynccontextmanager
async def running(code: str, environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await start(code, environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 30)


async def until(condition, seconds: float = 60.0) -> None:  # type: ignore[no-untyped-def]
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.1)


VHOST = f"tactful-test-{os.getpid()}"
RESTART = {
    "redis": (EMPTY["redis"],),
    "rabbitmq": tuple(
        f"import subprocess\nsubprocess.run({['rabbitmqctl', '-q', *words]!r}, check=True, timeout=60)"
        for words in (
            ["delete_vhost", VHOST],
            ["add_vhost", VHOST],
            ["set_permissions", "-p", VHOST, "guest", ".*", ".*", ".*"],
        )
    ),
}
"""What is left of a broker after a restart without its disk: connections are cut, queues and doorbells are gone."""


@asynccontextmanager
async def own_broker(broker: str, environment: dict[str, str]) -> AsyncIterator[None]:
    """A corner of the broker that can be ended without harm to anybody else's."""
    if broker == "redis":
        yield
        return
    if shutil.which("rabbitmqctl") is None:
        pytest.skip("rabbitmqctl is not here")
    for code in RESTART[broker][1:]:
        assert await (await start(code, environment)).wait() == 0
    environment["BROKER_URL"] = f"{BROKERS[broker].rstrip('/')}/{VHOST}"
    try:
        yield
    finally:
        await (await start(RESTART[broker][0], environment)).wait()


@pytest.mark.faults
@pytest.mark.parametrize(
    "broker", [pytest.param(name, marks=pytest.mark.skipif(not HAS[name], reason=f"no {name}")) for name in BROKERS]
)
async def test_workers_and_timetable_outlive_a_broker_that_restarts_empty(
    broker: str, database: EmbeddedEngine | PooledEngine
) -> None:
    if isinstance(database, EmbeddedEngine) != (broker == "redis"):
        pytest.skip("each broker with one database, each database with one broker")
    environment = {**os.environ, "DATABASE_URL": address_of(database), "BROKER_URL": BROKERS[broker], "PYTHONPATH": str(ROOT)}
    environment["VAR_DIR"] = str(settings().var_dir)
    firm = await borealis()
    with CountingServer() as server:
        sender = await a_sender(firm.id, server.port)

        async def more_went() -> bool:
            return len(server.taken) > before

        async def all_went() -> bool:
            return not await Message.exists().where(Message.state.is_in([State.PLANNED.value, State.SENDING.value]))

        async with own_broker(broker, environment), running(WORK, environment), running(TICK, environment):
            before = 0
            for number in range(LETTERS):
                await a_letter(sender, kind=Kind.ANSWER, unique_key=f"k{number}")
            await until(more_went)
            for code in RESTART[broker]:
                assert await (await start(code, environment)).wait() == 0
            for number in range(LETTERS, 2 * LETTERS):
                await a_letter(sender, kind=Kind.ANSWER, unique_key=f"k{number}")
            await until(all_went, 90)
        assert sorted(server.times_taken().values()) == [1] * (2 * LETTERS)
    assert await Message.count().where(Message.state == State.SENT.value) == 2 * LETTERS


@pytest.mark.faults
@pytest.mark.parametrize(
    "broker", [pytest.param(name, marks=pytest.mark.skipif(not HAS[name], reason=f"no {name}")) for name in BROKERS]
)
async def test_every_message_goes_once_though_all_doorbells_are_lost(
    broker: str, database: EmbeddedEngine | PooledEngine
) -> None:
    if isinstance(database, EmbeddedEngine) != (broker == "redis"):
        pytest.skip("each broker with one database, each database with one broker")
    environment = {**os.environ, "DATABASE_URL": address_of(database), "BROKER_URL": BROKERS[broker], "PYTHONPATH": str(ROOT)}
    environment["VAR_DIR"] = str(settings().var_dir)
    firm = await borealis()

    async def all_settled() -> bool:
        return not await Message.exists().where(Message.state.is_in([State.PLANNED.value, State.SENDING.value]))

    with CountingServer() as server:
        sender = await a_sender(firm.id, server.port)
        numbers = [await a_letter(sender, kind=Kind.ANSWER, unique_key=f"k{n}") for n in range(LETTERS)]
        async with running(WORK, environment) as worker:
            await (await start(RING, environment, *map(str, numbers))).wait()

            async def some_went() -> bool:
                return len(server.taken) >= 3

            await until(some_went)
            worker.send_signal(signal.SIGKILL)
            await worker.wait()
        assert await (await start(EMPTY[broker], environment)).wait() == 0
        async with running(WORK, environment), running(TICK, environment):
            await until(all_settled)
        taken = server.times_taken()
    states = Counter(row["state"] for row in await Message.select(Message.state).where(Message.kind == Kind.ANSWER.value))
    assert max(taken.values()) == 1, "a message went twice"
    assert states[State.SENT.value] + states[State.UNKNOWN.value] == LETTERS
    assert states[State.UNKNOWN.value] <= 2, "what the killed worker had in hand, at most"
    assert len(taken) >= states[State.SENT.value]

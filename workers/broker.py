"""The broker that BROKER_URL names: in process, Redis or RabbitMQ. Importing this module sets it.

A message is only a doorbell: the database is the queue of record, and a sweep every minute finds what a broker lost.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ParamSpec

import dramatiq
from dramatiq.broker import Broker
from dramatiq.brokers.stub import StubBroker
from dramatiq.errors import ActorNotFound
from dramatiq.middleware import AgeLimit, AsyncIO, Callbacks, Middleware, Pipelines, Retries, TimeLimit
from dramatiq.worker import Worker

from app.database import opened
from app.settings import settings
from workers.failed_jobs import FailedJobs

P = ParamSpec("P")

HEARTBEAT_MS = 5_000
"""Redis: how soon a dead worker's doorbells are taken over."""

CERTAIN = 1_000_000
"""Redis: run the maintenance that finds them with every fetch."""


class Connections(Middleware):
    """Opens the database on the loop that runs the actors, before any work, and closes it at the end."""

    def __init__(self) -> None:
        self._closing: asyncio.Event | None = None
        self._done = threading.Event()

    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:
        ready = threading.Event()
        _loop_of(broker).call_soon_threadsafe(lambda: asyncio.ensure_future(self._hold(ready)))
        ready.wait(timeout=30)

    async def _hold(self, ready: threading.Event) -> None:
        self._closing = asyncio.Event()
        async with opened():
            ready.set()
            await self._closing.wait()
        self._done.set()

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        if self._closing is not None:
            _loop_of(broker).call_soon_threadsafe(self._closing.set)
            self._done.wait(timeout=10)


def _loop_of(broker: Broker) -> asyncio.AbstractEventLoop:
    from dramatiq.asyncio import get_event_loop_thread

    thread = get_event_loop_thread()
    assert thread is not None, "the AsyncIO middleware starts its loop first"
    loop: asyncio.AbstractEventLoop = thread.loop
    return loop


def make_broker(url: str) -> Broker:
    middleware: list[Middleware] = [
        AgeLimit(),
        TimeLimit(time_limit=600_000),
        Callbacks(),
        Pipelines(),
        Retries(max_retries=0),
        AsyncIO(),
        Connections(),
        FailedJobs(),
    ]
    if url.startswith(("redis://", "rediss://")):
        from dramatiq.brokers.redis import RedisBroker

        return RedisBroker(  # type: ignore[no-untyped-call]
            url=url, middleware=middleware, maintenance_chance=CERTAIN, heartbeat_timeout=HEARTBEAT_MS
        )
    if url.startswith(("amqp://", "amqps://")):
        from dramatiq.brokers.rabbitmq import RabbitmqBroker

        return RabbitmqBroker(url=url, middleware=middleware)
    if url:
        raise ValueError("BROKER_URL begins with redis:// or amqp://, or is empty; see README, Settings.")
    return StubBroker(middleware=middleware)


broker = make_broker(settings().broker_url)
dramatiq.set_broker(broker)


def is_embedded() -> bool:
    return isinstance(broker, StubBroker)


def actor(task: Callable[P, Coroutine[Any, Any, None]]) -> dramatiq.Actor[P, Any]:
    """A background task. The broker never retries it: its sweep finds what is left to do."""
    name = f"{task.__module__}.{task.__name__}"
    return dramatiq.actor(queue_name="tactful", actor_name=name, max_retries=0)(task)


def ring(name: str, args: Sequence[Any]) -> bool:
    """Have the actor of this name work once more; whether there is one. Only those count that have been imported."""
    try:
        broker.get_actor(name).send(*args)
    except ActorNotFound:
        return False
    return True


def start_worker(threads: int) -> Worker:
    """A worker in this process; the caller stops it."""
    broker.emit_after("process_boot")
    worker = Worker(broker, worker_threads=threads, worker_timeout=100)
    worker.start()
    return worker

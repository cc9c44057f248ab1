"""The parts that `tactful run` holds together, each by itself."""

import asyncio
import signal
from threading import Event

from cryptography.fernet import InvalidToken

from app import clock, database
from app.activity.actions import audit
from app.admin import user_actions
from app.admin.key_actions import reseal_everything
from app.admin.queries import user_called
from app.commands.servers import server
from app.commands.thrift import give_memory_back, settle_down
from app.piccolo_app import TABLES
from app.problems import Problem
from app.settings import settings
from app.xero.connect_actions import check_clock


class NoBrokerError(Problem):
    """BROKER_URL is empty, so the work is done inside the web process of `tactful run`. Set it to redis://… or amqp://…."""


class BehindError(Problem):
    """The database is not up to date. Stop every server, then run: tactful migrate"""


def serve(port: int) -> None:
    check()
    from app.main import create_app

    web = server(create_app(), port or settings().port, settings().host, settings().log_level)
    settle_down()
    web.run()


def work(threads: int) -> None:
    from workers import timetable
    from workers.broker import is_embedded, start_worker

    if is_embedded():
        raise NoBrokerError
    check()
    give_memory_back()
    del timetable  # importing it declares every actor
    worker = start_worker(threads)
    settle_down()
    _wait_for_the_end()
    worker.stop()


def tick() -> None:
    from workers import timetable
    from workers.broker import is_embedded

    if is_embedded():
        raise NoBrokerError
    check()
    scheduler = timetable.start()
    _wait_for_the_end()
    scheduler.shutdown(wait=False)


def _wait_for_the_end() -> None:
    ended = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    ended.wait()


def migrate() -> None:
    async def forwards() -> None:
        async with database.opened():
            await database.migrate()

    asyncio.run(forwards())


def rotate_key() -> int:
    """How many secrets are sealed with the current key now."""

    async def seal_anew() -> int:
        async with database.opened():
            done = await reseal_everything(TABLES)
            await audit(organisation_id=None, user_id=None, act="rotate key", subject=f"{done} secrets", now=clock.now())
            return done

    try:
        return asyncio.run(seal_anew())
    except InvalidToken as error:
        raise ValueError("a secret is sealed with a key that SECRET_KEY does not name: add it at the end") from error


def make_admin(email: str, is_admin: bool) -> str:
    """What has become of it, in a sentence."""

    async def change() -> str:
        async with database.opened():
            whom = await user_called(email)
            words = "an admin of this installation" if is_admin else "no admin of this installation"
            if await user_actions.make_admin(whom, is_admin, clock.now()):
                return f"{whom.email} is {words} now, and has to sign in again."
            return f"{whom.email} was {words} already."

    return asyncio.run(change())


def check() -> None:
    """Refuse to start on a database that is behind, or with a moved clock on real books."""

    async def examine() -> None:
        async with database.opened():
            if await database.pending_migrations():
                raise BehindError
            await check_clock()

    asyncio.run(examine())

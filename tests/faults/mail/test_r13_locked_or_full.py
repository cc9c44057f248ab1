"""R13: a database that is locked for long, or full, is survived: nothing goes twice, and it recovers by itself."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from app.database import migrate, opened, use
from app.engines import EmbeddedEngine, PooledEngine
from app.mail import actions
from app.mail.actions import deliver
from app.outbox.states import State
from app.piccolo_app import TABLES
from tests.cast import NOW, borealis
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_letter, a_mailbox, a_sender, always_same, state_of
from tests.faults.mail.test_r1_r2_killed_while_sending import address_of

pytestmark = pytest.mark.faults
LOCKED_SECONDS = float(os.environ.get("R13_SECONDS", "3"))
"""R13_SECONDS=30 for the whole proof."""


def lock_sqlite(path: str, locked: threading.Event) -> None:
    """As a backup or a stray tool would: nobody else writes meanwhile."""
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    locked.set()
    threading.Event().wait(LOCKED_SECONDS)
    connection.execute("ROLLBACK")
    connection.close()


async def lock_postgres(url: str, locked: threading.Event) -> None:
    connection = await asyncpg.connect(url)
    async with connection.transaction():
        await connection.execute("LOCK TABLE message IN ACCESS EXCLUSIVE MODE")
        locked.set()
        await asyncio.sleep(LOCKED_SECONDS)
    await connection.close()


async def test_a_lock_between_the_mail_servers_answer_and_its_record_loses_neither(
    database: EmbeddedEngine | PooledEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock falls while the text is transmitted, and outlives the database's own patience."""
    if isinstance(database, EmbeddedEngine):
        monkeypatch.setitem(database.connection_kwargs, "timeout", 0.3)
    firm = await borealis()
    locked = threading.Event()

    def lock(_: str) -> None:
        if isinstance(database, EmbeddedEngine):
            threading.Thread(target=lock_sqlite, args=(str(database.path), locked)).start()
        else:
            threading.Thread(target=lambda: asyncio.run(lock_postgres(address_of(database), locked))).start()
        assert locked.wait(10)

    with CountingServer() as server:
        server.at_data = lock  # type: ignore[assignment]
        message = await a_letter(await a_sender(firm.id, server.port), unique_key="k")
        mailbox = a_mailbox(server.port, timeout=LOCKED_SECONDS + 15)
        assert await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW) is State.SENT
        await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW)
        await mailbox.close()
        assert len(server.taken) == 1
    assert await state_of(message) is State.SENT


async def test_a_lock_before_the_claim_lets_nothing_leave_and_what_waits_goes_when_it_is_over(
    database: EmbeddedEngine | PooledEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite refuses after a while, PostgreSQL waits as long as it takes."""
    if not isinstance(database, EmbeddedEngine):
        await waits_for_the_lock(database)
        return
    monkeypatch.setitem(database.connection_kwargs, "timeout", 0.3)
    firm = await borealis()
    with CountingServer() as server:
        message = await a_letter(await a_sender(firm.id, server.port), unique_key="k")
        await database.close()
        locked = threading.Event()
        locking = threading.Thread(target=lock_sqlite, args=(str(database.path), locked))
        locking.start()
        assert locked.wait(10)
        mailbox = a_mailbox(server.port, timeout=15)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW)
        assert server.attempts == 0
        await asyncio.to_thread(locking.join)
        assert await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW) is State.SENT
        await mailbox.close()
        assert len(server.taken) == 1


async def waits_for_the_lock(database: PooledEngine) -> None:
    firm = await borealis()
    with CountingServer() as server:
        message = await a_letter(await a_sender(firm.id, server.port), unique_key="k")
        locked = threading.Event()
        locking = threading.Thread(target=lambda: asyncio.run(lock_postgres(address_of(database), locked)))
        locking.start()
        assert await asyncio.to_thread(locked.wait, 10)
        mailbox = a_mailbox(server.port, timeout=LOCKED_SECONDS + 15)
        asked = [
            asyncio.create_task(deliver(message, mailbox=mailbox, recheck=always_same, worker=worker, now=NOW))
            for worker in ("one", "two")
        ]
        done, _ = await asyncio.wait(asked, timeout=LOCKED_SECONDS / 3)
        assert not done
        assert server.attempts == 0
        assert sorted(str(state) for state in await asyncio.gather(*asked)) == ["None", "sent"]
        await asyncio.to_thread(locking.join)
        await mailbox.close()
        assert len(server.taken) == 1


FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER disk_is_full BEFORE INSERT OR UPDATE ON message EXECUTE FUNCTION disk_is_full()
"""
ROOM = "DROP TRIGGER IF EXISTS disk_is_full ON message; DROP FUNCTION IF EXISTS disk_is_full()"


def on_postgres(url: str, statements: str) -> None:
    """In a thread of its own: nobody waits for the loop that a test runs on."""

    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statements)
        finally:
            await connection.close()

    running = threading.Thread(target=lambda: asyncio.run(run()))
    running.start()
    running.join()


async def test_where_postgres_has_no_room_the_record_waits_and_before_the_claim_nothing_leaves(
    database: EmbeddedEngine | PooledEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is PostgreSQL's own for a full disk (SQLSTATE 53100); filling its disk would end every other test."""
    if isinstance(database, EmbeddedEngine):
        pytest.skip("SQLite's disk is filled below")
    monkeypatch.setattr(actions, "_PAUSES", (0.2, 0.2, 0.5, 2.0, 2.0))
    firm, url = await borealis(), address_of(database)
    try:
        with CountingServer() as server:
            sender = await a_sender(firm.id, server.port)
            first, second = [await a_letter(sender, unique_key=f"k{number}") for number in range(2)]
            mailbox = a_mailbox(server.port, timeout=15)

            def fill(_: str) -> None:
                server.at_data = lambda _: None
                on_postgres(url, FULL)
                threading.Timer(0.5, on_postgres, (url, ROOM)).start()

            server.at_data = fill
            assert await deliver(first, mailbox=mailbox, recheck=always_same, worker="w", now=NOW) is State.SENT
            assert len(server.taken) == 1

            await asyncio.to_thread(on_postgres, url, FULL)
            with pytest.raises(asyncpg.DiskFullError):
                await deliver(second, mailbox=mailbox, recheck=always_same, worker="w", now=NOW)
            assert len(server.taken) == 1
            await asyncio.to_thread(on_postgres, url, ROOM)
            assert await deliver(second, mailbox=mailbox, recheck=always_same, worker="w", now=NOW) is State.SENT
            await mailbox.close()
            assert sorted(server.times_taken().values()) == [1, 1]
    finally:
        await asyncio.to_thread(on_postgres, url, ROOM)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of sixteen megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("file systems cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    shutil.rmtree(folder, ignore_errors=True)


def fill(disk: Path, for_seconds: float = 0.0) -> None:
    """To its last byte; for a while, or until `ballast` is removed."""
    ballast = disk / "ballast"
    file = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while os.write(file, b"x" * 4096):
            pass
    os.close(file)
    if for_seconds:
        threading.Timer(for_seconds, ballast.unlink).start()


async def test_a_full_disk_holds_the_record_back_until_there_is_room(
    small_disk: Path, database: EmbeddedEngine | PooledEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not isinstance(database, EmbeddedEngine):
        pytest.skip("a disk of PostgreSQL's own is not filled here")
    monkeypatch.setattr(actions, "_PAUSES", (0.2, 0.2, 0.5, 2.0, 2.0))
    full = EmbeddedEngine(path=str(small_disk / "db.sqlite"))
    use(full, TABLES)
    try:
        async with opened():
            await migrate()
            firm = await borealis()

            with CountingServer() as server:
                server.at_data = lambda _: fill(small_disk, for_seconds=1.0)
                message = await a_letter(await a_sender(firm.id, server.port), unique_key="k", text="x" * 2000)
                mailbox = a_mailbox(server.port, timeout=15)
                assert await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW) is State.SENT
                await mailbox.close()
                assert len(server.taken) == 1
            assert await state_of(message) is State.SENT
    finally:
        use(database, TABLES)


async def test_a_full_disk_before_the_claim_lets_nothing_leave_until_there_is_room(
    small_disk: Path, database: EmbeddedEngine | PooledEngine
) -> None:
    if not isinstance(database, EmbeddedEngine):
        pytest.skip("a disk of PostgreSQL's own is not filled here")
    full = EmbeddedEngine(path=str(small_disk / "db.sqlite"))
    use(full, TABLES)
    try:
        async with opened():
            await migrate()
            firm = await borealis()
            with CountingServer() as server:
                sender = await a_sender(firm.id, server.port)
                letters = [await a_letter(sender, unique_key=f"k{number}", text="x" * 2000) for number in range(3)]
                with sqlite3.connect(full.path) as emptying:
                    emptying.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # else a claim may fit into room it has already
                fill(small_disk)
                mailbox = a_mailbox(server.port)
                for message in letters:
                    with pytest.raises(sqlite3.OperationalError, match="full"):
                        await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW)
                assert server.attempts == 0
                (small_disk / "ballast").unlink()
                for message in letters:
                    await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW)
                await mailbox.close()
                assert sorted(server.times_taken().values()) == [1, 1, 1]
            assert {await state_of(message) for message in letters} == {State.SENT}
    finally:
        use(database, TABLES)

"""One database a test, on SQLite and on PostgreSQL where it answers."""

import asyncio
import contextlib
import gc
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import asyncpg
import pytest

_VAR = Path(tempfile.mkdtemp(prefix="tactful-tests-"))
os.environ.update(VAR_DIR=str(_VAR), DATABASE_URL=f"sqlite:///{_VAR}/unused.sqlite", SECRET_KEY="for tests only")
for name in ("TACTFUL_NOW", "BROKER_URL", "XERO_CLIENT_ID", "DEMO_LEDGER_URL", "SMTP_URL"):
    os.environ.pop(name, None)

import piccolo_conf  # noqa: E402, F401  the environment comes first
from app.database import migrate, opened, use  # noqa: E402
from app.engines import EmbeddedEngine, PooledEngine, engine_for  # noqa: E402
from app.piccolo_app import TABLES  # noqa: E402
from app.settings import Settings  # noqa: E402
from tests import dovecot  # noqa: E402

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
LEFT_OUT: dict[str, str] = {}


def answers(url: str, default_port: int) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname, parts.port or default_port), timeout=1):
            return True
    except OSError:
        return False


XERO_FILES = Path(__file__).resolve().parents[2] / "shared" / "xero" / "xero_accounting.yaml"
HAS_POSTGRES = answers(POSTGRES, 5432)
BROKERS = {
    "redis": os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9"),
    "rabbitmq": os.environ.get("TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672"),
}
HAS = {name: answers(url, {"redis": 6379, "rabbitmq": 5672}[name]) for name, url in BROKERS.items()}
for name, is_there in HAS.items():
    if not is_there:
        LEFT_OUT[name] = f"start one on 127.0.0.1 or set TEST_{name.upper()}_URL"
if not dovecot.CAN_RUN:
    LEFT_OUT["Dovecot (reading mailboxes)"] = "install dovecot-imapd and run as root"
if not XERO_FILES.exists():
    LEFT_OUT["Xero's OpenAPI files"] = "put them into shared/xero beside this repository"
if not HAS_POSTGRES:
    LEFT_OUT["PostgreSQL"] = "start one on 127.0.0.1:5432 (trust for user postgres) or set TEST_POSTGRES_URL"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for what, how in LEFT_OUT.items():
        terminalreporter.write_line(f"LEFT OUT: everything that needs {what}; to switch it on: {how}", yellow=True)


def pytest_collection_finish() -> None:
    """What imports and collection have made stays to the end: looking it over for rubbish took a twelfth of the time."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is asked for, leaving something out is a failure."""
    if os.environ.get("EVERYTHING") and LEFT_OUT and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _url(database: str) -> str:
    return urlsplit(POSTGRES)._replace(path=f"/{database}").geturl()


async def _on_postgres(statement: str, url: str = POSTGRES) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


class Migrated:
    """The migrated empty databases of this test process, each made when it is first wanted."""

    def __init__(self) -> None:
        self.file: Path | None = None
        self.name: str | None = None
        self._kept: PooledEngine | None = None

    async def sqlite(self) -> Path:
        if self.file is None:
            self.file = _VAR / "empty.sqlite"
            await self._migrate(f"sqlite:///{self.file}")
        return self.file

    async def postgres(self) -> str:
        if self.name is None:
            self.name = f"tactful_test_{WORKER}_{os.getpid()}"
            await _on_postgres(f"CREATE DATABASE {self.name}")
            await _on_postgres(f"ALTER DATABASE {self.name} SET synchronous_commit = off")  # no test cuts the server's power
            await _on_postgres(f"ALTER DATABASE {self.name} SET jit = off")
            await self._migrate(_url(self.name))
            await _on_postgres(EMPTYING, _url(self.name))
        return self.name

    async def emptied(self) -> PooledEngine:
        """The engine on the emptied PostgreSQL. Its connections are kept from test to test, with all that they and the
        server have learnt of tables and statements: on new ones the first look at each costs more than most tests."""
        database = await self.postgres()
        if self._kept is not None:
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):  # the last test cut it
                return await self._empty(self._kept)
        self._kept = cast(PooledEngine, engine_for(Settings(database_url=_url(database))))
        self._kept.config |= {"statement_cache_size": 1000, "max_cached_statement_lifetime": 0}
        return await self._empty(self._kept)

    async def _empty(self, engine: PooledEngine) -> PooledEngine:
        await engine.open()
        assert engine.pool is not None
        await engine.pool.execute(EMPTY)
        return engine

    async def let_go(self, engine: PooledEngine) -> None:
        """Closes what a test left otherwise than it got it: with a connection lent out, or with a pool of another loop."""
        pool = engine.pool
        if pool is not None and engine is self._kept:
            await engine._at_hand[asyncio.get_running_loop()].let_go()
            if pool.get_idle_size() == pool.get_size() and len(engine._pools) == 1:
                return
        self._kept = None
        await engine.close()

    async def _migrate(self, url: str) -> None:
        use(engine_for(Settings(database_url=url)), TABLES)
        async with opened():
            await migrate()

    async def drop(self) -> None:
        if self._kept is not None:
            await self._kept.close()
        if self.name is not None:
            await _on_postgres(f"DROP DATABASE {self.name} WITH (FORCE)")
        shutil.rmtree(_VAR, ignore_errors=True)


@pytest.fixture(scope="session")
async def migrated() -> AsyncIterator[Migrated]:
    databases = Migrated()
    yield databases
    await databases.drop()


EMPTYING = """
DO $make$ DECLARE t text; body text := ''; BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration' LOOP
    body := body || format('IF EXISTS (SELECT 1 FROM %1$I) THEN DELETE FROM %1$I; END IF; ', t);
  END LOOP;
  FOR t IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
    body := body || format('PERFORM setval(%L, 1, false) FROM %I WHERE is_called; ', quote_ident(t), t);
  END LOOP;
  EXECUTE format('CREATE FUNCTION empty_every_table() RETURNS void LANGUAGE plpgsql
    SET session_replication_role = replica AS %L', 'BEGIN ' || body || ' END');
END $make$
"""
EMPTY = "SELECT empty_every_table()"
"""As empty as TRUNCATE … RESTART IDENTITY leaves it, in a hundredth of the time: TRUNCATE writes new files for every table,
and most tests touch few of them. Written out once, so that a connection plans it once. As a replica no trigger and no
foreign key minds."""


ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.skipif(not HAS_POSTGRES, reason="no PostgreSQL"))]


@pytest.fixture(params=ENGINES)
async def database(
    request: pytest.FixtureRequest, tmp_path: Path, migrated: Migrated
) -> AsyncIterator[EmbeddedEngine | PooledEngine]:
    """The empty database this test runs on; every table uses it."""
    if request.param == "sqlite":
        shutil.copy(await migrated.sqlite(), tmp_path / "test.sqlite")
        engine = engine_for(Settings(database_url=f"sqlite:///{tmp_path / 'test.sqlite'}"))
        use(engine, TABLES)
        async with opened():
            yield engine
    else:
        kept = await migrated.emptied()
        use(kept, TABLES)
        yield kept
        await migrated.let_go(kept)

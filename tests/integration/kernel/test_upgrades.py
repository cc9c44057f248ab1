"""A database of each released version comes up to this one with everything in it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import HAS_POSTGRES, _on_postgres, _url

ROOT = Path(__file__).resolve().parents[3]
RELEASED = {"0.1": "2026-11-22T15:00:00:000001", "0.2": "2026-11-22T18:00:00:000002"}

UPGRADE = """
import asyncio, contextlib, io, sys
import piccolo_conf
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from app import database
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.organisations.tables import Organisation

async def main(released):
    async with database.opened():
        with contextlib.redirect_stdout(io.StringIO()):
            await ForwardsMigrationManager(app_name="tactful", migration_id=released).run()
        assert await database.pending_migrations(), "there is nothing to come up to"
        async with database.transaction():
            await database.execute_many("INSERT INTO organisation (name, currency) VALUES ({}, {})", [("Borealis", "GBP")])
            await database.execute_many(
                "INSERT INTO customer (organisation, name, xero_id) VALUES ({}, {}, {})", [(1, "Harbour Foods Ltd", "c1")]
            )
            await database.execute_many(
                "INSERT INTO invoice (organisation, customer, xero_id, number, total, outstanding, is_open)"
                " VALUES ({}, {}, {}, {}, {}, {}, TRUE)", [(1, 1, "i1", "INV-1", 6_400_000, 6_400_000)]
            )
        await database.migrate()
        assert not await database.pending_migrations()
        organisation, customer = await Organisation.objects().first(), await Customer.objects().first()
        invoice = await Invoice.objects().first()
        print(organisation.name, organisation.logo == "", customer.name, invoice.number, invoice.outstanding)

asyncio.run(main(sys.argv[1]))
"""


def upgraded(address: str, released: str, var: Path) -> str:
    environment = {**os.environ, "DATABASE_URL": address, "VAR_DIR": str(var)}
    done = subprocess.run(
        [sys.executable, "-c", UPGRADE, released], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("version", RELEASED)
def test_a_sqlite_database_of_a_released_version_keeps_its_rows(version: str, tmp_path: Path) -> None:
    told = upgraded(f"sqlite:///{tmp_path}/old.sqlite", RELEASED[version], tmp_path)
    assert told == "Borealis True Harbour Foods Ltd INV-1 6400000"


@pytest.mark.skipif(not HAS_POSTGRES, reason="no PostgreSQL answers")
@pytest.mark.parametrize("version", RELEASED)
async def test_a_postgres_database_of_a_released_version_keeps_its_rows(version: str, tmp_path: Path) -> None:
    name = f"tactful_upgrade_{os.getpid()}"
    await _on_postgres(f"CREATE DATABASE {name}")
    try:
        told = upgraded(_url(name), RELEASED[version], tmp_path)
    finally:
        await _on_postgres(f"DROP DATABASE {name} WITH (FORCE)")
    assert told == "Borealis True Harbour Foods Ltd INV-1 6400000"

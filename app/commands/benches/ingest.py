"""G1: a page of 1,000 invoices, from bytes to rows."""

import importlib.util
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

from app.commands.bench import Figure
from app.commands.benches import limits
from app.commands.benches.rooms import in_fresh_database, median_seconds
from app.database import execute_many, transaction
from app.demo_ledger.generate import generate_books
from app.demo_ledger.main import create_ledger
from app.demo_ledger.settings import UNLIMITED, LedgerSettings
from app.organisations.tables import Organisation
from app.xero.ingest_actions import ingest_page

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
SDK_SECONDS = 0.444
"""Xero's Python SDK 15.2 decoding, Piccolo's insert().on_conflict writing; on a machine like this one."""


def figures() -> Iterator[Figure]:
    """Ours reads the ledger's bytes (1.6 MB; 1.8 lines an invoice), checks every record, and stores customers, invoices
    with all the grids' indexes and foreign keys, payments and expected dates, in one transaction of the product's own
    engine. Lines are passed over: the product has no use for them. What it is measured by reads the same bytes."""
    body = _page()
    ours, limit, leaner = in_fresh_database(lambda: _in_turns(body))
    sdk = _sdk_seconds(body)
    what = "a page of 1,000 invoices, bytes to rows"
    yield Figure(
        number="G1", what=what, unit="s", ours=ours, reference_name="Xero's SDK and Piccolo's on_conflict",
        reference=sdk or SDK_SECONDS, goal=0.20, is_quoted=sdk is None,
    )  # fmt: skip
    yield Figure(
        number="G1", what=what, unit="s", ours=ours,
        reference_name="the limit (msgspec, executemany: contacts, invoices, lines)", reference=limit, goal=1.6,
    )  # fmt: skip
    yield Figure(
        number="G1", what=what, unit="s", ours=ours,
        reference_name="the leaner limit (only rows as we keep them: payments, no lines)", reference=leaner, goal=None,
    )  # fmt: skip


def _page() -> bytes:
    """The ledger's own bytes for a page, as they go over the wire."""
    from app.commands.benches.wire import page_of_invoices

    books = generate_books(1, 200, 1_000, today=date(2026, 11, 30))
    return page_of_invoices(create_ledger(books, settings=LedgerSettings(limits=UNLIMITED, now=lambda: NOON)))


async def _in_turns(body: bytes, times: int = 21) -> tuple[float, float, float]:
    """Seconds of ours, of the limit, and of the leaner one, round by round beside each other, so that a busy machine
    slows all. They keep their database through all rounds, emptied before each, write it as durably (WAL, synchronous
    NORMAL) and pay for its checkpoints."""
    organisation = Organisation(name="Bench Ltd", set_up_at=NOON, starts_with="all", created_at=NOON)
    await organisation.save()
    ours, full, leaner = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        limit = sqlite3.connect(Path(folder) / "limit.sqlite", isolation_level=None)
        limit.executescript(limits.TABLES)
        for _ in range(times):
            await _empty()
            ours.append(await median_seconds(lambda: ingest_page(organisation, body, NOON, compares=False), times=1))
            full.append(limits.seconds(limit, body, limits.contacts_invoices_lines))
            leaner.append(limits.seconds(limit, body, limits.our_rows))
        limit.close()
    return median(ours), median(full), median(leaner)


async def _empty() -> None:
    async with transaction():
        for table in ("payment", "expected_date", "invoice", "customer"):
            await execute_many(f"DELETE FROM {table} WHERE id > {{}}", [(0,)])  # noqa: S608


def _sdk_seconds(body: bytes) -> float | None:
    """None where Xero's SDK is not installed (`make bench` installs it)."""
    if importlib.util.find_spec("xero_python") is None:
        return None
    from app.commands.benches.sdk import seconds

    return seconds(body)

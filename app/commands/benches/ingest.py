"""G1: a page of 1,000 invoices, from bytes to rows."""

import gc
import importlib.util
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec

from app.commands.bench import Figure
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
    body = _page()
    ours, limit = in_fresh_database(lambda: _in_turns(body))
    sdk = _sdk_seconds(body)
    yield Figure(
        number="G1", what="a page of 1,000 invoices, bytes to rows", unit="s", ours=ours,
        reference_name="Xero's SDK and Piccolo's on_conflict", reference=sdk or SDK_SECONDS, goal=0.20, is_quoted=sdk is None,
    )  # fmt: skip
    yield Figure(
        number="G1", what="a page of 1,000 invoices, bytes to rows", unit="s", ours=ours,
        reference_name="the limit (msgspec, executemany)", reference=limit, goal=1.6,
    )  # fmt: skip


def _page() -> bytes:
    """The ledger's own bytes for a page, as they go over the wire."""
    from app.commands.benches.wire import page_of_invoices

    books = generate_books(1, 200, 1_000, today=date(2026, 11, 30))
    return page_of_invoices(create_ledger(books, settings=LedgerSettings(limits=UNLIMITED, now=lambda: NOON)))


async def _in_turns(body: bytes, times: int = 15) -> tuple[float, float]:
    """Seconds of ours and of the limit, round by round beside each other, so that a busy machine slows both."""
    organisation = Organisation(name="Bench Ltd", set_up_at=NOON, starts_with="all", created_at=NOON)
    await organisation.save()
    ours, limits = [], []
    for _ in range(times):
        await _empty()
        ours.append(await median_seconds(lambda: ingest_page(organisation.id, body, NOON, compares=False), times=1))
        limits.append(_limit_seconds(body))
    return median(ours), median(limits)


async def _empty() -> None:
    async with transaction():
        for table in ("payment", "expected_date", "invoice", "customer"):
            await execute_many(f"DELETE FROM {table} WHERE id > {{}}", [(0,)])  # noqa: S608


class _Line(msgspec.Struct):
    Description: str | None = None
    Quantity: Decimal | None = None
    UnitAmount: Decimal | None = None
    TaxAmount: Decimal | None = None
    LineAmount: Decimal | None = None


class _Contact(msgspec.Struct):
    ContactID: str = ""
    Name: str = ""


class _Invoice(msgspec.Struct):
    InvoiceID: str
    Contact: _Contact
    InvoiceNumber: str = ""
    Reference: str = ""
    Status: str = ""
    CurrencyCode: str = ""
    DateString: str = ""
    DueDateString: str | None = None
    Total: Decimal = Decimal(0)
    AmountDue: Decimal = Decimal(0)
    AmountPaid: Decimal = Decimal(0)
    SubTotal: Decimal = Decimal(0)
    TotalTax: Decimal = Decimal(0)
    AmountCredited: Decimal = Decimal(0)
    CurrencyRate: Decimal = Decimal(1)
    LineItems: list[_Line] = []


class _Page(msgspec.Struct):
    Invoices: list[_Invoice]


def _limit_seconds(body: bytes) -> float:
    """As fast as it can be: typed records and three executemany in one transaction, nothing decided or compared."""
    decoder = msgspec.json.Decoder(_Page)
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "limit.sqlite", isolation_level=None)
        database.executescript(LIMIT_TABLES)
        gc.collect()
        began = perf_counter()
        _write_limit(database, decoder.decode(body).Invoices)
        seconds = perf_counter() - began
        database.close()
    return seconds


LIMIT_TABLES = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
CREATE TABLE contact (id TEXT PRIMARY KEY, name TEXT);
CREATE TABLE invoice (id TEXT PRIMARY KEY, contact TEXT, number TEXT, reference TEXT, status TEXT, currency TEXT,
  issued TEXT, due TEXT, total INTEGER, amount_due INTEGER, paid INTEGER);
CREATE TABLE line (invoice TEXT, place INTEGER, description TEXT, amount TEXT, PRIMARY KEY (invoice, place));
"""


def _write_limit(database: sqlite3.Connection, invoices: list[_Invoice]) -> None:
    contacts = {invoice.Contact.ContactID: invoice.Contact.Name for invoice in invoices}
    rows = [
        (i.InvoiceID, i.Contact.ContactID, i.InvoiceNumber, i.Reference, i.Status, i.CurrencyCode, _day(i.DateString),
         _day(i.DueDateString), int(i.Total * 10_000), int(i.AmountDue * 10_000), int(i.AmountPaid * 10_000))
        for i in invoices
    ]  # fmt: skip
    lines = [
        (invoice.InvoiceID, place, line.Description, str(line.LineAmount))
        for invoice in invoices
        for place, line in enumerate(invoice.LineItems)
    ]
    database.execute("BEGIN IMMEDIATE")
    database.executemany("INSERT INTO contact VALUES (?, ?) ON CONFLICT (id) DO NOTHING", contacts.items())
    database.executemany("INSERT INTO invoice VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING", rows)
    database.executemany("INSERT INTO line VALUES (?, ?, ?, ?) ON CONFLICT (invoice, place) DO NOTHING", lines)
    database.execute("COMMIT")


def _day(text: str | None) -> str | None:
    return date.fromisoformat(text[:10]).isoformat() if text else None


def _sdk_seconds(body: bytes) -> float | None:
    """None where Xero's SDK is not installed (`make bench` installs it)."""
    if importlib.util.find_spec("xero_python") is None:
        return None
    from app.commands.benches.sdk import seconds

    return seconds(body)

"""G1: a page of 1,000 invoices, from bytes to rows."""

import gc
import importlib.util
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec

from app.commands.bench import Figure
from app.commands.benches.rooms import in_fresh_database, median_seconds
from app.database import execute_many, run, transaction
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
    ours, limit, in_our_tables = in_fresh_database(lambda: _in_turns(body))
    sdk = _sdk_seconds(body)
    yield Figure(
        number="G1", what="a page of 1,000 invoices, bytes to rows", unit="s", ours=ours,
        reference_name="Xero's SDK and Piccolo's on_conflict", reference=sdk or SDK_SECONDS, goal=0.20, is_quoted=sdk is None,
    )  # fmt: skip
    yield Figure(
        number="G1", what="a page of 1,000 invoices, bytes to rows", unit="s", ours=ours,
        reference_name="the limit (msgspec, executemany)", reference=limit, goal=1.6,
    )  # fmt: skip
    yield Figure(
        number="G1", what="a page of 1,000 invoices, bytes to rows", unit="s", ours=ours,
        reference_name="the limit, with our indexes and foreign keys", reference=in_our_tables, goal=1.6,
    )  # fmt: skip


def _page() -> bytes:
    """The ledger's own bytes for a page, as they go over the wire."""
    from app.commands.benches.wire import page_of_invoices

    books = generate_books(1, 200, 1_000, today=date(2026, 11, 30))
    return page_of_invoices(create_ledger(books, settings=LedgerSettings(limits=UNLIMITED, now=lambda: NOON)))


async def _in_turns(body: bytes, times: int = 15) -> tuple[float, float, float]:
    """Seconds of ours, of the limit, and of the limit in our tables, round by round beside each other, so that a busy
    machine slows all. They keep their database through all rounds, emptied before each, and pay for its checkpoints."""
    organisation = Organisation(name="Bench Ltd", set_up_at=NOON, starts_with="all", created_at=NOON)
    await organisation.save()
    ours, limits, in_our_tables = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        limit = sqlite3.connect(Path(folder) / "limit.sqlite", isolation_level=None)
        limit.executescript(LIMIT_TABLES)
        for _ in range(times):
            await _empty()
            ours.append(await median_seconds(lambda: ingest_page(organisation.id, body, NOON, compares=False), times=1))
            limits.append(_limit_seconds(limit, body))
            await _empty()
            in_our_tables.append(await _limit_in_our_tables(organisation.id, body))
        limit.close()
    return median(ours), median(limits), median(in_our_tables)


async def _empty() -> None:
    async with transaction():
        for table in ("payment", "expected_date", "invoice", "customer"):
            await execute_many(f"DELETE FROM {table} WHERE id > {{}}", [(0,)])  # noqa: S608


class _Contact(msgspec.Struct, gc=False):
    ContactID: str = ""
    Name: str = ""


class _Payment(msgspec.Struct, gc=False):
    PaymentID: str
    Amount: Decimal
    Date: str = ""


class _Invoice(msgspec.Struct, gc=False):
    InvoiceID: str
    Contact: _Contact
    InvoiceNumber: str = ""
    Reference: str = ""
    Status: str = ""
    CurrencyCode: str = ""
    CurrencyRate: Decimal = Decimal(1)
    DateString: str = ""
    DueDateString: str | None = None
    ExpectedPaymentDateString: str | None = None
    FullyPaidOnDate: str | None = None
    Total: Decimal = Decimal(0)
    AmountDue: Decimal = Decimal(0)
    AmountPaid: Decimal = Decimal(0)
    AmountCredited: Decimal = Decimal(0)
    SentToContact: bool = False
    IsDiscounted: bool = False
    HasAttachments: bool = False
    BrandingThemeID: str = ""
    UpdatedDateUTC: str = ""
    Payments: list[_Payment] = []


class _Page(msgspec.Struct):
    Invoices: list[_Invoice]


def _limit_seconds(database: sqlite3.Connection, body: bytes) -> float:
    """As fast as it can be: the same rows with the same columns and the same durability, from typed records by three
    executemany in one transaction; nothing is decided, checked or compared, and nothing but the key is indexed."""
    decoder = msgspec.json.Decoder(_Page)
    database.executescript("BEGIN; DELETE FROM payment; DELETE FROM invoice; DELETE FROM contact; COMMIT;")
    gc.collect()
    began = perf_counter()
    _write_limit(database, decoder.decode(body).Invoices)
    return perf_counter() - began


LIMIT_TABLES = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
CREATE TABLE contact (id TEXT PRIMARY KEY, organisation INTEGER, name TEXT, chasing INTEGER, created_at TEXT);
CREATE TABLE invoice (id TEXT PRIMARY KEY, organisation INTEGER, contact TEXT, number TEXT, reference TEXT, status TEXT,
  currency TEXT, rate TEXT, issued TEXT, due TEXT, total INTEGER, paid INTEGER, credited INTEGER, amount_due INTEGER,
  in_base INTEGER, is_open INTEGER, paid_on TEXT, is_sent INTEGER, expected TEXT, is_discounted INTEGER, theme TEXT,
  has_attachments INTEGER, updated_at TEXT, stamp INTEGER, created_at TEXT);
CREATE TABLE payment (id TEXT, invoice TEXT, organisation INTEGER, contact TEXT, kind TEXT, paid_on TEXT, amount INTEGER,
  currency TEXT, seen_at TEXT, status TEXT, PRIMARY KEY (id, invoice));
"""


def _write_limit(database: sqlite3.Connection, invoices: list[_Invoice]) -> None:
    now = str(NOON)
    contacts = {i.Contact.ContactID: (i.Contact.ContactID, 1, i.Contact.Name, 1, now) for i in invoices}
    rows = [_limit_row(i, now) for i in invoices]
    payments = [
        (p.PaymentID, i.InvoiceID, 1, i.Contact.ContactID, "payment", p.Date, int(p.Amount * 10_000), i.CurrencyCode, now, "A")
        for i in invoices
        for p in i.Payments
    ]
    database.execute("BEGIN IMMEDIATE")
    for table, values in (("contact", list(contacts.values())), ("invoice", rows), ("payment", payments)):
        marks = ", ".join("?" * len(values[0]))
        database.executemany(f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT DO NOTHING", values)  # noqa: S608
    database.execute("COMMIT")


def _limit_row(i: _Invoice, now: str) -> tuple[object, ...]:
    due, stamp = int(i.AmountDue * 10_000), i.UpdatedDateUTC
    return (
        i.InvoiceID, 1, i.Contact.ContactID, i.InvoiceNumber, i.Reference, i.Status, i.CurrencyCode, str(i.CurrencyRate),
        _day(i.DateString), _day(i.DueDateString), int(i.Total * 10_000), int(i.AmountPaid * 10_000),
        int(i.AmountCredited * 10_000), due, due, int(i.Status == "AUTHORISED" and due > 0), i.FullyPaidOnDate,
        int(i.SentToContact), _day(i.ExpectedPaymentDateString), int(i.IsDiscounted), i.BrandingThemeID,
        int(i.HasAttachments), stamp, int(stamp[6:-7]), now,
    )  # fmt: skip


_OF_CUSTOMER = "organisation, xero_id, name, chasing, created_at"
_OF_INVOICE = (
    "xero_id, organisation, customer, number, reference, status, currency, rate, issued_on, due_on, total, paid, credited,"
    " outstanding, outstanding_base, is_open, paid_on, is_sent, xero_expected_on, is_discounted, branding_theme_id,"
    " has_attachments, xero_updated_at, xero_stamp, created_at"
)
_OF_PAYMENT = "xero_id, invoice, organisation, customer, kind, paid_on, amount, currency, first_seen_at, status"


async def _limit_in_our_tables(organisation_id: int, body: bytes) -> float:
    """The limit once more, where the grids' indexes and the foreign keys are kept as rows come."""
    gc.collect()
    began = perf_counter()
    invoices, now = msgspec.json.Decoder(_Page).decode(body).Invoices, str(NOON)
    names = {i.Contact.ContactID: i.Contact.Name for i in invoices}
    async with transaction():
        await _insert("customer", _OF_CUSTOMER, [(organisation_id, key, name, 1, now) for key, name in names.items()])
        payers = await _ids("customer", organisation_id)
        rows = [_limit_row(i, now) for i in invoices]
        await _insert("invoice", _OF_INVOICE, [(row[0], organisation_id, payers[str(row[2])], *row[3:]) for row in rows])
        ids = await _ids("invoice", organisation_id)
        payments = [
            (p.PaymentID, ids[i.InvoiceID], organisation_id, payers[i.Contact.ContactID], "payment", p.Date,
             int(p.Amount * 10_000), i.CurrencyCode, now, "A")
            for i in invoices
            for p in i.Payments
        ]  # fmt: skip
        await _insert("payment", _OF_PAYMENT, payments)
    return perf_counter() - began


async def _insert(table: str, columns: str, values: Sequence[tuple[object, ...]]) -> None:
    marks = ", ".join(["{}"] * len(values[0]))
    await execute_many(f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING", values)  # noqa: S608


async def _ids(table: str, organisation_id: int) -> dict[str, int]:
    found = await run(f"SELECT xero_id, id FROM {table} WHERE organisation = {{}}", (organisation_id,))  # noqa: S608
    return {row["xero_id"]: row["id"] for row in found}


def _day(text: str | None) -> str | None:
    return date.fromisoformat(text[:10]).isoformat() if text else None


def _sdk_seconds(body: bytes) -> float | None:
    """None where Xero's SDK is not installed (`make bench` installs it)."""
    if importlib.util.find_spec("xero_python") is None:
        return None
    from app.commands.benches.sdk import seconds

    return seconds(body)

"""The limits of G1: a page of invoices brought into SQLite by nothing but msgspec and executemany.

Nothing is decided, checked or compared, nothing but the key is indexed, and no transaction waits for another thread.
"""

import gc
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from time import perf_counter

import msgspec

Row = tuple[object, ...]
Writer = Callable[[sqlite3.Connection, bytes], None]

TABLES = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
CREATE TABLE contact (id TEXT PRIMARY KEY, organisation INTEGER, name TEXT, chasing INTEGER, created_at TEXT);
CREATE TABLE invoice (id TEXT PRIMARY KEY, organisation INTEGER, contact TEXT, number TEXT, reference TEXT, status TEXT,
  currency TEXT, rate TEXT, issued TEXT, due TEXT, total INTEGER, paid INTEGER, credited INTEGER, amount_due INTEGER,
  in_base INTEGER, is_open INTEGER, paid_on TEXT, is_sent INTEGER, expected TEXT, is_discounted INTEGER, theme TEXT,
  has_attachments INTEGER, updated_at TEXT, stamp INTEGER, created_at TEXT);
CREATE TABLE line (id TEXT PRIMARY KEY, invoice TEXT, description TEXT, quantity TEXT, unit INTEGER, amount INTEGER,
  tax INTEGER, tax_type TEXT, account TEXT);
CREATE TABLE payment (id TEXT, invoice TEXT, organisation INTEGER, contact TEXT, kind TEXT, paid_on TEXT, amount INTEGER,
  currency TEXT, seen_at TEXT, status TEXT, PRIMARY KEY (id, invoice));
"""


class _Contact(msgspec.Struct, gc=False):
    ContactID: str = ""
    Name: str = ""


class _Payment(msgspec.Struct, gc=False):
    PaymentID: str
    Amount: Decimal
    Date: str = ""


class _Line(msgspec.Struct, gc=False):
    LineItemID: str = ""
    Description: str = ""
    Quantity: Decimal = Decimal(0)
    UnitAmount: Decimal = Decimal(0)
    LineAmount: Decimal = Decimal(0)
    TaxAmount: Decimal = Decimal(0)
    TaxType: str = ""
    AccountCode: str = ""


class _Invoice(msgspec.Struct, gc=False):
    InvoiceID: str
    Contact: _Contact
    InvoiceNumber: str = ""
    Reference: str = ""
    Status: str = ""
    CurrencyCode: str = ""
    CurrencyRate: Decimal = Decimal(1)
    DateString: datetime | None = None
    DueDateString: datetime | None = None
    ExpectedPaymentDateString: datetime | None = None
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


class _WithLines(_Invoice, gc=False):
    LineItems: list[_Line] = []


class _WithPayments(_Invoice, gc=False):
    Payments: list[_Payment] = []


class _PageWithLines(msgspec.Struct):
    Invoices: list[_WithLines]


class _PageWithPayments(msgspec.Struct):
    Invoices: list[_WithPayments]


_with_lines = msgspec.json.Decoder(_PageWithLines)
_with_payments = msgspec.json.Decoder(_PageWithPayments)


def seconds(database: sqlite3.Connection, body: bytes, write: Writer) -> float:
    """Of one page; the tables are emptied before it, which does not count."""
    database.executescript("BEGIN; DELETE FROM line; DELETE FROM payment; DELETE FROM invoice; DELETE FROM contact; COMMIT;")
    gc.collect()
    began = perf_counter()
    write(database, body)
    return perf_counter() - began


def contacts_invoices_lines(database: sqlite3.Connection, body: bytes) -> None:
    """The limit by which G1 is measured: typed records with Decimal and dates; contacts, invoices, lines."""
    invoices = _with_lines.decode(body).Invoices
    lines = [
        (each.LineItemID, i.InvoiceID, each.Description, str(each.Quantity), int(each.UnitAmount * 10_000),
         int(each.LineAmount * 10_000), int(each.TaxAmount * 10_000), each.TaxType, each.AccountCode)
        for i in invoices
        for each in i.LineItems
    ]  # fmt: skip
    _write(database, invoices, ("line", lines))


def our_rows(database: sqlite3.Connection, body: bytes) -> None:
    """Leaner: the rows that we keep, which are payments and no lines."""
    invoices, now = _with_payments.decode(body).Invoices, _now()
    payments = [
        (p.PaymentID, i.InvoiceID, 1, i.Contact.ContactID, "payment", p.Date, int(p.Amount * 10_000), i.CurrencyCode, now, "A")
        for i in invoices
        for p in i.Payments
    ]
    _write(database, invoices, ("payment", payments))


def _write(database: sqlite3.Connection, invoices: Sequence[_Invoice], last: tuple[str, Sequence[Row]]) -> None:
    now = _now()
    contacts = {i.Contact.ContactID: (i.Contact.ContactID, 1, i.Contact.Name, 1, now) for i in invoices}
    rows = [_row(i, now) for i in invoices]
    database.execute("BEGIN IMMEDIATE")
    for table, values in (("contact", list(contacts.values())), ("invoice", rows), last):
        marks = ", ".join("?" * len(values[0]))
        database.executemany(f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT DO NOTHING", values)  # noqa: S608
    database.execute("COMMIT")


def _now() -> str:
    return "2026-11-30 12:00:00+00:00"


def _row(i: _Invoice, now: str) -> Row:
    due, stamp = int(i.AmountDue * 10_000), i.UpdatedDateUTC
    return (
        i.InvoiceID, 1, i.Contact.ContactID, i.InvoiceNumber, i.Reference, i.Status, i.CurrencyCode, str(i.CurrencyRate),
        _day(i.DateString), _day(i.DueDateString), int(i.Total * 10_000), int(i.AmountPaid * 10_000),
        int(i.AmountCredited * 10_000), due, due, int(i.Status == "AUTHORISED" and due > 0), i.FullyPaidOnDate,
        int(i.SentToContact), _day(i.ExpectedPaymentDateString), int(i.IsDiscounted), i.BrandingThemeID,
        int(i.HasAttachments), stamp, int(stamp[6:-7]), now,
    )  # fmt: skip


def _day(instant: datetime | None) -> str | None:
    return instant.date().isoformat() if instant else None

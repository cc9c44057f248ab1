"""A customer known from the demo ledger, with something planted in every table that can hold anything of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from piccolo.columns import JSON, Date, Text, Timestamptz, Varchar

from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.outbox.file_actions import keep
from app.piccolo_app import TABLES
from app.privacy.holdings import FILES, HOLDINGS, MENTIONS
from tests import cast
from tests.web.conftest import application, client, htmx, meridian, sign_in
from tests.xero_rig import Rig, firm, synced

__all__ = ["application", "client", "firm", "htmx", "meridian", "sign_in", "synced"]
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
CODES = frozenset(
    """
    state kind source hold act push outcome currency rate status resource trigger stage xero_id merged_to_xero_id
    language stop sender_kind approval_why fingerprint unique_key key shipped_as month file_hash token_hash
    branding_theme_id doubted_account list_name claimed_by token_sealed portal_token_sealed
    """.split()  # noqa: SIM905  a list of words reads better than one of strings
)
"""Columns that hold one of a few words, or a key: no text of anybody's."""

LISTS = {"attachments": '[{{"hash": "{hash}", "name": "{mark}.pdf", "media_type": "application/pdf", "size": 9}}]'}
OBJECTS = frozenset({"facts", "before", "headers", "outstanding", "overdue", "changed"})
KEEPS = {"customer": ("name", "email", "phones", "addresses"), "invoice": ("number",)}
"""What came from the ledger and is looked for itself, or may stay."""


@pytest.fixture
async def rig(database: Any) -> AsyncIterator[Rig]:
    """A small ledger: it is read again and again."""
    made = Rig(customers=4, invoices=16)
    yield made
    await made.close()


@pytest.fixture
async def borealis(firm: cast.Firm) -> cast.Firm:
    """The business that is connected is the one that people sign in to."""
    return firm


@dataclass
class Planted:
    """`marks`: every text that was planted, by table and column; `file`: what stands in the papers."""

    firm: cast.Firm
    customer: Customer
    marks: dict[str, str] = field(default_factory=dict)
    file: bytes = b""
    hashes: dict[str, str] = field(default_factory=dict)


@pytest.fixture
async def planted(synced: cast.Firm) -> Planted:
    """The customer with the most invoices."""
    most = await Invoice.raw(
        "SELECT customer, COUNT(*) AS n FROM invoice WHERE is_open GROUP BY customer ORDER BY n DESC, customer LIMIT 1"
    )
    customer = await Customer.objects().get(Customer.id == most[0]["customer"])
    assert customer is not None
    found = Planted(synced, customer)
    names = [each.table for each in reversed(HOLDINGS)]
    for name in names:
        await _plant(found, name)
    for name in MENTIONS:
        await _mention(found, name)
    return found


async def _plant(found: Planted, name: str) -> None:
    """A row of the table that is the customer's, with a mark in every text; the customer and an invoice have theirs."""
    table = next(each for each in TABLES if each._meta.tablename == name)
    invoice = await Invoice.objects().where(Invoice.customer == found.customer.id).order_by(Invoice.id).first()
    if name in FILES:
        found.hashes[name] = await keep(f"%PDF paper of {name}".encode(), "application/pdf", AT)
    values = {each._meta.name: _value(found, name, each) for each in table._meta.columns if _is_text(each, name)}
    if name in ("customer", "invoice", "customer_summary"):
        await _write_over(table, values, found, invoice)
        return
    keys = {"organisation": found.firm.id, "organisation_id": found.firm.id, "customer": found.customer.id}
    keys |= {"customer_id": found.customer.id, "invoice": invoice.id, "invoice_id": invoice.id, "entry_id": 1}
    keys |= {"message_id": await _id_of("message"), "message": await _id_of("message"), "reminder": await _id_of("reminder")}
    keys |= {"xero_id": found.customer.xero_id, "file_hash": found.hashes.get(name, ""), "state": "sent", "kind": "normal"}
    keys |= {"template_id": 1, "token_hash": "t" * 64, "month": "2026-10", "occurrence": 7}
    known = {each._meta.name for each in table._meta.columns}
    row = table(**{**values, **{key: value for key, value in keys.items() if key in known}})
    if name == "expected_date":
        await table.delete().where(table._meta.get_column_by_name("invoice") == invoice.id)
    if name == "outlook":
        await table.delete().where(table._meta.get_column_by_name("invoice") == invoice.id)
    await row.save()


async def _write_over(table: Any, values: dict[str, Any], found: Planted, invoice: Invoice) -> None:
    rows = {
        "customer": table._meta.primary_key == found.customer.id,
        "invoice": table._meta.primary_key == invoice.id,
        "customer_summary": table._meta.columns[1] == found.customer.id,
    }
    await table.update(values).where(rows[table._meta.tablename])


async def _id_of(name: str) -> int | None:
    table = next(each for each in TABLES if each._meta.tablename == name)
    row = await table.select(table._meta.primary_key).order_by(table._meta.primary_key, ascending=False).first()
    return row["id"] if row else None


def _is_text(column: Any, table: str) -> bool:
    name = column._meta.name
    is_kept = name in CODES or _is_key(name) or name in KEEPS.get(table, ())
    return isinstance(column, Varchar | Text | JSON | Date | Timestamptz) and not is_kept


def _is_key(name: str) -> bool:
    return name == "id" or name.endswith("_id")


def _value(found: Planted, table: str, column: Any) -> Any:
    name = column._meta.name
    if isinstance(column, Date):
        return date(2026, 11, 20) if not name.endswith("until_on") else None
    if isinstance(column, Timestamptz):
        return None if name in ("erased_at", "emptied_at", "reconsider_at", "resolved_at") else AT
    if isinstance(column, Varchar) and column.length < 10:
        return ""
    mark = f"Zq{len(found.marks):03}x"
    if name == "phones":
        return f'[{{"kind": "default", "number": "{mark}"}}]' if table != "customer" else "[]"
    if isinstance(column, JSON) and name in ("addresses", "steps", "behind", "invoice_ids", "examples", "despite", *OBJECTS):
        if name in OBJECTS:
            return "{}"
        return "[]"
    found.marks[f"{table}.{name}"] = mark
    if name in LISTS:
        return LISTS[name].format(hash=found.hashes[table], mark=mark)
    return f'["{mark}"]' if isinstance(column, JSON) else mark


async def _mention(found: Planted, name: str) -> None:
    """A row that is nobody's in particular, in whose texts the customer is named."""
    table = next(each for each in TABLES if each._meta.tablename == name)
    here, columns = MENTIONS[name]
    texts: dict[str, Any] = {}
    for column in columns:
        mark = f"Zq{len(found.marks):03}x"
        found.marks[f"mentions {name}.{column}"] = mark
        said = f"{mark} {found.customer.name}"
        is_json = isinstance(table._meta.get_column_by_name(column), JSON)
        texts[column] = (
            f'["{said}"]' if is_json else said[: getattr(table._meta.get_column_by_name(column), "length", None) or 200]
        )
    known = {each._meta.name for each in table._meta.columns}
    further = {"kind": "system", "state": "done", "list_name": "customers", "fingerprint": "other"}
    await table(**{here: found.firm.id, **texts, **{k: v for k, v in further.items() if k in known}}).save()

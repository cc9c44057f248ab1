"""The statements that bring Xero's rows into our tables, the same text on both databases; `{}` marks each value.

They write Xero's columns only: what we keep beside them (chasing, excluded, schedules) is never touched.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from app.xero.decide import CreditFacts, InvoiceFacts, PaymentFacts
from app.xero.people import CustomerFacts, RecipientFacts

_CUSTOMER = "(SELECT id FROM customer WHERE organisation = {} AND xero_id = {})"
_INVOICE = "(SELECT id FROM invoice WHERE organisation = {} AND xero_id = {})"
_PAYER = "(SELECT customer FROM invoice WHERE organisation = {} AND xero_id = {})"


def _names(kind: type[msgspec.Struct], skip: int = 0) -> tuple[str, ...]:
    return kind.__struct_fields__[skip:]


def _upsert(table: str, values: Sequence[tuple[str, str]], key: Sequence[str], once: Sequence[str] = ()) -> str:
    """`values`: column and expression; columns in `once` are written only when the row is new."""
    columns = ", ".join(name for name, _ in values)
    expressions = ", ".join(expression for _, expression in values)
    updates = ", ".join(f"{name} = excluded.{name}" for name, _ in values if name not in (*key, *once))
    conflict = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {updates}"
    return f"INSERT INTO {table} ({columns}) VALUES ({expressions}) {conflict}"  # noqa: S608  names of our own columns


def _plain(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, "{}") for name in names]


IN_XERO = ("organisation", "xero_id")

CUSTOMER = _upsert(
    "customer",
    [("organisation", "{}"), *_plain(_names(CustomerFacts)), ("chasing", "{}"), ("created_at", "{}")],
    IN_XERO,
    once=("chasing", "created_at"),
)
UNKNOWN_CUSTOMER = (
    "INSERT INTO customer (organisation, xero_id, name, chasing, created_at) VALUES ({}, {}, {}, {}, {})"
    " ON CONFLICT (organisation, xero_id) DO NOTHING"
)
RECIPIENT = (
    f"INSERT INTO recipient (customer, email, name, kind, source) VALUES ({_CUSTOMER}, {{}}, {{}}, {{}}, {{}})"  # noqa: S608
    " ON CONFLICT (customer, email) DO UPDATE SET name = excluded.name, source = excluded.source,"
    " kind = CASE WHEN recipient.is_kind_chosen THEN recipient.kind ELSE excluded.kind END"
    " WHERE recipient.source <> 'here'"
)
INVOICE = _upsert(
    "invoice",
    [("organisation", "{}"), ("customer", _CUSTOMER), *_plain(_names(InvoiceFacts, 1)), ("created_at", "{}")],
    IN_XERO,
    once=("created_at",),
)
PAYMENT = _upsert(
    "payment",
    [
        ("organisation", "{}"),
        ("invoice", _INVOICE),
        ("customer", _PAYER),
        *_plain(_names(PaymentFacts, 1)),
        ("status", "'AUTHORISED'"),
        ("first_seen_at", "{}"),
    ],
    ("organisation", "xero_id", "invoice"),
    once=("first_seen_at",),
)
PAYMENTS_GONE = (
    "UPDATE payment SET status = 'DELETED' WHERE invoice ="  # noqa: S608
    f" {_INVOICE}"
)
CREDIT = _upsert(
    "credit",
    [("organisation", "{}"), ("customer", _CUSTOMER), *_plain(_names(CreditFacts, 1))],
    IN_XERO,
)
EXPECTED = (
    "INSERT INTO expected_date (organisation, invoice, expected_on, source, set_by, set_at, push)"  # noqa: S608
    f" VALUES ({{}}, {_INVOICE}, {{}}, 'xero', 'Xero', {{}}, 'none') ON CONFLICT (invoice) DO NOTHING"
)

Row = tuple[Any, ...]


def customer_rows(organisation: int, facts: Iterable[CustomerFacts], chasing: bool, now: datetime) -> list[Row]:
    return [(organisation, *msgspec.structs.astuple(each), chasing, now) for each in facts]


def unknown_rows(organisation: int, names: dict[str, str], chasing: bool, now: datetime) -> list[Row]:
    return [(organisation, xero_id, name, chasing, now) for xero_id, name in names.items()]


def recipient_rows(organisation: int, facts: Iterable[RecipientFacts]) -> list[Row]:
    return [(organisation, *msgspec.structs.astuple(each)) for each in facts]


def invoice_rows(organisation: int, facts: Iterable[InvoiceFacts], now: datetime) -> list[Row]:
    return [(organisation, organisation, *msgspec.structs.astuple(each), now) for each in facts]


def payment_rows(organisation: int, facts: Iterable[PaymentFacts], now: datetime) -> list[Row]:
    here = organisation
    return [
        (here, here, each.invoice_xero_id, here, *msgspec.structs.astuple(each), now)
        for each in facts
    ]  # fmt: skip


def credit_rows(organisation: int, facts: Iterable[CreditFacts]) -> list[Row]:
    return [(organisation, organisation, *msgspec.structs.astuple(each)) for each in facts]


def expected_rows(organisation: int, facts: Iterable[InvoiceFacts]) -> list[Row]:
    return [
        (organisation, organisation, each.xero_id, each.xero_expected_on, each.xero_updated_at)
        for each in facts
        if each.xero_expected_on is not None
    ]

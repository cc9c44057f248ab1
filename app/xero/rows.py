"""The statements that bring Xero's rows into our tables, the same text on both databases; `{}` marks each value.

They write Xero's columns only: what we keep beside them (chasing, excluded, schedules) is never touched.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import repeat
from typing import Any

import msgspec

from app.xero.decide import CreditFacts, InvoiceFacts, PaymentFacts
from app.xero.people import CustomerFacts, RecipientFacts

_CUSTOMER = "(SELECT id FROM customer WHERE organisation = {} AND xero_id = {})"
_INVOICE = "(SELECT id FROM invoice WHERE organisation = {} AND xero_id = {})"


def _names(kind: type[msgspec.Struct], skip: int = 0) -> tuple[str, ...]:
    return kind.__struct_fields__[skip:]


class Statement(msgspec.Struct, frozen=True):
    """Two ways to store the same values: `insert` leaves a row that is here already as it is, `upsert` renews it."""

    insert: str
    upsert: str


def _statement(
    table: str, values: Sequence[tuple[str, str]], key: Sequence[str], once: Sequence[str] = (), source: str = ""
) -> Statement:
    """`values`: column and expression; columns in `once` are written only when the row is new. `source`: the FROM and
    WHERE of a select that gives the row."""
    columns = ", ".join(name for name, _ in values)
    expressions = ", ".join(expression for _, expression in values)
    updates = ", ".join(f"{name} = excluded.{name}" for name, _ in values if name not in (*key, *once))
    given = f"SELECT {expressions} {source}" if source else f"VALUES ({expressions})"
    begin = f"INSERT INTO {table} ({columns}) {given} ON CONFLICT ({', '.join(key)}) DO"
    return Statement(f"{begin} NOTHING", f"{begin} UPDATE SET {updates}")


def _plain(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, "{}") for name in names]


IN_XERO = ("organisation", "xero_id")

CUSTOMER = _statement(
    "customer",
    [("organisation", "{}"), *_plain(_names(CustomerFacts)), ("chasing", "{}"), ("created_at", "{}")],
    IN_XERO,
    once=("chasing", "created_at"),
)
UNKNOWN_CUSTOMER = ("organisation", "xero_id", "name", "chasing", "created_at")
RECIPIENT = (
    f"INSERT INTO recipient (customer, email, name, kind, source) VALUES ({_CUSTOMER}, {{}}, {{}}, {{}}, {{}})"  # noqa: S608
    " ON CONFLICT (customer, email) DO UPDATE SET name = excluded.name, source = excluded.source,"
    " kind = CASE WHEN recipient.is_kind_chosen THEN recipient.kind ELSE excluded.kind END"
    " WHERE recipient.source <> 'here'"
)
INVOICE = _statement(
    "invoice",
    [("organisation", "{}"), ("customer", "{}"), *_plain(_names(InvoiceFacts, 1)), ("created_at", "{}")],
    IN_XERO,
    once=("created_at",),
)
PAYMENT = _statement(
    "payment",
    [
        ("organisation", "{}"),
        *_plain(_names(PaymentFacts, 1)),
        ("first_seen_at", "{}"),
        ("status", "'AUTHORISED'"),
        ("invoice", "id"),
        ("customer", "customer"),
    ],
    ("organisation", "xero_id", "invoice"),
    once=("first_seen_at",),
    source="FROM invoice WHERE organisation = {} AND xero_id = {}",
)
PAYMENTS_GONE = (
    "UPDATE payment SET status = 'DELETED', customer = (SELECT customer FROM invoice WHERE id = payment.invoice)"  # noqa: S608
    f" WHERE invoice = {_INVOICE}"
)
CREDIT = _statement(
    "credit",
    [("organisation", "{}"), ("customer", _CUSTOMER), *_plain(_names(CreditFacts, 1))],
    IN_XERO,
)
EXPECTED = (
    "INSERT INTO expected_date (organisation, invoice, expected_on, source, set_by, set_at, push)"  # noqa: S608
    f" VALUES ({{}}, {_INVOICE}, {{}}, 'xero', 'Xero', {{}}, 'none') ON CONFLICT (invoice) DO NOTHING"
)

Row = tuple[Any, ...]
_AsText = Callable[[Any], str | int | None]


def customer_rows(organisation: int, facts: Iterable[CustomerFacts], chasing: bool, now: datetime) -> list[Row]:
    return [(organisation, *msgspec.structs.astuple(each), chasing, now) for each in facts]


def unknown_rows(organisation: int, names: dict[str, str], chasing: bool, now: datetime, *, as_text: bool) -> list[Row]:
    """`as_text`: values as SQLite's columns hold them."""
    seen_at = str(now) if as_text else now
    return [(organisation, xero_id, name, int(chasing) if as_text else chasing, seen_at) for xero_id, name in names.items()]


def recipient_rows(organisation: int, facts: Iterable[RecipientFacts]) -> list[Row]:
    return [(organisation, *msgspec.structs.astuple(each)) for each in facts]


def invoice_rows(
    organisation: int, facts: Sequence[InvoiceFacts], customers: dict[str, int], now: datetime, *, as_text: bool
) -> list[Row]:
    """`customers`: our ids by Xero's. `as_text`: values as SQLite's columns hold them."""
    if not facts:
        return []
    payers, *columns = _columns(facts, _INVOICE_KINDS if as_text else {})
    seen_at = str(now) if as_text else now
    return list(zip(repeat(organisation), map(customers.__getitem__, payers), *columns, repeat(seen_at)))


def payment_rows(organisation: int, facts: Sequence[PaymentFacts], now: datetime, *, as_text: bool) -> list[Row]:
    if not facts:
        return []
    invoices, *columns = _columns(facts, _PAYMENT_KINDS if as_text else {})
    seen_at = str(now) if as_text else now
    return list(zip(repeat(organisation), *columns, repeat(seen_at), repeat(organisation), invoices))


def _columns(facts: Sequence[msgspec.Struct], kinds: Mapping[int, _AsText]) -> list[Iterable[Any]]:
    """Values column by column, as the driver keeps them. Left to SQLite's adapters, a page's days and yes-or-noes cost
    more than its rows."""
    columns: list[Iterable[Any]] = list(zip(*map(msgspec.structs.astuple, facts), strict=True))
    for place, as_text in kinds.items():
        columns[place] = map(as_text, columns[place])
    return columns


@lru_cache(maxsize=4096)
def _day_text(day: date | None) -> str | None:
    """A page of invoices shares a few hundred days."""
    return day.isoformat() if day else None


def _instant_text(instant: datetime | None) -> str | None:
    return instant.isoformat(" ") if instant else None


def _kinds(kind: type[msgspec.Struct]) -> dict[int, _AsText]:
    """Of the fields that SQLite's driver would adapt: how each is written, by its place."""
    texts: dict[object, _AsText] = {date | None: _day_text, datetime | None: _instant_text, bool: int}
    fields = enumerate(msgspec.structs.fields(kind))
    return {place: texts[field.type] for place, field in fields if field.type in texts}


_INVOICE_KINDS, _PAYMENT_KINDS = _kinds(InvoiceFacts), _kinds(PaymentFacts)


def credit_rows(organisation: int, facts: Iterable[CreditFacts]) -> list[Row]:
    return [(organisation, organisation, *msgspec.structs.astuple(each)) for each in facts]


def expected_rows(organisation: int, facts: Iterable[InvoiceFacts]) -> list[Row]:
    return [
        (organisation, organisation, each.xero_id, each.xero_expected_on, each.xero_updated_at)
        for each in facts
        if each.xero_expected_on is not None
    ]

"""Reads what happened on a customer's account, and with what its last statement closed."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from app.database import fetch
from app.money import amount
from app.statements.activity import Entry
from components.format import as_day

WORDS = {
    "invoice": "Invoice {}",
    "payment": "Payment for {}",
    "write_off": "Written off: {}",
    "credit_note": "Credit note {}",
    "prepayment": "Prepayment {}",
    "overpayment": "Overpayment {}",
}

# A credit counts when it was given; that it was put against an invoice later changes no balance. Where Xero named it on
# an invoice alone, it counts there.
_ENTRIES = """
SELECT issued_on AS day, 'invoice' AS kind, number, currency, total AS amount FROM invoice
WHERE customer = {} AND issued_on > {} AND status IN ('AUTHORISED', 'PAID')
UNION ALL
SELECT p.paid_on, CASE WHEN p.is_write_off = TRUE THEN 'write_off' ELSE p.kind END, i.number, p.currency, -p.amount
FROM payment p JOIN invoice i ON i.id = p.invoice
WHERE i.customer = {} AND p.paid_on > {} AND p.status <> 'DELETED' AND i.status IN ('AUTHORISED', 'PAID')
AND (p.kind = 'payment' OR NOT EXISTS (SELECT 1 FROM credit k WHERE k.organisation = p.organisation AND k.xero_id = p.xero_id
  AND k.status IN ('AUTHORISED', 'PAID')))
UNION ALL
SELECT issued_on, kind, number, currency, -total FROM credit
WHERE customer = {} AND issued_on > {} AND status IN ('AUTHORISED', 'PAID')
"""


class LastStatement(Struct, frozen=True):
    """`closing` by currency; None for one made before that was kept."""

    as_of_on: date
    closing: Mapping[str, Decimal] | None


async def entries_after(customer_id: int, since_on: date) -> list[Entry]:
    rows = await fetch(_ENTRIES, *(customer_id, since_on) * 3)
    return [_entry(row["kind"], row["number"], row["currency"], row["amount"], as_day(row["day"])) for row in rows]


def _entry(kind: str, number: str, currency: str, stored: int, on: date | None) -> Entry:
    assert on is not None  # what has no day lies before every day
    return Entry(on, WORDS.get(kind, "Credit {}").format(number).strip(), number, currency, amount(stored))


async def last_statement(customer_id: int, month: str, before_on: date) -> LastStatement | None:
    """The last that went or is about to, of an earlier month than `month` (YYYY-MM), or, where that is empty, of an
    earlier day."""
    rows = await fetch(
        "SELECT s.as_of_on, s.closing FROM statement s LEFT JOIN message m ON m.id = s.message_id"
        " WHERE s.customer = {} AND COALESCE(m.state, '') NOT IN ('failed', 'cancelled')"
        " AND (s.month < {} OR ({} = '' AND s.as_of_on < {})) ORDER BY s.as_of_on DESC LIMIT 1",
        customer_id,
        month,
        month,
        before_on,
    )
    if not rows:
        return None
    kept: dict[str, int] = json.loads(rows[0]["closing"] or "{}")
    closing = {currency: amount(stored) for currency, stored in kept.items()} if rows[0]["closing"] else None
    return LastStatement(as_day(rows[0]["as_of_on"]) or before_on, closing)

"""Reads the emails that chased, and what customers paid."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.database import fetch
from app.money import amount, in_base
from app.reports.brought_in import CREDITED_DAYS, Gone, Receipt
from components.format import as_day

_GONE = """
SELECT m.id, m.claimed_at, m.customer_id, r.template_name, ri.invoice, ri.amount, i.rate FROM message m
JOIN reminder r ON r.message = m.id JOIN reminder_invoice ri ON ri.reminder = r.id AND ri.occurrence > 0
JOIN invoice i ON i.id = ri.invoice
WHERE m.organisation_id = {} AND m.state = 'sent' AND m.kind IN ('reminder', 'chase_now') AND m.claimed_at >= {}
"""
_RECEIPTS = """
SELECT p.invoice, p.paid_on, p.amount, i.rate FROM payment p JOIN invoice i ON i.id = p.invoice
WHERE p.organisation = {} AND p.paid_on >= {} AND p.kind = 'payment' AND p.is_write_off = FALSE AND p.status <> 'DELETED'
AND EXISTS (SELECT 1 FROM reminder_invoice ri WHERE ri.invoice = p.invoice)
"""


async def chased_since(organisation_id: int, since: date, zone: ZoneInfo) -> list[Gone]:
    """Emails that went from that day on, each on the organisation's own day."""
    lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in await fetch(_GONE, organisation_id, datetime.combine(since, time.min, zone)):
        lines[row["id"]].append(row)
    return [_gone(rows, zone) for rows in lines.values()]


def _gone(rows: list[dict[str, Any]], zone: ZoneInfo) -> Gone:
    first = rows[0]
    asked = sum((in_base(amount(row["amount"]), Decimal(row["rate"])) for row in rows), Decimal(0))
    invoices = tuple(row["invoice"] for row in rows)
    on = _instant(first["claimed_at"]).astimezone(zone).date()
    return Gone(first["id"], first["template_name"] or "Reminder", on, first["customer_id"], invoices, asked)


def _instant(value: datetime | str) -> datetime:
    """SQLite answers text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


async def receipts_since(organisation_id: int, since: date) -> list[Receipt]:
    """Of invoices that somebody was ever reminded of."""
    rows = await fetch(_RECEIPTS, organisation_id, since)
    return [
        Receipt(row["invoice"], as_day(row["paid_on"]) or since, in_base(amount(row["amount"]), Decimal(row["rate"])))
        for row in rows
    ]


def reading_from(since: date) -> date:
    """Emails that may have brought in what came from that day on."""
    return since - timedelta(days=CREDITED_DAYS)

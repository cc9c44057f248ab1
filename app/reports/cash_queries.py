"""Reads what is outstanding with what says when it may come."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from app.database import fetch
from app.money import amount, in_base
from app.reports.cash import Owed
from components.format import as_day

_OPEN = """
SELECT COUNT(*) AS number, SUM(i.outstanding_base) AS value, e.expected_on, i.due_on, s.days_late
FROM invoice i LEFT JOIN expected_date e ON e.invoice = i.id LEFT JOIN customer_summary s ON s.customer = i.customer
WHERE i.organisation = {} AND i.is_open = TRUE GROUP BY e.expected_on, i.due_on, s.days_late
"""
_DISPUTED = """
SELECT d.invoice, d.amount, i.outstanding, i.outstanding_base, i.rate, e.expected_on, i.due_on, s.days_late
FROM dispute d JOIN invoice i ON i.id = d.invoice LEFT JOIN expected_date e ON e.invoice = i.id
LEFT JOIN customer_summary s ON s.customer = i.customer
WHERE d.organisation = {} AND d.resolved_at IS NULL AND i.is_open = TRUE
"""
Alike = tuple[date | None, date | None, int | None]


async def owed_by(organisation_id: int) -> list[Owed]:
    disputed = await _disputed(organisation_id)
    found = []
    for row in await fetch(_OPEN, organisation_id):
        alike = as_day(row["expected_on"]), as_day(row["due_on"]), row["days_late"]
        found.append(Owed(int(row["number"]), amount(row["value"]), *alike, disputed.get(alike, Decimal(0))))
    return found


async def _disputed(organisation_id: int) -> dict[Alike, Decimal]:
    """In base currency; of each invoice never more than it owes."""
    of_invoice: dict[int, Decimal] = defaultdict(Decimal)
    facts: dict[int, tuple[Decimal, Alike]] = {}
    for row in await fetch(_DISPUTED, organisation_id):
        part = row["outstanding"] if row["amount"] is None else row["amount"]
        of_invoice[row["invoice"]] += in_base(amount(part), Decimal(row["rate"]))
        alike = as_day(row["expected_on"]), as_day(row["due_on"]), row["days_late"]
        facts[row["invoice"]] = amount(row["outstanding_base"]), alike
    found: dict[Alike, Decimal] = defaultdict(Decimal)
    for invoice, value in of_invoice.items():
        owed, alike = facts[invoice]
        found[alike] += min(value, owed)
    return found

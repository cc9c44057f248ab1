"""Reads what was owed on a day."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.database import fetch
from app.money import amount
from app.reports.aged import Aged

# What an invoice owed then is what it owes now and what came in since, and never more than its total.
_OWED = """
SELECT i.customer, i.currency, i.rate, i.due_on, CASE WHEN i.outstanding + COALESCE(p.since, 0) > i.total THEN i.total
  ELSE i.outstanding + COALESCE(p.since, 0) END AS owed
FROM invoice i LEFT JOIN (SELECT invoice, SUM(amount) AS since FROM payment
  WHERE organisation = {} AND status <> 'DELETED' AND paid_on > {} GROUP BY invoice) p ON p.invoice = i.id
WHERE i.organisation = {} AND i.status IN ('AUTHORISED', 'PAID') AND (i.issued_on IS NULL OR i.issued_on <= {})
  AND (i.outstanding > 0 OR p.since > 0)
"""
_NOW = """
SELECT customer, currency, rate, due_on, outstanding AS owed FROM invoice WHERE organisation = {} AND is_open = TRUE
"""
_BY_AGE = """
SELECT o.customer, c.name, o.currency, o.rate,
       SUM(CASE WHEN o.due_on IS NULL OR o.due_on >= {{}} THEN o.owed ELSE 0 END) AS band0,
       SUM(CASE WHEN o.due_on < {{}} AND o.due_on >= {{}} THEN o.owed ELSE 0 END) AS band1,
       SUM(CASE WHEN o.due_on < {{}} AND o.due_on >= {{}} THEN o.owed ELSE 0 END) AS band2,
       SUM(CASE WHEN o.due_on < {{}} AND o.due_on >= {{}} THEN o.owed ELSE 0 END) AS band3,
       SUM(CASE WHEN o.due_on < {{}} THEN o.owed ELSE 0 END) AS band4
FROM ({owed}) o JOIN customer c ON c.id = o.customer GROUP BY o.customer, c.name, o.currency, o.rate
"""
_CREDITS = """
SELECT k.customer, c.name, k.currency, k.rate, SUM(k.remaining) AS credit FROM credit k JOIN customer c ON c.id = k.customer
WHERE k.organisation = {} AND k.remaining > 0 AND k.status IN ('AUTHORISED', 'PAID')
GROUP BY k.customer, c.name, k.currency, k.rate
"""
NOTHING = (Decimal(0),) * 5


async def aged_on(organisation_id: int, on: date, today: date) -> list[Aged]:
    """Overdue starts the day after the due date. Today with what is not set against an invoice yet."""
    a, b, c = (on - timedelta(days=days) for days in (30, 60, 90))
    bands = (on, on, a, a, b, b, c, c)
    if on >= today:
        rows = await fetch(_BY_AGE.format(owed=_NOW), *bands, organisation_id)
        return [*map(_aged, rows), *[_credit(row) for row in await fetch(_CREDITS, organisation_id)]]
    rows = await fetch(_BY_AGE.format(owed=_OWED), *bands, organisation_id, on, organisation_id, on)
    return [_aged(row) for row in rows]


def _aged(row: dict[str, Any]) -> Aged:
    sums = tuple(amount(row[f"band{place}"]) for place in range(5))
    return Aged(row["customer"], row["name"], row["currency"], Decimal(row["rate"]), sums)


def _credit(row: dict[str, Any]) -> Aged:
    return Aged(row["customer"], row["name"], row["currency"], Decimal(row["rate"]), NOTHING, amount(row["credit"]))

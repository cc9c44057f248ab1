"""Reads what was owed on a day."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.database import fetch
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
SELECT o.customer, o.currency, o.rate,
       SUM(CASE WHEN o.due_on IS NULL OR o.due_on >= {{}} THEN o.owed ELSE 0 END) AS band0,
       SUM(CASE WHEN o.due_on < {{}} AND o.due_on >= {{}} THEN o.owed ELSE 0 END) AS band1,
       SUM(CASE WHEN o.due_on < {{}} AND o.due_on >= {{}} THEN o.owed ELSE 0 END) AS band2,
       SUM(CASE WHEN o.due_on < {{}} AND o.due_on >= {{}} THEN o.owed ELSE 0 END) AS band3,
       SUM(CASE WHEN o.due_on < {{}} THEN o.owed ELSE 0 END) AS band4
FROM ({owed}) o GROUP BY o.customer, o.currency, o.rate
"""
_CREDITS = """
SELECT k.customer, k.currency, k.rate, SUM(k.remaining) AS credit FROM credit k
WHERE k.organisation = {} AND k.remaining > 0 AND k.status IN ('AUTHORISED', 'PAID')
GROUP BY k.customer, k.currency, k.rate
"""
# Joined to each invoice they would be carried through its sorting.
_NAMES = "SELECT id, name FROM customer WHERE organisation = {}"
NOTHING = (0,) * 5


async def aged_on(organisation_id: int, on: date, today: date) -> list[Aged]:
    """Overdue starts the day after the due date. Today with what is not set against an invoice yet."""
    a, b, c = (on - timedelta(days=days) for days in (30, 60, 90))
    bands = (on, on, a, a, b, b, c, c)
    names = {row["id"]: row["name"] for row in await fetch(_NAMES, organisation_id)}
    if on >= today:
        rows = await fetch(_BY_AGE.format(owed=_NOW), *bands, organisation_id)
        credits = await fetch(_CREDITS, organisation_id)
        return [*(_aged(row, names) for row in rows), *(_credit(row, names) for row in credits)]
    rows = await fetch(_BY_AGE.format(owed=_OWED), *bands, organisation_id, on, organisation_id, on)
    return [_aged(row, names) for row in rows]


def _aged(row: dict[str, Any], names: dict[int, str]) -> Aged:
    sums = (int(row["band0"]), int(row["band1"]), int(row["band2"]), int(row["band3"]), int(row["band4"]))
    return Aged(row["customer"], names[row["customer"]], row["currency"], Decimal(row["rate"]), sums)


def _credit(row: dict[str, Any], names: dict[int, str]) -> Aged:
    customer = row["customer"]
    return Aged(customer, names[customer], row["currency"], Decimal(row["rate"]), NOTHING, int(row["credit"]))

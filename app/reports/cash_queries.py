"""Reads what is outstanding with what says when it may come."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from app.database import fetch, is_sqlite
from app.money import amount, in_base
from app.reports.cash import Owed
from components.format import as_day

_LATE_BY = {
    True: "date(i.due_on, '+' || MAX(COALESCE(s.days_late, 0), 0) || ' days')",
    False: "i.due_on + GREATEST(COALESCE(s.days_late, 0), 0)",
}
"""The due date moved by the customer's habit, which is never early: so that all invoices of one day are one row. SQLite
adds days by words."""
_OPEN = """
SELECT COUNT(*) AS number, SUM(i.outstanding_base) AS value, e.expected_on,
       CASE WHEN e.expected_on IS NULL THEN {late_by} END AS by_habit
FROM invoice i LEFT JOIN expected_date e ON e.invoice = i.id LEFT JOIN customer_summary s ON s.customer = i.customer
WHERE i.organisation = {{}} AND i.is_open = TRUE GROUP BY 3, 4
"""
_DISPUTED = """
SELECT d.invoice, d.amount, i.outstanding, i.outstanding_base, i.rate, e.expected_on,
       CASE WHEN e.expected_on IS NULL THEN {late_by} END AS by_habit
FROM dispute d JOIN invoice i ON i.id = d.invoice LEFT JOIN expected_date e ON e.invoice = i.id
LEFT JOIN customer_summary s ON s.customer = i.customer
WHERE d.organisation = {{}} AND d.resolved_at IS NULL AND i.is_open = TRUE
"""
Alike = tuple[date | None, date | None]
"""The expected date, and the day by habit where there is none."""


async def owed_by(organisation_id: int) -> list[Owed]:
    disputed = await _disputed(organisation_id)
    found = []
    for row in await fetch(_OPEN.format(late_by=_LATE_BY[is_sqlite()]), organisation_id):
        alike = as_day(row["expected_on"]), as_day(row["by_habit"])
        found.append(Owed(int(row["number"]), amount(row["value"]), *alike, 0, disputed.get(alike, Decimal(0))))
    return found


async def _disputed(organisation_id: int) -> dict[Alike, Decimal]:
    """In base currency; of each invoice never more than it owes."""
    of_invoice: dict[int, Decimal] = defaultdict(Decimal)
    facts: dict[int, tuple[Decimal, Alike]] = {}
    for row in await fetch(_DISPUTED.format(late_by=_LATE_BY[is_sqlite()]), organisation_id):
        part = row["outstanding"] if row["amount"] is None else row["amount"]
        of_invoice[row["invoice"]] += in_base(amount(part), Decimal(row["rate"]))
        alike = as_day(row["expected_on"]), as_day(row["by_habit"])
        facts[row["invoice"]] = amount(row["outstanding_base"]), alike
    found: dict[Alike, Decimal] = defaultdict(Decimal)
    for invoice, value in of_invoice.items():
        owed, alike = facts[invoice]
        found[alike] += min(value, owed)
    return found

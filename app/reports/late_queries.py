"""Reads what was invoiced, received and paid in full over a year and a quarter."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.database import fetch, is_sqlite
from app.money import amount, in_base
from app.reports.late import DSO_DAYS, Books, Paid
from app.reports.months import first_of, months_up_to
from components.format import as_day

_OWED = "SELECT COALESCE(SUM(outstanding_base), 0) AS owed FROM invoice WHERE organisation = {} AND is_open = TRUE"
_INVOICED = """
SELECT issued_on AS on_day, rate, SUM(total) AS value FROM invoice
WHERE organisation = {} AND status IN ('AUTHORISED', 'PAID') AND issued_on > {} GROUP BY issued_on, rate
"""
_RECEIVED = """
SELECT p.paid_on AS on_day, i.rate, SUM(p.amount) AS value FROM payment p JOIN invoice i ON i.id = p.invoice
WHERE p.organisation = {} AND p.status <> 'DELETED' AND i.status IN ('AUTHORISED', 'PAID') AND p.paid_on > {}
GROUP BY p.paid_on, i.rate
"""
_LATE = {True: "julianday(paid_on) - julianday(due_on)", False: "paid_on - due_on"}
"""SQLite has no difference of dates."""
_PAID = """
SELECT SUBSTR(CAST(paid_on AS VARCHAR(10)), 1, 7) AS month, COUNT(*) AS number, SUM({late}) AS days FROM invoice
WHERE organisation = {{}} AND status = 'PAID' AND paid_on >= {{}} AND due_on IS NOT NULL GROUP BY 1
"""


async def books_of(organisation_id: int, today: date) -> Books:
    since = first_of(months_up_to(today)[0])
    before = since - timedelta(days=DSO_DAYS)
    paid = await fetch(_PAID.format(late=_LATE[is_sqlite()]), organisation_id, since)
    return Books(
        owed=amount((await fetch(_OWED, organisation_id))[0]["owed"]),
        invoiced=_by_day(await fetch(_INVOICED, organisation_id, before)),
        received=_by_day(await fetch(_RECEIVED, organisation_id, before)),
        paid={row["month"]: Paid(int(row["number"]), round(float(row["days"]))) for row in paid},
    )


def _by_day(rows: list[dict[str, Any]]) -> dict[date, Decimal]:
    """In base currency."""
    found: dict[date, Decimal] = defaultdict(Decimal)
    for row in rows:
        on = as_day(row["on_day"])
        if on is not None:
            found[on] += in_base(amount(row["value"]), Decimal(row["rate"]))
    return dict(found)

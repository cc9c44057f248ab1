"""Reads the promises that have ended."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.database import fetch
from app.money import amount, in_base
from app.reports.broken import Ended

_ENDED = """
SELECT p.invoice, p.customer, c.name, p.state, p.amount, p.ended_at, i.rate, i.outstanding, i.is_open FROM promise p
JOIN invoice i ON i.id = p.invoice JOIN customer c ON c.id = p.customer
WHERE p.organisation = {} AND p.state IN ('kept', 'broken') AND p.ended_at >= {}
ORDER BY p.ended_at DESC, p.id DESC
"""


async def ended_since(organisation_id: int, since: date, zone: ZoneInfo) -> list[Ended]:
    rows = await fetch(_ENDED, organisation_id, datetime.combine(since, time.min, zone).astimezone(UTC))
    latest: set[int] = set()
    return [_ended(row, zone, latest) for row in rows]


def _ended(row: dict[str, Any], zone: ZoneInfo, latest: set[int]) -> Ended:
    """What an invoice still owes counts for its latest broken promise alone; `latest` remembers which have had theirs."""
    rate = Decimal(row["rate"])
    promised = in_base(amount(row["amount"]), rate)
    owed = in_base(amount(row["outstanding"]), rate) if row["is_open"] else Decimal(0)
    at = datetime.fromisoformat(row["ended_at"]) if isinstance(row["ended_at"], str) else row["ended_at"]
    is_broken = row["state"] == "broken"
    still = min(owed, promised) if is_broken and row["invoice"] not in latest else Decimal(0)
    latest.update([row["invoice"]] if is_broken else [])
    return Ended(row["customer"], row["name"], is_broken, promised, still, at.astimezone(zone).date())

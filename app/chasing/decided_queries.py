"""What was decided a moment ago and can still be taken back: approvals of what has not begun to leave, skips of today."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from app.database import fetch
from app.organisations.membership import SignedIn

MOST = 12


class Batch(Struct, frozen=True):
    """Emails approved together; `customer` is that of one of them."""

    approved_at: datetime
    by: str
    count: int
    customer: str
    template: str


class Skipped(Struct, frozen=True):
    id: int
    customer_id: int
    customer: str
    template: str
    by: str


async def approved_and_waiting(member: SignedIn) -> tuple[Batch, ...]:
    """The latest first."""
    rows = await fetch(
        "SELECT m.approved_at, m.approved_by, COUNT(*) AS number, MIN(c.name) AS customer, MIN(r.template_name) AS template"  # noqa: S608  ours
        " FROM reminder r JOIN message m ON m.id = r.message JOIN customer c ON c.id = r.customer"
        " WHERE r.organisation = {} AND m.state = 'approved' AND m.needs_approval = TRUE AND m.approved_at IS NOT NULL"
        f" GROUP BY m.approved_at, m.approved_by ORDER BY m.approved_at DESC LIMIT {MOST}",
        member.organisation_id,
    )
    return tuple(
        Batch(_instant(row["approved_at"]), row["approved_by"], row["number"], row["customer"], row["template"]) for row in rows
    )


async def skipped_since(member: SignedIn, since: datetime) -> tuple[Skipped, ...]:
    """The latest first."""
    rows = await fetch(
        "SELECT r.id, r.customer, c.name, r.template_name, r.skipped_by FROM reminder r"  # noqa: S608  ours
        " JOIN customer c ON c.id = r.customer WHERE r.organisation = {} AND r.skipped_at >= {}"
        f" ORDER BY r.skipped_at DESC, r.id DESC LIMIT {MOST}",
        member.organisation_id,
        since,
    )
    return tuple(Skipped(row["id"], row["customer"], row["name"], row["template_name"], row["skipped_by"]) for row in rows)


async def leaves_from(member: SignedIn) -> datetime | None:
    """The first instant at which anything of what waits for approval may leave; None where nothing waits."""
    rows = await fetch(
        "SELECT m.not_before_at FROM reminder r JOIN message m ON m.id = r.message WHERE r.organisation = {}"
        " AND m.state IN ('planned', 'approved') AND m.needs_approval = TRUE ORDER BY m.not_before_at LIMIT 1",
        member.organisation_id,
    )
    return _instant(rows[0]["not_before_at"]) if rows and rows[0]["not_before_at"] else None


def _instant(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)

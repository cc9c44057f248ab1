"""The calls with a customer so far."""

from datetime import date
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.activity.tables import Activity
from app.organisations.membership import SignedIn


class PastCall(Struct, frozen=True):
    """A call as the next one wants to know of it; `on` is the caller's own day."""

    on: date
    by: str
    said: str


async def calls_of(member: SignedIn, customer_id: int, limit: int = 3) -> tuple[PastCall, ...]:
    """The latest first."""
    theirs = (Activity.organisation_id == member.organisation_id) & (Activity.customer_id == customer_id)
    rows = (
        await Activity.objects()
        .where(theirs, Activity.kind == "call")
        .order_by(Activity.happened_at, Activity.id, ascending=False)
        .limit(limit)
    )
    zone = ZoneInfo(member.timezone)
    return tuple(PastCall(row.happened_at.astimezone(zone).date(), row.by, row.sentence) for row in rows)

"""Expected payment dates that Xero did not take, for the pages that tell of them."""

from datetime import date

from msgspec import Struct

from app.database import fetch
from components.format import as_day


class Refusal(Struct, frozen=True):
    """`expected_on` is None where clearing the date was refused; `is_asked_again` while another try waits."""

    invoice_id: int
    number: str
    customer: str
    expected_on: date | None
    reason: str
    is_asked_again: bool


_REFUSALS = (
    "SELECT e.invoice, i.number, c.name, e.expected_on, e.refusal, e.push FROM expected_date e"
    " JOIN invoice i ON i.id = e.invoice JOIN customer c ON c.id = i.customer WHERE e.refusal <> '' AND "
)


async def refusals_in(organisation_id: int, limit: int = 5) -> tuple[Refusal, ...]:
    """Those of open invoices that still stand, the latest first; one more than `limit` tells that there are more."""
    rows = await fetch(
        f"{_REFUSALS} e.organisation = {{}} AND e.push = 'refused' AND i.is_open ORDER BY e.tried_at DESC LIMIT {{}}",
        organisation_id,
        limit + 1,
    )
    return tuple(_refusal(row) for row in rows)


async def refusal_of(invoice_id: int) -> Refusal | None:
    rows = await fetch(f"{_REFUSALS} e.invoice = {{}} AND e.push IN ('refused', 'pending')", invoice_id)
    return _refusal(rows[0]) if rows else None


def _refusal(row: dict[str, object]) -> Refusal:
    return Refusal(
        int(str(row["invoice"])),
        str(row["number"]),
        str(row["name"]),
        as_day(row["expected_on"]),  # type: ignore[arg-type]
        str(row["refusal"]),
        row["push"] == "pending",
    )

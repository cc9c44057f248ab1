"""Expected payment dates that Xero refused: kept here, and told once more when a person asks for it or when the reason
may be gone."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.database import fetch
from app.promises.tables import ExpectedDate
from app.promises.words import Push
from app.xero.changes import KnownInvoice
from app.xero.decide import InvoiceFacts

_REASONS = ("status", "total", "paid", "credited", "outstanding")
"""Xero refuses for payments, prepayments and credits, and for the status."""


async def try_again(invoice_id: int) -> bool:
    """Whether a refusal stood. Its words stay until Xero answers."""
    return await _ask_again([invoice_id]) > 0


async def retry_changed(known: Mapping[str, KnownInvoice], changed: Iterable[InvoiceFacts]) -> None:
    """Inside the transaction that stores these invoices: for those whose money or status moved."""
    moved = [each for each in changed if each.is_open and each.xero_id in known and _moved(known[each.xero_id], each)]
    await _ask_again([known[each.xero_id].id for each in moved])


def _moved(before: KnownInvoice, after: InvoiceFacts) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in _REASONS)


async def retry_locked(organisation_id: int, before: str, after: str) -> None:
    """Inside the transaction that stores a lock date: a period that is open again takes its dates. ISO, or empty. A lock
    that came and went since the last look shows in Xero's words only; asking once more in vain tells nobody anything."""
    opened = date.fromisoformat(before) if after < before else date.min
    rows = await fetch(
        "SELECT e.invoice FROM expected_date e JOIN invoice i ON i.id = e.invoice"
        " WHERE e.organisation = {} AND e.push = 'refused' AND i.is_open"
        " AND (i.issued_on <= {} OR (i.issued_on > {} AND LOWER(e.refusal) LIKE {}))",
        organisation_id,
        opened,
        date.fromisoformat(after) if after else date.min,
        "%lock date%",
    )
    await _ask_again([int(row["invoice"]) for row in rows])


async def _ask_again(invoice_ids: list[int]) -> int:
    if not invoice_ids:
        return 0
    refused = ExpectedDate.invoice.is_in(invoice_ids) & (ExpectedDate.push == Push.REFUSED.value)
    return len(await ExpectedDate.update({ExpectedDate.push: Push.PENDING.value}).where(refused).returning(ExpectedDate.id))

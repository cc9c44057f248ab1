"""Expected payment dates that came from Xero, beside those kept here: the later change wins."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.invoices.tables import Invoice
from app.promises.actions import set_expected_date
from app.promises.tables import ExpectedDate
from app.promises.words import DateSource, Push
from app.xero.changes import KnownInvoice
from app.xero.decide import InvoiceFacts
from app.xero.expected import Kept, Reconciled, reconciled
from app.xero.refusal_actions import retry_changed


async def reconcile(known: Mapping[str, KnownInvoice], changed: Sequence[InvoiceFacts], now: datetime) -> None:
    """Inside the transaction that stores the invoices: only dates that changed in Xero since we last looked count.
    What Xero refused is told again where the reason may be gone."""
    for facts in changed:
        before = known.get(facts.xero_id)
        if before is not None and before.xero_expected_on != facts.xero_expected_on:
            await _reconcile(before.id, facts, now)
    await retry_changed(known, changed)


async def _reconcile(invoice_id: int, facts: InvoiceFacts, now: datetime) -> None:
    row = await ExpectedDate.objects().get(ExpectedDate.invoice == invoice_id)
    kept = Kept(row.expected_on, row.push, row.set_at) if row else None
    verdict = reconciled(kept, facts.xero_expected_on, facts.xero_updated_at)
    if verdict is Reconciled.SAME:
        await ExpectedDate.update({ExpectedDate.push: Push.PUSHED, ExpectedDate.refusal: ""}).where(
            ExpectedDate.invoice == invoice_id, ExpectedDate.push != Push.NONE.value
        )
    elif verdict is Reconciled.XEROS:
        invoice = await Invoice.objects().get(Invoice.id == invoice_id)
        assert invoice is not None  # it was stored a moment ago
        await set_expected_date(invoice, facts.xero_expected_on, source=DateSource.XERO, by="Xero", now=now)

"""A person who asks for one page of Xero's is told soon that it hangs; a sync in the background has more patience."""

import pytest

from app.customers.tables import Customer
from app.invoices.tables import CachedPdf, Invoice
from app.problems import TryLater
from app.xero import line_actions
from app.xero.actions import invoice_pdf
from app.xero.refresh_actions import refresh_customer


@pytest.fixture
async def hanging(synced, rig, monkeypatch):
    """Answers take a second and a half; the rig's gateway gives them two, a person a tenth of one."""
    monkeypatch.setattr(line_actions, "WHILE_SOMEBODY_WAITS", 0.1)
    await rig.fault("slow", latency_ms=1500, times=None)
    return synced


async def test_an_invoices_pdf(hanging, rig):
    invoice = await Invoice.objects().where(Invoice.is_open.eq(True)).first()
    with pytest.raises(TryLater, match="did not answer in time"):
        await invoice_pdf(invoice, xero=rig.xero, now=rig.clock())
    assert await CachedPdf.count() == 0
    await rig.mend()
    assert await invoice_pdf(invoice, xero=rig.xero, now=rig.clock())


async def test_coming_back_from_xero(hanging, rig):
    customer = await Customer.objects().first()
    assert "did not answer in time" in (await refresh_customer(customer, xero=rig.xero, now=rig.clock())).problem
    await rig.mend()
    assert not (await refresh_customer(customer, xero=rig.xero, now=rig.clock())).problem


async def test_a_sync_goes_on_waiting(hanging, rig):
    await rig.mend()
    await rig.fault("slow", latency_ms=600)
    assert (await rig.sync(hanging.id)).is_good

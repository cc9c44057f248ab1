"""PDFs and payment pages of single invoices."""

import pytest

from app.invoices.tables import CachedPdf, Invoice
from app.problems import Refused, TryLater
from app.xero import invoice_actions
from app.xero.actions import invoice_pdf, online_invoice_url
from app.xero.connection_actions import disconnect


@pytest.fixture
async def invoice(synced):
    return await Invoice.objects().where(Invoice.is_open.eq(True)).order_by(Invoice.id).first()


async def test_a_pdf_is_fetched_once_and_again_when_the_invoice_has_changed(synced, rig, invoice):
    rig.calls()
    first = await invoice_pdf(invoice, xero=rig.xero, now=rig.clock())
    assert first.startswith(b"%PDF-")
    assert await invoice_pdf(invoice, xero=rig.xero, now=rig.clock()) == first
    assert len(rig.calls()) == 1
    rig.clock.forward(minutes=5)
    await rig.do("/control/payments", invoice=invoice.number, amount="0.01")
    await rig.sync(synced.id)
    invoice = await Invoice.objects().get(Invoice.id == invoice.id)
    rig.calls()
    await invoice_pdf(invoice, xero=rig.xero, now=rig.clock())
    assert len(rig.calls()) == 1 and await CachedPdf.count() == 1


async def test_a_kept_pdf_is_there_without_xero(synced, rig, invoice):
    await invoice_pdf(invoice, xero=rig.xero, now=rig.clock())
    await disconnect(synced.id, "gone", rig.clock())
    assert (await invoice_pdf(invoice, xero=rig.xero, now=rig.clock())).startswith(b"%PDF-")


@pytest.mark.parametrize("fault", ["500", "503", "html", "reset", "429-minute"])
async def test_while_xero_is_away_the_pdf_comes_later(synced, rig, invoice, fault):
    await rig.fault(fault, times=None)
    with pytest.raises(TryLater):
        await invoice_pdf(invoice, xero=rig.xero, now=rig.clock())
    assert await CachedPdf.count() == 0


async def test_a_pdf_that_is_too_large_is_refused(synced, rig, invoice, monkeypatch):
    monkeypatch.setattr(invoice_actions, "LARGEST_PDF", 100)
    with pytest.raises(Refused, match="larger than"):
        await invoice_pdf(invoice, xero=rig.xero, now=rig.clock())


async def test_the_page_to_pay_on_is_asked_for_once(synced, rig, invoice):
    rig.calls()
    url = await online_invoice_url(invoice, xero=rig.xero, now=rig.clock())
    assert "/online/" in url
    again = await Invoice.objects().get(Invoice.id == invoice.id)
    assert await online_invoice_url(again, xero=rig.xero, now=rig.clock()) == url
    assert len(rig.calls()) == 1

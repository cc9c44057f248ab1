"""Guessing links, and asking through one's own link for what is somebody else's."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from app.customers.link_actions import portal_link
from app.customers.tables import Customer
from app.invoices.tables import CachedPdf, Invoice
from app.main import create_app
from app.outbox.file_actions import keep
from app.promises.tables import Dispute, Promise, ToldPaid
from app.sealing import new_token
from tests import cast

PDF = b"%PDF-1.4 paper"


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at cast.NOW."""
    monkeypatch.setattr("app.clock.now", lambda: cast.NOW)


@pytest.fixture(scope="module")
def application() -> Litestar:
    return create_app()


@pytest.fixture
async def client(application: Litestar, database: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://localhost:8000") as opened:
        yield opened


@pytest.fixture
async def firm(database: Any) -> cast.Firm:
    return await cast.borealis()


async def an_account(firm: cast.Firm, name: str) -> tuple[Customer, Invoice, str]:
    """A customer, its invoice with a kept PDF and a page to pay on, and the address of its portal."""
    customer = await cast.a_customer(firm.organisation, name)
    invoice = await cast.an_invoice(customer, f"INV-{name}", online_url="https://in.xero.com/abc")
    await CachedPdf(invoice=invoice.id, xero_stamp=0, file_hash=await keep(PDF, "application/pdf", cast.NOW)).save()
    return customer, invoice, f"/p/{await portal_link(customer.id, firm.id, cast.NOW)}"


async def test_guesses_find_nothing_and_are_soon_refused(client: httpx.AsyncClient, firm: cast.Firm) -> None:
    _, _, portal = await an_account(firm, "Harbour")
    answers = [(await client.get(f"/p/{new_token('p')}")).status_code for _ in range(40)]
    assert set(answers[:30]) == {404}
    assert set(answers[31:]) == {429}
    assert (await client.get(portal)).status_code == 200


async def test_a_token_that_is_nearly_right_opens_nothing(client: httpx.AsyncClient, firm: cast.Firm) -> None:
    _, _, portal = await an_account(firm, "Harbour")
    token = portal.removeprefix("/p/")
    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in (flipped, token.upper(), token[2:], f"x{token[1:]}", token + "A", token[:-1], f"{token}%00"):
        assert (await client.get(f"/p/{wrong}")).status_code == 404


async def test_ones_own_link_leads_to_ones_own_papers_only(client: httpx.AsyncClient, firm: cast.Firm) -> None:
    _, mine, portal = await an_account(firm, "Harbour")
    _, theirs, _ = await an_account(firm, "Quayside")
    assert (await client.get(f"{portal}/invoices/{mine.id}.pdf")).content == PDF
    assert (await client.get(f"{portal}/invoices/{mine.id}/pay")).headers["location"] == "https://in.xero.com/abc"
    for path in (f"{theirs.id}", f"{theirs.id}.pdf", f"{theirs.id}/pay", "0.pdf", "x.pdf", ".pdf", "9" * 40, "-1", "１.pdf"):
        assert (await client.get(f"{portal}/invoices/{path}")).status_code == 404, path


async def test_a_draft_is_no_invoice_yet(client: httpx.AsyncClient, firm: cast.Firm) -> None:
    _, mine, portal = await an_account(firm, "Harbour")
    await Invoice.update({Invoice.status: "DRAFT", Invoice.is_open: False}).where(Invoice.id == mine.id)
    assert (await client.get(f"{portal}/invoices/{mine.id}.pdf")).status_code == 404


async def posted(client: httpx.AsyncClient, portal: str, resource: str, **fields: str) -> httpx.Response:
    token = re.search(r'name="_csrf_token" value="([^"]+)"', (await client.get(portal)).text)
    assert token
    return await client.post(f"{portal}/{resource}", data={"_csrf_token": token[1], **fields})


@pytest.mark.parametrize("resource", ["promises", "paid-claims", "disputes"])
async def test_no_form_reaches_another_customers_invoice(client: httpx.AsyncClient, firm: cast.Firm, resource: str) -> None:
    _, mine, portal = await an_account(firm, "Harbour")
    _, theirs, _ = await an_account(firm, "Quayside")
    fields = {"on": "2026-12-04", "reason": "duplicate", f"invoice_{theirs.id}": "1"}
    assert (await posted(client, portal, resource, **fields)).status_code == 422
    assert (await posted(client, portal, resource, **fields, **{f"invoice_{mine.id}": "1"})).status_code == 303
    for table in (Promise, ToldPaid, Dispute):
        assert set(await table.select(table.invoice).output(as_list=True)) <= {mine.id}


async def test_amount_currency_and_number_cannot_be_tampered_with(client: httpx.AsyncClient, firm: cast.Firm) -> None:
    firm.organisation.payment_link = "https://pay.example/?a={amount}&c={currency}&n={number}"
    await firm.organisation.save()
    _, mine, portal = await an_account(firm, "Harbour")
    tampered = await client.get(f"{portal}/invoices/{mine.id}/pay?amount=0.01&currency=VND&number=X")
    assert tampered.headers["location"] == "https://pay.example/?a=120.00&c=GBP&n=INV-Harbour"
    fields = {"on": "2026-12-04", "total": "0.01", "outstanding": "0", "currency": "VND", f"invoice_{mine.id}": "999999"}
    await posted(client, portal, "promises", **fields)
    (row,) = await Promise.objects()
    assert row.amount == 1_200_000


@pytest.mark.parametrize("link", ["javascript:alert({amount})", "http://pay.example", "data:text/html,x", "//evil.example"])
async def test_a_payment_link_that_is_not_secure_is_not_followed(client: httpx.AsyncClient, firm: cast.Firm, link: str) -> None:
    firm.organisation.payment_link = link
    await firm.organisation.save()
    _, mine, portal = await an_account(firm, "Harbour")
    answer = await client.get(f"{portal}/invoices/{mine.id}/pay")
    assert answer.status_code == 503
    assert "location" not in answer.headers
    assert "Nothing was charged" in answer.text


@pytest.mark.parametrize("resource", ["promises", "paid-claims", "disputes"])
async def test_forms_of_other_sites_are_refused(client: httpx.AsyncClient, firm: cast.Firm, resource: str) -> None:
    _, mine, portal = await an_account(firm, "Harbour")
    fields = {"on": "2026-12-04", "reason": "duplicate", f"invoice_{mine.id}": "1"}
    assert (await client.post(f"{portal}/{resource}", data=fields)).status_code == 403
    assert (await Promise.count(), await ToldPaid.count(), await Dispute.count()) == (0, 0, 0)

"""A customer who wants to pay while Xero is away, refuses or answers nonsense: plain words, another way to pay, nothing
technical."""

import re
from typing import Any

import httpx
import pytest

from app.customers.link_actions import portal_link
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.organisations.tables import Organisation
from app.settings import reload_settings
from app.xero.connection_actions import disconnect
from app.xero.tables import Connection
from tests.scenarios.desk import Desk, words_of
from tests.xero_rig import ADDRESS, Rig

TECHNICAL = re.compile(r"\bUTC\b|limit|\b[45]\d\d\b|token|Error|JSON|HTML|web page|Disconnected|tactful|\bapp\b", re.IGNORECASE)
BANK = "Sort code: 20-00-00\nAccount number: 12345678"


class Visitor:
    """Harbour Foods in its portal, with two invoices open."""

    def __init__(self, client: httpx.AsyncClient, address: str, invoice: int) -> None:
        self.client, self.address, self.invoice = client, address, invoice

    async def get(self, path: str = "") -> httpx.Response:
        return await self.client.get(f"{self.address}{path}")

    async def pay(self) -> httpx.Response:
        return await self.get(f"/invoices/{self.invoice}/pay")


@pytest.fixture
async def visitor(desk: Desk, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DEMO_LEDGER_URL", ADDRESS)
    reload_settings()
    assert (await rig.sync(desk.firm.id, "first")).is_good
    facts: dict[Any, Any] = {Organisation.bank_details: BANK, Organisation.email: "accounts@borealis.example"}
    await Organisation.update(facts).where(Organisation.id == desk.firm.id)
    customer = await Customer.objects().get(Customer.name == "Harbour Foods Ltd")
    invoice = await Invoice.objects().get(Invoice.number == "INV-1")
    assert customer is not None and invoice is not None
    token = await portal_link(customer.id, desk.firm.id, rig.clock())
    desk.client.cookies.clear()
    del desk.client.headers["x-csrf-token"]
    yield Visitor(desk.client, f"/p/{token}", invoice.id)
    monkeypatch.undo()
    reload_settings()


def in_plain_words(answer: httpx.Response) -> str:
    words = words_of(answer)
    assert not TECHNICAL.search(words), words
    assert 'href="/connect"' not in answer.text and 'href="/"' not in answer.text, "no way into the product from here"
    return words


PASSING = ["429-minute", "429-day", "429-concurrent", "500", "503", "timeout", "reset", "truncated", "html"]


async def test_paying_while_xero_does_not_answer_offers_the_bank_and_another_try(visitor: Visitor, rig: Rig):
    for fault in PASSING:
        await rig.fault(fault, times=None, seconds=2)
        answer = await visitor.pay()
        words = in_plain_words(answer)
        assert answer.status_code == 503, fault
        assert "The payment page cannot be opened just now" in words and "Nothing was charged" in words, fault
        assert "20-00-00" in words and "12345678" in words and "INV-1" in words, fault
        assert "accounts@borealis.example" in words and "Try again" in words, fault
        assert f'href="{visitor.address}/invoices/{visitor.invoice}/pay"' in answer.text
        await rig.mend()
        rig.clock.forward(hours=2)
    answer = await visitor.pay()
    assert (answer.status_code, answer.headers["location"].startswith(f"{ADDRESS}/online/")) == (303, True)


async def test_a_customer_who_finds_the_connection_ended_is_told_plainly_and_chasing_pauses(visitor: Visitor, rig: Rig):
    for fault in ("401", "401-scope", "403"):
        await Connection.update({Connection.state: "connected"}, force=True)
        await rig.fault(fault, times=None)
        words = in_plain_words(await visitor.pay())
        assert "The payment page cannot be opened just now" in words and "20-00-00" in words, fault
        connection = await Connection.objects().first()
        assert connection is not None and connection.state == "disconnected", fault
        assert "Our books cannot be reached just now" in in_plain_words(await visitor.get())
        await rig.mend()


async def test_paying_while_disconnected(visitor: Visitor, desk: Desk, rig: Rig):
    await disconnect(desk.firm.id, "It was disconnected in Xero.", rig.clock())
    words = in_plain_words(await visitor.pay())
    assert "The payment page cannot be opened just now" in words and "20-00-00" in words


async def test_an_invoice_without_a_payment_page_says_how_else_to_pay(
    visitor: Visitor, rig: Rig, monkeypatch: pytest.MonkeyPatch
):
    for url in ("", "javascript:alert(1)", "https://user:pass@pay.example/", "http://169.254.169.254/", "not an address"):
        monkeypatch.setattr("app.demo_ledger.accounting.online_address", lambda *_, url=url: url)
        await Invoice.update({Invoice.online_url: ""}, force=True)
        words = in_plain_words(await visitor.pay())
        assert "cannot be paid online" in words and "20-00-00" in words, url
        assert "Try again" not in words, "trying again would not help"


async def test_without_bank_details_the_page_names_a_person(visitor: Visitor, desk: Desk, rig: Rig):
    await Organisation.update({Organisation.bank_details: ""}).where(Organisation.id == desk.firm.id)
    await rig.fault("503", times=None)
    words = in_plain_words(await visitor.pay())
    assert "You can also write to us" in words and "accounts@borealis.example" in words
    assert "bank transfer" not in words


async def test_a_paper_that_xero_does_not_give_is_told_plainly_with_another_try(visitor: Visitor, rig: Rig):
    path = f"/invoices/{visitor.invoice}.pdf"
    for fault in (*PASSING, "401", "403", "404"):
        await Connection.update({Connection.state: "connected"}, force=True)
        await rig.fault(fault, times=None, seconds=2)
        answer = await visitor.get(path)
        words = in_plain_words(answer)
        assert answer.status_code == 503, fault
        assert "cannot be shown as a PDF just now" in words and "Back to your account" in words, fault
        assert f'href="{visitor.address}{path}"' in answer.text
        await rig.mend()
        rig.clock.forward(hours=2)
    await Connection.update({Connection.state: "connected"}, force=True)
    paper = await visitor.get(path)
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF") and b"%%EOF" in paper.content[-1024:]


async def test_everything_else_in_the_portal_goes_on_while_xero_is_away(visitor: Visitor, rig: Rig):
    await rig.fault("503", times=None)
    for path in ("", f"/invoices/{visitor.invoice}", "/figures?since=0"):
        answer = await visitor.get(path)
        assert answer.status_code == 200, path
        in_plain_words(answer)
    page = await visitor.get()
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    assert token
    form = {"_csrf_token": token[1], f"invoice_{visitor.invoice}": "1", "on": "2026-11-30"}
    answer = await visitor.client.post(f"{visitor.address}/promises", data=form)
    assert answer.status_code == 303
    said = await visitor.client.get(answer.headers["location"])
    assert "You will pay INV-1 on Mon 30 Nov" in in_plain_words(said)


async def test_after_a_day_without_xero_the_page_says_how_old_its_figures_are(visitor: Visitor, rig: Rig):
    rig.clock.forward(hours=25)
    words = in_plain_words(await visitor.get())
    assert "Our books cannot be reached just now" in words and "09:30 on Mon 23 Nov" in words


async def test_the_preview_of_paying_says_where_it_would_lead(visitor: Visitor, desk: Desk, sign_in: Any):
    await sign_in(desk.member)
    customer = await Customer.objects().get(Customer.name == "Harbour Foods Ltd")
    assert customer is not None
    answer = await desk.client.get(f"/customers/{customer.id}/portal/invoices/{visitor.invoice}/pay")
    assert answer.status_code == 200 and "nothing is paid" in words_of(answer)

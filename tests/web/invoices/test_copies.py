"""/invoices/{id}/copies: the PDF is sent again in one press, and it chases nothing."""

from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

from app.activity.tables import Activity
from app.chasing.book_queries import gather
from app.customers.tables import Customer, Recipient
from app.invoices.tables import CachedPdf, Invoice
from app.mail.tables import Sender
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from app.outbox.file_actions import keep
from app.outbox.tables import Message
from tests import cast
from tests.web.chasing.ready import ready

PDF = b"%PDF-1.4 the very paper\n%%EOF"


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at cast.NOW."""
    monkeypatch.setattr("app.clock.now", lambda: cast.NOW)


@pytest.fixture
async def invoice(borealis: cast.Firm) -> Invoice:
    await ready(borealis)
    customer = await cast.a_customer(borealis.organisation, first_name="Priya")
    await cast.a_recipient(customer, "priya@harbour.example")
    await cast.a_recipient(customer, "boss@harbour.example", kind="escalated")
    found = await cast.an_invoice(customer, "INV-0231", reference="PO 7", total="640.00", issued_on=date(2026, 10, 21))
    digest = await keep(PDF, "application/pdf", cast.NOW)
    await CachedPdf(invoice=found.id, xero_stamp=found.xero_stamp, file_hash=digest, size=len(PDF)).save()
    return found


async def test_it_goes_to_whoever_gets_the_reminders(client: httpx.AsyncClient, sign_in: Any, invoice: Invoice) -> None:
    await sign_in(Role.CONTROLLER)
    assert "Send the PDF again" in (await client.get(f"/invoices/{invoice.id}")).text
    answer = await client.post(f"/invoices/{invoice.id}/copies")
    assert answer.headers["location"] == f"/invoices/{invoice.id}"
    (message,) = await Message.objects()
    assert (message.kind, message.needs_approval, message.subject) == ("answer", False, "Invoice INV-0231 (PO 7)")
    assert msgspec.json.decode(message.to_addresses) == ["priya@harbour.example"]
    assert "Hello Priya,\n\nHere is our invoice INV-0231 of Wednesday 21 October 2026 again." in message.text
    assert "Amount: £640.00" in message.text
    assert [(each["name"], each["size"]) for each in msgspec.json.decode(message.attachments)] == [("INV-0231.pdf", len(PDF))]
    line = await Activity.objects().get(Activity.message_id == message.id)
    assert line is not None
    assert (line.sentence, line.invoice_id) == ("Tom Hale sends the PDF of INV-0231 again", invoice.id)
    page = (await client.get(f"/invoices/{invoice.id}")).text
    assert "The PDF is on its way to priya@harbour.example." in page


async def test_it_is_no_reminder(client: httpx.AsyncClient, sign_in: Any, borealis: cast.Firm, invoice: Invoice) -> None:
    """Neither a step nor the gap counts it."""
    await sign_in(Role.CONTROLLER)
    await client.post(f"/invoices/{invoice.id}/copies")
    await Message.update({Message.state: "sent", Message.claimed_at: cast.NOW}, force=True)
    (customer,) = (await gather(borealis.id, now=cast.NOW)).book.customers
    assert customer.last_reminded_on is None
    assert [each.mark for each in customer.invoices] == [None]


async def test_pressed_twice_it_goes_once_a_day(client: httpx.AsyncClient, sign_in: Any, invoice: Invoice) -> None:
    await sign_in(Role.CONTROLLER)
    for _ in range(2):
        await client.post(f"/invoices/{invoice.id}/copies")
    assert await Message.count() == 1
    assert "It went to priya@harbour.example today already." in (await client.get(f"/invoices/{invoice.id}")).text


async def test_without_an_address_a_mailbox_or_an_owners_word_nothing_goes(
    client: httpx.AsyncClient, sign_in: Any, borealis: cast.Firm, invoice: Invoice
) -> None:
    await sign_in(Role.CONTROLLER)
    await Organisation.update({Organisation.restored: True}).where(Organisation.id == borealis.id)
    answer = await client.post(f"/invoices/{invoice.id}/copies")
    assert (answer.status_code, "restored copy" in answer.text) == (409, True)
    await Organisation.update({Organisation.restored: False}).where(Organisation.id == borealis.id)
    await Recipient.update({Recipient.bounced_at: cast.NOW}, force=True)
    assert "no usable email address" in (await client.post(f"/invoices/{invoice.id}/copies")).text
    await Sender.update({Sender.stopped_at: cast.NOW}, force=True)
    assert "no mailbox to send from" in (await client.post(f"/invoices/{invoice.id}/copies")).text
    assert await Message.count() == 0


async def test_while_xero_gives_no_paper_nothing_goes(client: httpx.AsyncClient, sign_in: Any, invoice: Invoice) -> None:
    await CachedPdf.delete(force=True)
    await sign_in(Role.CONTROLLER)
    assert (await client.post(f"/invoices/{invoice.id}/copies")).status_code == 303
    assert "Nothing was sent." in (await client.get(f"/invoices/{invoice.id}")).text
    assert await Message.count() == 0


async def test_strangers_and_viewers_send_nothing(
    client: httpx.AsyncClient, sign_in: Any, meridian: cast.Firm, invoice: Invoice
) -> None:
    await sign_in(Role.VIEWER)
    assert (await client.post(f"/invoices/{invoice.id}/copies")).status_code == 403
    assert "Send the PDF again" not in (await client.get(f"/invoices/{invoice.id}")).text
    await sign_in(meridian.anna)
    for invoice_id in (invoice.id, 0, "x", "9" * 12):
        assert (await client.post(f"/invoices/{invoice_id}/copies")).status_code == 404
    assert await Message.count() == 0
    assert await Customer.count() == 1

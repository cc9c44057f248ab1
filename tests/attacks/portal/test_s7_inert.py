"""S7: whatever stands in the books or in a form, the customers' pages have the same elements as with harmless words."""

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from app.customers.tables import Customer
from app.invoices.tables import Credit, Invoice
from app.mail.tables import Sender
from app.organisations.tables import Organisation
from app.portal.tables import PortalSettings
from tests import cast
from tests.attacks.portal.attacks_of_text import PAYLOADS
from tests.attacks.portal.test_portal_attacks import an_account, application, at_now, client, firm, posted
from tests.cast import NOW, TODAY

__all__ = ["application", "at_now", "client", "firm"]
HARMLESS = "harmless"


class Elements(HTMLParser):
    """The tags of a page with the names of their attributes, where its links lead to, and its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.schemes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        for name, value in attrs:
            if name in ("href", "src", "action", "formaction") and value and ":" in value:
                self.schemes.add(value.partition(":")[0].strip().lower())


async def write_everywhere(firm: cast.Firm, customer: Customer, text: str) -> None:
    """Every field that the portal shows, whoever fills it."""
    of = Organisation.id == firm.id
    legal = {Organisation.name: text, Organisation.legal_name: text, Organisation.registered_office: text}
    said = {Organisation.bank_details: f"{text}\n{text}: {text}", Organisation.registration_number: text[:50]}
    contact = {Organisation.email: text, Organisation.phone: text[:60], Organisation.accent: text[:7]}
    await Organisation.update({**legal, **said, **contact}).where(of)
    await Customer.update({Customer.name: text, Customer.account_number: text[:50], Customer.language: text[:10]}).where(
        Customer.id == customer.id
    )
    await Invoice.update({Invoice.number: text, Invoice.reference: text}, force=True)
    await Credit.update({Credit.number: text}, force=True)
    await Sender.update({Sender.name: text, Sender.address: text, Sender.reply_to: text, Sender.phone: text[:60]}, force=True)
    await PortalSettings.update({PortalSettings.greeting: text, PortalSettings.footer: text}, force=True)


async def pages(client: httpx.AsyncClient, portal: str, invoice: int, text: str) -> list[httpx.Response]:
    """One invoice, several to pay, and the account itself with a form that came back."""
    told = {"text": text, "amount": text, "on": text, "reason": text}
    return [
        await client.get(f"{portal}/invoices/{invoice}"),
        await client.get(f"{portal}/payment?invoices={invoice}"),
        await posted(client, portal, "disputes", **told, **{f"invoice_{invoice}": "1"}),
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # how a page is written does not depend on it
async def test_no_text_becomes_an_element_an_attribute_or_a_place_to_go(client: httpx.AsyncClient, firm: cast.Firm) -> None:
    customer, invoice, portal = await an_account(firm, "Harbour")
    await cast.an_invoice(customer, due_on=TODAY + timedelta(days=5))
    await cast.an_invoice(customer, outstanding="0.00", paid_on=TODAY)
    facts: dict[str, Any] = {"kind": "credit_note", "status": "AUTHORISED", "currency": "GBP", "remaining": 250_000}
    await Credit(organisation=firm.id, customer=customer.id, xero_id="c", issued_on=NOW.date(), **facts).save()
    await Sender(organisation=firm.id, kind="normal", is_active=True).save()
    await PortalSettings(organisation=firm.id).save()
    await write_everywhere(firm, customer, HARMLESS)
    usual = [Elements(page.text) for page in await pages(client, portal, invoice.id, HARMLESS)]
    assert len(PAYLOADS) >= 50
    for payload in PAYLOADS:
        await write_everywhere(firm, customer, payload)
        for page, expected in zip(await pages(client, portal, invoice.id, payload), usual, strict=True):
            found = Elements(page.text)
            assert found.tags == expected.tags, payload
            assert found.schemes <= {"mailto", "tel", "data"} and found.schemes == expected.schemes, payload
            policy = page.headers["content-security-policy"]
            assert "unsafe-inline" not in policy and "unsafe-eval" not in policy

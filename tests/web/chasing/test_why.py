"""Why, and why not: one sentence on every customer and invoice, the further reasons behind it."""

import httpx
import pytest

from app.chasing.actions import plan_customers
from app.chasing.tables import Reminder
from app.clock import now
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.organisations.tables import Organisation
from tests import cast
from tests.web.chasing.ready import owing, planned, ready
from tests.web.conftest import SignIn


@pytest.fixture
async def harbour(borealis: cast.Firm) -> tuple[Customer, Invoice]:
    await ready(borealis)
    found = await owing(borealis, "Harbour Foods Ltd", number="INV-0231")
    await planned(borealis)
    return found


async def test_a_customer_says_why_nothing_goes_to_it_and_what_else_is_in_the_way(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, harbour: tuple[Customer, Invoice]
) -> None:
    customer, invoice = harbour
    await Customer.update({Customer.chasing: False}).where(Customer.id == customer.id)
    await Invoice.update({Invoice.excluded: True}).where(Invoice.id == invoice.id)
    await plan_customers(borealis.id, [customer.id], now())
    await sign_in("viewer")
    page = (await client.get(f"/customers/{customer.id}")).text
    assert "Nothing goes to Harbour Foods Ltd in the next four weeks." in page
    section = page.split('id="coming"')[1].split("</section>")[0]
    assert "Held: Harbour Foods Ltd is not being chased" in section
    assert "1 further reason" in section
    assert "Held: INV-0231 is excluded from chasing" in section


@pytest.mark.parametrize("page", ["customer", "invoice", "grid"])
async def test_every_page_of_an_invoice_says_it(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: tuple[Customer, Invoice], page: str
) -> None:
    customer, invoice = harbour
    await sign_in("viewer")
    address = {"customer": f"/customers/{customer.id}", "invoice": f"/invoices/{invoice.id}", "grid": "/invoices"}[page]
    assert "step 3 (When can we expect it?): INV-0231" in (await client.get(address)).text


async def test_each_coming_email_leads_to_the_very_email_and_the_customer_to_its_past(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: tuple[Customer, Invoice]
) -> None:
    customer, _ = harbour
    await sign_in("viewer")
    page = (await client.get(f"/customers/{customer.id}")).text
    link = page.split('<a class="date" href="')[1].split('"')[0].replace("&amp;", "&")
    assert f"at={customer.id}" in link
    assert "Tom Hale &lt;tom@borealis.example&gt;" in (await client.get(link)).text
    past = page.split('<a href="/upcoming/past?')[1].split('"')[0]
    assert "Harbour Foods Ltd" in (await client.get(f"/upcoming/past?{past}")).text


@pytest.mark.parametrize("reviewing", [True, False])
async def test_an_invoice_that_waits_for_approval_leads_to_its_email_in_the_queue(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, harbour: tuple[Customer, Invoice], reviewing: bool
) -> None:
    customer, invoice = harbour
    await Organisation.update({Organisation.review_mode: reviewing}).where(Organisation.id == borealis.id)
    await plan_customers(borealis.id, [customer.id], now())
    reminder = await Reminder.objects().order_by(Reminder.id, ascending=False).first()
    assert reminder is not None
    await sign_in("viewer")
    page = (await client.get(f"/invoices/{invoice.id}")).text
    assert (f'href="/approvals?at={reminder.id}"' in page) is reviewing

"""/search: from the top of every page to what was looked for; a list as one types, a page without script."""

from decimal import Decimal

import httpx
import pytest

from app.customers.tables import Customer
from app.customers.word_actions import write_customer_words
from app.database import transaction
from app.invoices.tables import Invoice
from app.invoices.word_actions import write_invoice_words
from tests import cast
from tests.web.chasing.ready import owing, planned
from tests.web.conftest import SignIn

TYPING = {"HX-Request": "true", "HX-Target": "jump-found"}


async def worded(*customers: Customer) -> None:
    """As a sync leaves them."""
    async with transaction():
        for each in customers:
            await write_customer_words(each.organisation, [each.id])
            await write_invoice_words(each.organisation, [each.id])


@pytest.fixture
async def harbour(borealis: cast.Firm) -> tuple[Customer, Invoice]:
    customer, first = await owing(borealis, number="INV-0231")
    await cast.a_recipient(customer, "maria@harbour.example")
    await Customer.update({Customer.email: "accounts@harbour.example"}).where(Customer.id == customer.id)
    await cast.an_invoice(customer, "INV-0240", due_on=first.due_on, reference="PO 4471", total=Decimal("1234.50"))
    await planned(borealis)
    await worded(customer)
    return customer, first


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("harbour", ("Harbour Foods Ltd", "INV-0231", "INV-0240")),
        ("foods harb", ("Harbour Foods Ltd",)),
        ("4471", ("INV-0240",)),
        ("INV-02", ("INV-0231", "INV-0240")),
        ("£1,234.50", ("INV-0240",)),
        ("1234.50", ("INV-0240",)),
        ("accounts@harbour", ("Harbour Foods Ltd", "INV-0231")),
        ("days late", ("Days late and DSO",)),
        ("mailbox", ("Senders",)),
    ],
)
async def test_what_is_typed_is_offered(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: tuple[Customer, Invoice], words: str, found: tuple[str, ...]
) -> None:
    await sign_in("viewer")
    for headers in (TYPING, {}):
        answer = await client.get("/search", params={"q": words}, headers=headers)
        assert answer.status_code == 200
        for each in found:
            assert f"<b>{each}</b>" in answer.text
    assert ("<html" in answer.text) is True


async def test_the_list_says_for_which_words_it_is(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: tuple[Customer, Invoice]
) -> None:
    """So that an older answer is not shown after a newer one."""
    await sign_in("viewer")
    answer = (await client.get("/search", params={"q": '  a "b"  <c> '}, headers=TYPING)).text
    assert 'data-for="a &#34;b&#34; &lt;c&gt;"' in answer
    assert "<html" not in answer


async def test_what_is_owed_comes_first(client: httpx.AsyncClient, sign_in: SignIn, harbour: tuple[Customer, Invoice]) -> None:
    customer, _ = harbour
    await cast.an_invoice(customer, "INV-0100", total="99999.00", outstanding="0")
    await worded(customer)
    await sign_in("viewer")
    page = (await client.get("/search", params={"q": "INV-0"}, headers=TYPING)).text
    assert page.index("INV-0240") < page.index("INV-0231") < page.index("INV-0100")


async def test_a_whole_number_opens_the_invoice(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: tuple[Customer, Invoice]
) -> None:
    _, invoice = harbour
    await sign_in("viewer")
    assert (await client.get("/search?q=inv-0231")).headers["location"] == f"/invoices/{invoice.id}"
    assert "<b>INV-0231</b>" in (await client.get("/search?q=inv-0231", headers=TYPING)).text


async def test_without_words_it_asks_for_some(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("viewer")
    page = (await client.get("/search")).text
    assert "Search by name, account, number, reference, amount or email address." in page
    assert 'name="q"' in page


async def test_nothing_found_is_said(client: httpx.AsyncClient, sign_in: SignIn, harbour: tuple[Customer, Invoice]) -> None:
    await sign_in("viewer")
    assert "Nothing is called “zzz”." in (await client.get("/search?q=zzz")).text
    assert "Nothing is called that." in (await client.get("/search?q=zzz", headers=TYPING)).text


async def test_more_than_a_few_lead_to_the_list(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    customer = await cast.a_customer(borealis.organisation)
    for number in range(8):
        await cast.an_invoice(customer, f"INV-70{number}")
    await worded(customer)
    await sign_in("viewer")
    page = (await client.get("/search", params={"q": "INV-70"}, headers=TYPING)).text
    assert page.count('href="/invoices/') == 6
    assert 'href="/invoices?q=INV-70"' in page


async def test_nothing_of_another_organisation_is_found(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, meridian: cast.Firm
) -> None:
    theirs, _ = await owing(meridian, "Secret Client", number="INV-0231")
    await worded(theirs)
    await sign_in("viewer")
    for words in ("INV-0231", "secret", "640"):
        page = await client.get("/search", params={"q": words})
        assert page.status_code == 200
        assert "Secret" not in page.text
        assert "/invoices/" not in page.text


@pytest.mark.parametrize("words", ["%", "_", "'", '"', "\\", "*", "AND", "NEAR(", "a" * 300, "🐟", "((("])
async def test_whatever_is_typed_is_looked_for(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: tuple[Customer, Invoice], words: str
) -> None:
    await sign_in("viewer")
    answer = await client.get("/search", params={"q": words}, headers=TYPING)
    assert answer.status_code == 200
    assert "Harbour" not in answer.text

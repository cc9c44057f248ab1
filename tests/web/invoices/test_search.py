"""/search: from the top of every page to what was looked for."""

import httpx
import pytest

from tests import cast
from tests.web.chasing.ready import owing, planned, ready
from tests.web.conftest import SignIn


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("harbour", "/customers?q=harbour"),
        ("PO 4471", "/invoices?q=PO+4471"),
        ("INV-02", "/invoices?q=INV-02"),
        ("nobody", "/customers?q=nobody"),
        (" ", "/customers"),
    ],
)
async def test_search_leads_to_the_list_in_which_something_is_found(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, words: str, place: str
) -> None:
    await ready(borealis)
    customer, first = await owing(borealis, number="INV-0231")
    await cast.an_invoice(customer, "INV-0240", due_on=first.due_on, reference="PO 4471")
    await planned(borealis)
    await sign_in("viewer")
    assert (await client.get("/search", params={"q": words})).headers["location"] == place


async def test_a_whole_number_opens_the_invoice(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    _, invoice = await owing(borealis, number="INV-0231")
    await sign_in("viewer")
    assert (await client.get("/search?q=inv-0231")).headers["location"] == f"/invoices/{invoice.id}"


async def test_another_organisations_number_opens_nothing(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, meridian: cast.Firm
) -> None:
    await owing(meridian, number="INV-0231")
    await sign_in("viewer")
    assert (await client.get("/search?q=INV-0231")).headers["location"] == "/customers?q=INV-0231"

"""The Statements page of a business with many customers: pages, a name, the history of a month."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.customers.tables import Customer, Recipient
from app.invoices.tables import Invoice
from app.organisations.membership import Role
from app.statements.overview import A_PAGE
from app.statements.tables import Statement, StatementSettings
from tests import cast
from tests.cast import NOW, TODAY


@pytest.fixture
async def many(borealis: cast.Firm, harbour: Customer) -> None:
    """So many debtors that the list has a second page, and as many who are not being chased."""
    facts = {"status": "AUTHORISED", "currency": "GBP", "total": 1_200_000, "outstanding": 1_200_000, "is_open": True}
    for number, chasing in ((n, n <= A_PAGE) for n in range(2 * A_PAGE)):
        name = f"Debtor {number:03}" if chasing else f"Quiet {number:03}"
        customer = Customer(organisation=borealis.id, name=name, xero_id=f"c-{number}", chasing=chasing)
        await customer.save()
        await Recipient(customer=customer.id, email=f"a{number}@debtor.example", kind="normal").save()
        invoice = Invoice(organisation=borealis.id, customer=customer.id, xero_id=f"i-{number}", due_on=TODAY, **facts)
        await invoice.save()


async def test_everybody_is_on_some_page_and_found_by_name(client: httpx.AsyncClient, many: None, sign_in: Any) -> None:
    await sign_in(Role.MANAGER)
    first, second = [(await client.get(f"/statements?page={number}")).text for number in (1, 2)]
    assert "The next ones" in first and "The ones before" in second
    listed = [f">Debtor {n:03}</a>" for n in range(A_PAGE + 1)]
    assert all((each in first) != (each in second) for each in listed)
    found = (await client.get("/statements?q=BTOR+007")).text
    assert ">Debtor 007</a>" in found and ">Debtor 008</a>" not in found
    assert "No customer with “nobody” in the name gets one" in (await client.get("/statements?q=nobody")).text


async def test_who_gets_none_is_told_by_the_reason_with_how_many(client: httpx.AsyncClient, many: None, sign_in: Any) -> None:
    await sign_in(Role.MANAGER)
    page = (await client.get("/statements")).text
    assert f'<h3>Is not being chased <span class="quiet">{A_PAGE - 1}</span></h3>' in page
    assert page.count("Is not being chased") == 1


async def test_once_they_are_on_the_page_tells_of_the_next_run(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, sign_in: Any
) -> None:
    await StatementSettings(organisation=borealis.id, day=1, previewed_at=NOW, switched_on_at=NOW).save()
    await sign_in(Role.MANAGER)
    page = (await client.get("/statements")).text
    assert "On Tue 1 Dec, 1 customer gets a statement, as things stand." in page


@pytest.fixture
async def sent(borealis: cast.Firm, harbour: Customer) -> None:
    """Statements of more months than a page has lines."""
    for back in range(A_PAGE + 1):
        on = TODAY - timedelta(days=31 * back)
        await Statement(organisation=borealis.id, customer=harbour.id, month=f"{on:%Y-%m}", as_of_on=on, made_at=NOW).save()


async def test_the_history_is_leafed_through_and_narrowed_to_a_month_or_a_name(
    client: httpx.AsyncClient, sent: None, sign_in: Any
) -> None:
    await sign_in(Role.MANAGER)
    first = (await client.get("/statements")).text
    assert first.count('aria-label="Send again') == 0 and first.count(">PDF</a>") == A_PAGE and "Earlier ones" in first
    assert (await client.get("/statements?older=2")).text.count(">PDF</a>") == 1
    of_one = (await client.get("/statements?month=2026-11")).text
    assert of_one.count(">PDF</a>") == 1 and "Only those of November 2026" in of_one
    assert (await client.get("/statements?month=2026-11&q=nobody")).text.count(">PDF</a>") == 0
    assert (await client.get("/statements?q=%25")).text.count(">PDF</a>") == 0

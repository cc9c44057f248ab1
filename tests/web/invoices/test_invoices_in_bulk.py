"""POST /invoices/exclusion, …/expected-date and the way back; GET /invoices/sum: many invoices at once."""

import re
from datetime import timedelta

import httpx
import pytest

from app.clock import now, today
from app.invoices.summary_actions import recount
from app.invoices.tables import Invoice
from app.promises.actions import promise
from app.promises.tables import ExpectedDate
from app.promises.words import Said
from tests import cast
from tests.web.conftest import SignIn

UNDO = re.compile(r'formaction="(/bulk-changes/\d+/undo)"')
ZONE = "Europe/London"


@pytest.fixture
async def three(borealis: cast.Firm) -> list[Invoice]:
    """Two in pounds, one in dollars, all open."""
    harbour = await cast.a_customer(borealis.organisation, "Harbour", chasing=True)
    rows = [
        await cast.an_invoice(harbour, "INV-1", due_on=today(ZONE), total="100.00"),
        await cast.an_invoice(harbour, "INV-2", due_on=today(ZONE), total="50.00"),
        await cast.an_invoice(harbour, "INV-3", due_on=today(ZONE), total="25.00", currency="USD", rate="1.25"),
    ]
    await recount(borealis.id, today(ZONE))
    return rows


async def excluded() -> list[bool]:
    return [row["excluded"] for row in await Invoice.select(Invoice.excluded).order_by(Invoice.id)]


async def expected(invoice: Invoice) -> object:
    row = await ExpectedDate.objects().where(ExpectedDate.invoice == invoice.id).first()
    return row.expected_on if row else None


async def undo_of(client: httpx.AsyncClient) -> str:
    found = UNDO.search((await client.get("/invoices")).text)
    assert found
    return found.group(1)


def ids(*rows: Invoice) -> list[str]:
    return [str(row.id) for row in rows]


async def test_many_are_excluded_and_undo_takes_back_those_only(
    client: httpx.AsyncClient, sign_in: SignIn, three: list[Invoice]
) -> None:
    await Invoice.update({Invoice.excluded: True}).where(Invoice.id == three[1].id)
    await sign_in("controller")
    await client.post("/invoices/exclusion", data={"ids": ids(*three[:2])})
    assert await excluded() == [True, True, False]
    page = (await client.get("/invoices")).text
    assert "1 invoice excluded from chasing." in page
    await client.post(UNDO.search(page)[1])  # type: ignore[index]
    assert await excluded() == [False, True, False]


async def test_those_excluded_are_chased_again(client: httpx.AsyncClient, sign_in: SignIn, three: list[Invoice]) -> None:
    await sign_in("controller")
    await client.post("/invoices/exclusion", data={"all_matching": "1", "matching": ""})
    await client.post("/invoices/exclusion/end", data={"all_matching": "1", "matching": "currency=USD"})
    assert await excluded() == [True, True, False]


async def test_a_date_is_asked_for_then_set_and_undone(
    client: httpx.AsyncClient, sign_in: SignIn, three: list[Invoice]
) -> None:
    on, before = today(ZONE) + timedelta(days=9), today(ZONE) + timedelta(days=2)
    await sign_in("controller")
    await client.post("/invoices/expected-date", data={"ids": ids(three[0]), "expected_on": before.isoformat()})
    asked = (await client.post("/invoices/expected-date", data={"ids": ids(*three[:2])})).text
    assert "When will 2 invoices be paid?" in asked
    await client.post("/invoices/expected-date", data={"ids": ids(*three[:2]), "expected_on": on.isoformat()})
    assert [await expected(row) for row in three] == [on, on, None]
    await client.post(await undo_of(client))
    assert [await expected(row) for row in three] == [before, None, None]


async def test_a_customers_promise_stays(client: httpx.AsyncClient, sign_in: SignIn, three: list[Invoice]) -> None:
    promised, on = today(ZONE) + timedelta(days=3), today(ZONE) + timedelta(days=20)
    await promise([three[0]], promised, source=Said.PHONE, by="Tom", now=now())
    await sign_in("controller")
    await client.post("/invoices/expected-date", data={"ids": ids(*three[:2]), "expected_on": on.isoformat()})
    assert [await expected(row) for row in three] == [promised, on, None]
    assert "1 has a promise of the customer and stays as it is." in (await client.get("/invoices")).text


async def test_a_day_that_has_passed_is_asked_again(client: httpx.AsyncClient, sign_in: SignIn, three: list[Invoice]) -> None:
    await sign_in("controller")
    refused = await client.post("/invoices/expected-date", data={"ids": ids(three[0]), "expected_on": "2020-01-01"})
    assert refused.status_code == 422
    assert "That day has passed" in refused.text
    assert re.findall(r'name="ids" value="(\d+)"', refused.text) == ids(three[0])


async def test_the_bar_is_told_the_sum_in_each_currency(
    client: httpx.AsyncClient, sign_in: SignIn, three: list[Invoice]
) -> None:
    await sign_in("viewer")
    assert (await client.get("/invoices/sum")).text == "£150.00 + US$25.00"
    assert (await client.get("/invoices/sum?q=inv-2")).text == "£50.00"


async def test_a_viewer_may_not(client: httpx.AsyncClient, sign_in: SignIn, three: list[Invoice]) -> None:
    await sign_in("viewer")
    for path in ("/invoices/exclusion", "/invoices/exclusion/end", "/invoices/expected-date"):
        assert (await client.post(path, data={"ids": ids(*three)})).status_code == 403
    assert await excluded() == [False, False, False]


async def test_nobody_elses_invoices_are_changed(
    client: httpx.AsyncClient, sign_in: SignIn, three: list[Invoice], meridian: cast.Firm
) -> None:
    await sign_in(meridian.anna)
    await client.post("/invoices/exclusion", data={"ids": ids(*three)})
    await client.post("/invoices/expected-date", data={"ids": ids(*three), "expected_on": today(ZONE).isoformat()})
    assert await excluded() == [False, False, False]
    assert [await expected(row) for row in three] == [None, None, None]

"""/invoices: the list, its search and filters; /invoices/{id}: one of them, and its paper."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from app.clock import now
from app.customers.tables import Customer
from app.invoices.tables import Invoice, Payment
from app.money import units
from app.promises.actions import promise
from app.promises.dispute_actions import open_dispute
from app.promises.words import Said
from app.schedules.tables import Schedule
from tests import cast
from tests.web.chasing.ready import ZONE, owing, planned, ready, today
from tests.web.conftest import SignIn

REGION = {"HX-Request": "true", "HX-Target": "grid-invoices"}


@pytest.fixture
async def ledger(borealis: cast.Firm) -> dict[str, Invoice]:
    """Harbour owes INV-0231 and INV-0240; Ashdown owes PRO-7 in dollars; INV-0100 is paid."""
    await ready(borealis)
    harbour, first = await owing(borealis, "Harbour Foods Ltd", number="INV-0231", days_overdue=40)
    later = today(ZONE) + timedelta(days=9)
    second = await cast.an_invoice(harbour, "INV-0240", due_on=later, total="60.00", reference="PO 4471")
    paid = await cast.an_invoice(harbour, "INV-0100", outstanding="0", due_on=today(ZONE), paid_on=today(ZONE))
    ashdown = await cast.a_customer(borealis.organisation, "Ashdown Engineering", chasing=False)
    dollars = await cast.an_invoice(ashdown, "PRO-7", due_on=today(ZONE), total="99.00", currency="USD", rate="1.25")
    await planned(borealis)
    return {row.number: row for row in (first, second, paid, dollars)}


async def numbers(client: httpx.AsyncClient, query: str = "") -> list[str]:
    """The numbers on the list, in its order."""
    page = (await client.get(f"/invoices{query}", headers=REGION)).text
    return [
        piece.split("<", 1)[0]
        for piece in page.split('class="row-link" href="/invoices/')
        for piece in [piece.partition(">")[2]]
    ][1:]


async def test_open_invoices_are_listed_oldest_due_first(client: httpx.AsyncClient, sign_in: SignIn, ledger: Any) -> None:
    await sign_in("viewer")
    assert await numbers(client) == ["INV-0231", "PRO-7", "INV-0240"]


async def test_each_says_why_or_why_not(client: httpx.AsyncClient, sign_in: SignIn, ledger: Any) -> None:
    await sign_in("viewer")
    page = (await client.get("/invoices")).text
    assert "When can we expect it?" in page
    assert "Not chasing" in page
    assert "Ashdown Engineering is not being chased" in page


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("inv-02", ["INV-0231", "INV-0240"]),
        ("INV-0100", ["INV-0100"]),
        ("po 4471", ["INV-0240"]),
        ("ashdown", ["PRO-7"]),
        ("foods", ["INV-0231", "INV-0100", "INV-0240"]),
        ("harbour 0240", ["INV-0240"]),
        ("0231", ["INV-0231"]),
        ("100%", []),
        ("' OR 1=1 --", []),
    ],
)
async def test_search_finds_by_number_reference_and_customer(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: Any, search: str, found: list[str]
) -> None:
    await sign_in("viewer")
    assert await numbers(client, f"?{httpx.QueryParams({'q': search})}") == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=paid", ["INV-0100"]),
        ("?overdue=30", ["INV-0231"]),
        ("?currency=USD", ["PRO-7"]),
        ("?hold=not_chasing", ["PRO-7"]),
        ("?amount_to=70", ["INV-0240"]),
        ("?promised=any", ["INV-0231"]),
        ("?disputed=open", ["INV-0240"]),
    ],
)
async def test_filters_leave_the_others_out(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: dict[str, Invoice], query: str, found: list[str]
) -> None:
    await promise([ledger["INV-0231"]], today(ZONE), source=Said.PHONE, by="Tom", now=now())
    await open_dispute(ledger["INV-0240"], amount=None, reason="wrong_amount", text="", source=Said.PHONE, by="Tom", now=now())
    await sign_in("viewer")
    assert await numbers(client, query) == found


async def test_those_on_one_schedule_are_listed_whoever_it_was_given_to(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: dict[str, Invoice], borealis: cast.Firm
) -> None:
    slow = Schedule(organisation=borealis.id, name="Slow")
    await slow.save()
    await Invoice.update({Invoice.schedule_id: slow.id}).where(Invoice.id == ledger["INV-0240"].id)
    await Customer.update({Customer.schedule_id: slow.id}).where(Customer.id == ledger["PRO-7"].customer)
    await sign_in("viewer")
    assert await numbers(client, f"?schedule={slow.id}") == ["PRO-7", "INV-0240"]


async def test_the_paper_of_each_is_a_column_to_choose(client: httpx.AsyncClient, sign_in: SignIn, ledger: Any) -> None:
    await sign_in("viewer")
    page = (await client.get("/invoices?cols=number&cols=pdf")).text
    assert f'<a href="/invoices/{ledger["PRO-7"].id}.pdf">PDF</a>' in page


@pytest.mark.parametrize("key", ["number", "reference", "customer", "issued", "due", "total", "outstanding", "expected", "why"])
async def test_every_column_sorts_both_ways(client: httpx.AsyncClient, sign_in: SignIn, ledger: Any, key: str) -> None:
    await sign_in("viewer")
    for sort in (key, f"-{key}"):
        assert sorted(await numbers(client, f"?sort={sort}")) == ["INV-0231", "INV-0240", "PRO-7"]
    assert await numbers(client, "?sort=customer") == ["PRO-7", "INV-0231", "INV-0240"]


async def test_nobody_elses_invoices_are_shown(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: Any, meridian: cast.Firm
) -> None:
    await owing(meridian, "Harbour Secret", number="INV-9999")
    await sign_in("owner")
    for query in ("", "?q=inv", "?q=harbour", "?sort=customer", "?state=open", "?q=zz", "?q=9999"):
        assert "INV-9999" not in await numbers(client, query)


async def test_the_page_tells_the_reason_under_the_amount(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: dict[str, Invoice]
) -> None:
    await sign_in("viewer")
    page = (await client.get(f"/invoices/{ledger['PRO-7'].id}")).text
    assert page.index("US$99.00") < page.index("Held: Ashdown Engineering is not being chased")
    assert "further reason" in page
    assert f'href="https://go.xero.com/app/%21bor1/invoicing/view/{ledger["PRO-7"].xero_id}"' in page


async def test_payments_lead_from_the_total_to_what_is_left(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: dict[str, Invoice]
) -> None:
    invoice = ledger["INV-0231"]
    part = units(Decimal("140.00"))
    await Payment(
        organisation=invoice.organisation, customer=invoice.customer, invoice=invoice.id, xero_id="p1", kind="payment",
        paid_on=today(ZONE), amount=part, currency="GBP", status="AUTHORISED",
    ).save()  # fmt: skip
    await sign_in("viewer")
    page = (await client.get(f"/invoices/{invoice.id}")).text
    assert "−£140.00" in page


async def test_a_query_stands_on_the_page_until_it_is_resolved(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: dict[str, Invoice]
) -> None:
    invoice = ledger["INV-0231"]
    await open_dispute(
        invoice, amount=Decimal("40.00"), reason="wrong_amount", text="We agreed <less>", source=Said.PORTAL,
        by="the customer", now=now(),
    )  # fmt: skip
    await sign_in("controller")
    page = (await client.get(f"/invoices/{invoice.id}")).text
    assert "£40.00 of it" in page
    assert "We agreed &lt;less&gt;" in page
    assert "this is being decided anew" in page


async def test_the_reason_alone_is_asked_for_while_it_is_decided_anew(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: dict[str, Invoice]
) -> None:
    await Customer.update({Customer.reconsider_at: now()}).where(Customer.id == ledger["INV-0231"].customer)
    await sign_in("viewer")
    headers = {"HX-Request": "true", "HX-Target": "owed"}
    fragment = (await client.get(f"/invoices/{ledger['INV-0231'].id}", headers=headers)).text
    assert fragment.lstrip().startswith('<section class="card" id="owed"')


async def test_a_paid_invoice_says_that_nothing_is_chased(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: dict[str, Invoice]
) -> None:
    await sign_in("controller")
    page = (await client.get(f"/invoices/{ledger['INV-0100'].id}")).text
    assert "Nothing is outstanding, so nothing is chased." in page
    assert "They will pay on a day" not in page


async def test_a_viewer_sees_no_forms(client: httpx.AsyncClient, sign_in: SignIn, ledger: dict[str, Invoice]) -> None:
    await sign_in("viewer")
    page = (await client.get(f"/invoices/{ledger['INV-0231'].id}")).text
    assert f'action="/invoices/{ledger["INV-0231"].id}' not in page


@pytest.mark.parametrize("end", ["", ".pdf"])
async def test_another_organisations_invoice_is_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: Any, meridian: cast.Firm, end: str
) -> None:
    _, theirs = await owing(meridian, "Secret Supplies", number="INV-9999")
    await sign_in("owner")
    answer = await client.get(f"/invoices/{theirs.id}{end}")
    assert answer.status_code == 404
    assert "INV-9999" not in answer.text


@pytest.mark.parametrize("address", ["0", "x", "-1", "1.pdf.pdf", "99999999999999999999", "١"])
async def test_an_address_that_is_no_invoice_says_so(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: Any, address: str
) -> None:
    await sign_in("viewer")
    assert (await client.get(f"/invoices/{address}")).status_code == 404


async def test_the_paper_that_xero_will_not_give_now_is_told_in_words(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: dict[str, Invoice]
) -> None:
    await sign_in("viewer")
    answer = await client.get(f"/invoices/{ledger['INV-0231'].id}.pdf")
    assert answer.status_code in (502, 503)
    assert "Xero" in answer.text
    assert f'href="/invoices/{ledger["INV-0231"].id}"' in answer.text and "Back to the invoice" in answer.text
    assert "It will be tried again" not in answer.text

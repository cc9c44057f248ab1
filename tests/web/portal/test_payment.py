"""Paying in the portal: one invoice, several at once, and what is asked of who comes back from the payment page."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.customers.link_actions import portal_link
from app.customers.tables import Customer
from app.portal.tables import PortalVisit
from app.promises.tables import ToldPaid
from tests import cast
from tests.cast import NOW, TODAY

ONLINE = "https://in.xero.com/abc"
ASKED = "Did you pay"


async def led_away(client: httpx.AsyncClient, portal: str, path: str) -> str:
    answer = await client.get(f"{portal}{path}")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def press(client: httpx.AsyncClient, portal: str, resource: str) -> httpx.Response:
    """A button of the question, with what the question itself names."""
    page = (await client.get(portal)).text
    token = re.search(r'id="led-to-pay">.*?value="([^"]+)"', page)
    assert token, page
    named = re.findall(r'form="led-to-pay" name="(invoice_\d+)"', page)
    return await client.post(f"{portal}/{resource}", data={"_csrf_token": token[1], **dict.fromkeys(named, "1")})


async def test_who_comes_back_from_the_payment_page_is_asked_and_nothing_is_claimed(
    client: httpx.AsyncClient, harbour: Customer, portal: str
) -> None:
    invoice = await cast.an_invoice(harbour, "INV-7", online_url=ONLINE)
    assert ASKED not in (await client.get(portal)).text
    assert await led_away(client, portal, f"/invoices/{invoice.id}/pay") == ONLINE
    page = (await client.get(portal)).text
    assert "Did you pay INV-7?" in page and "will not ask again for five working days" in page
    assert await ToldPaid.count() == 0


async def test_yes_holds_it_and_says_what_happens_next(client: httpx.AsyncClient, harbour: Customer, portal: str) -> None:
    invoice = await cast.an_invoice(harbour, "INV-7", online_url=ONLINE)
    await cast.an_invoice(harbour, "INV-8", online_url=ONLINE)
    await led_away(client, portal, f"/invoices/{invoice.id}/pay")
    answer = await press(client, portal, "paid-claims")
    next_page = (await client.get(answer.headers["location"])).text
    assert "You told us that INV-7 is paid. We will not ask for it before Tue 8 Dec." in next_page
    assert "Once the money is in our books, the invoice disappears" in next_page
    assert await ToldPaid.select(ToldPaid.invoice).output(as_list=True) == [invoice.id]
    assert ASKED not in (await client.get(portal)).text


async def test_not_yet_claims_nothing_and_is_not_asked_again(client: httpx.AsyncClient, harbour: Customer, portal: str) -> None:
    invoice = await cast.an_invoice(harbour, online_url=ONLINE)
    await led_away(client, portal, f"/invoices/{invoice.id}/pay")
    assert (await press(client, portal, "unpaid")).headers["location"] == portal
    assert ASKED not in (await client.get(portal)).text
    assert await ToldPaid.count() == 0
    await led_away(client, portal, f"/invoices/{invoice.id}/pay")
    assert ASKED in (await client.get(portal)).text


async def test_when_the_money_arrives_it_is_thanked_for(client: httpx.AsyncClient, harbour: Customer, portal: str) -> None:
    invoice = await cast.an_invoice(harbour, "INV-7", online_url=ONLINE)
    await led_away(client, portal, f"/invoices/{invoice.id}/pay")
    invoice.is_open, invoice.status, invoice.paid_on = False, "PAID", TODAY
    await invoice.save()
    page = (await client.get(portal)).text
    assert "Thank you: your payment of INV-7 has arrived." in page and ASKED not in page


async def test_after_some_days_nobody_is_asked_any_more(client: httpx.AsyncClient, harbour: Customer, portal: str) -> None:
    invoice = await cast.an_invoice(harbour, online_url=ONLINE)
    await led_away(client, portal, f"/invoices/{invoice.id}/pay")
    await PortalVisit.update({PortalVisit.happened_at: NOW - timedelta(days=5)}, force=True)
    assert ASKED not in (await client.get(portal)).text


async def test_a_claim_that_was_taken_back_is_not_told_back(
    client: httpx.AsyncClient, harbour: Customer, answer: Any, portal: str
) -> None:
    invoice = await cast.an_invoice(harbour)
    await answer("paid-claims", **{f"invoice_{invoice.id}": "1"})
    assert "You told us on" in (await client.get(portal)).text
    await ToldPaid.update({ToldPaid.withdrawn_at: NOW}, force=True)
    assert "You told us on" not in (await client.get(portal)).text


async def test_several_are_paid_by_one_transfer_with_all_their_numbers(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, answer: Any
) -> None:
    borealis.organisation.bank_details = "Sort code: 20-00-00"
    await borealis.organisation.save()
    first, second, third = [await cast.an_invoice(harbour, f"INV-{each}", total=f"{each}00.50") for each in (1, 2, 3)]
    chosen = await answer("payment", **{f"invoice_{each.id}": "1" for each in (first, third)})
    page = (await client.get(chosen.headers["location"])).text
    assert "Pay 2 invoices: £401.00" in page and "<dd>INV-1, INV-3</dd>" in page
    assert f"/invoices/{first.id}/pay" in page and f"/invoices/{second.id}/pay" not in page


async def test_by_the_businesss_own_link_each_currency_is_one_payment_of_our_sum(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, answer: Any, portal: str
) -> None:
    borealis.organisation.payment_link = "https://pay.example/?a={amount}&c={currency}&n={number}"
    await borealis.organisation.save()
    rows = [await cast.an_invoice(harbour, f"INV-{each}", total=f"{each}00.50") for each in (1, 2)]
    rows.append(await cast.an_invoice(harbour, "INV-3", total="70.00", currency="EUR", rate="1.2"))
    chosen = await answer("payment", **{f"invoice_{each.id}": "1" for each in rows})
    page = (await client.get(chosen.headers["location"])).text
    assert ">Pay £301.00</a>" in page and ">Pay €70.00</a>" in page
    ways = re.findall(r'href="([^"]+/payment/\w+\?[^"]+)"', page)
    places = [(await client.get(f"{way}&amount=0.01")).headers["location"] for way in ways]
    assert places == ["https://pay.example/?a=301.00&c=GBP&n=INV-1%2C%20INV-2", "https://pay.example/?a=70.00&c=EUR&n=INV-3"]
    assert "Did you pay INV-3?" in (await client.get(portal)).text


async def test_one_tick_leads_straight_to_its_payment_page(harbour: Customer, answer: Any) -> None:
    one, _ = [await cast.an_invoice(harbour) for _ in range(2)]
    assert (await answer("payment", **{f"invoice_{one.id}": "1"})).headers["location"].endswith(f"/invoices/{one.id}/pay")


async def test_no_list_reaches_another_customers_invoice(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, portal: str
) -> None:
    borealis.organisation.payment_link = "https://pay.example/?a={amount}&n={number}"
    await borealis.organisation.save()
    mine = await cast.an_invoice(harbour, "INV-MINE", total="10.00")
    other = await cast.a_customer(borealis.organisation, "Quayside Ltd")
    theirs = await cast.an_invoice(other, "INV-THEIRS", total="99.00")
    page = await client.get(f"{portal}/payment?invoices={mine.id}-{theirs.id}")
    assert "INV-MINE" in page.text and "INV-THEIRS" not in page.text
    place = await led_away(client, portal, f"/payment/GBP?invoices={mine.id}-{theirs.id}")
    assert place == "https://pay.example/?a=10.00&n=INV-MINE"
    for list_, status in [(theirs.id, 409), ("", 404), ("x", 404), ("-", 404), ("1" * 5000, 404), (f"{mine.id}-", 404)]:
        assert (await client.get(f"{portal}/payment?invoices={list_}")).status_code == status, list_
    assert (await client.get(f"{portal}/payment/USD?invoices={mine.id}")).status_code == 409


async def test_without_an_own_link_several_have_no_common_page(
    client: httpx.AsyncClient, harbour: Customer, portal: str
) -> None:
    rows = [await cast.an_invoice(harbour, online_url=ONLINE) for _ in range(2)]
    answer = await client.get(f"{portal}/payment/GBP?invoices={rows[0].id}-{rows[1].id}")
    assert answer.status_code == 503 and "location" not in answer.headers


@pytest.mark.parametrize("path", ["", "/payment", "/unpaid", "/paid-claims"])
async def test_a_scanner_that_opens_everything_changes_nothing(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, path: str
) -> None:
    """Mail scanners follow links; what tells us something is sent by a button."""
    invoice = await cast.an_invoice(harbour, online_url=ONLINE)
    link = f"/p/{await portal_link(harbour.id, borealis.id, NOW)}"
    before = harbour.to_dict()
    for method in ("GET", "HEAD"):
        await client.request(method, f"{link}{path}")
        await client.request(method, f"{link}/invoices/{invoice.id}/pay")
    await harbour.refresh()
    assert harbour.to_dict() == before and await ToldPaid.count() == 0

"""GET /p/{token}: what a customer sees."""

import gzip
from datetime import date, timedelta
from typing import Any

import httpx

from app.customers.link_actions import revoke
from app.customers.tables import Customer
from app.invoices.tables import Credit
from app.organisations.membership import Role
from app.portal.tables import PortalVisit
from app.promises.tables import Promise
from app.sealing import new_token
from app.xero.tables import Connection
from tests import cast
from tests.cast import NOW, TODAY


async def test_the_first_lines_say_what_is_owed_to_whom_and_how_to_pay(
    client: httpx.AsyncClient, harbour: Customer, portal: str
) -> None:
    await cast.an_invoice(harbour, "INV-1", total="640.00")
    await cast.an_invoice(harbour, "INV-2", total="600.00", due_on=TODAY + timedelta(days=12))
    page = (await client.get(portal)).text
    assert "You owe Borealis Studio Ltd £1,240.00, £640.00 of it overdue" in page
    assert "Pay INV-1, £640.00" in page
    assert "10 days overdue" in page and "due in 12 days" in page
    assert "As of 09:30 today" in page
    assert page.index("INV-1") < page.index("INV-2")


async def test_currencies_are_told_apart(client: httpx.AsyncClient, harbour: Customer, portal: str) -> None:
    await cast.an_invoice(harbour, total="640.00")
    await cast.an_invoice(harbour, total="99.50", currency="EUR", rate="1.2")
    assert "You owe Borealis Studio Ltd £640.00 and €99.50, all overdue" in (await client.get(portal)).text


async def test_of_very_many_invoices_a_phone_first_shows_the_oldest_and_all_can_be_ticked(
    client: httpx.AsyncClient, harbour: Customer, portal: str
) -> None:
    for number in range(25):
        await cast.an_invoice(harbour, f"INV-{number:02}", due_on=TODAY - timedelta(days=60 - number))
    page = (await client.get(portal)).text
    assert page.index("INV-11") < page.index("Show the other 13") < page.index("INV-12")
    assert page.count('type="checkbox" name="invoice_') == 25
    assert "All 25 overdue" in page


async def test_an_unused_credit_is_told_first(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, portal: str
) -> None:
    facts: dict[str, Any] = {"kind": "credit_note", "status": "AUTHORISED", "currency": "GBP", "remaining": 250_000}
    await Credit(organisation=borealis.id, customer=harbour.id, xero_id="c", number="CN-7", **facts).save()
    page = (await client.get(portal)).text
    assert "You owe Borealis Studio Ltd nothing" in page
    assert "You have £25.00 of credit with us that is not used yet." in page


async def test_who_owes_nothing_is_thanked(client: httpx.AsyncClient, harbour: Customer, portal: str) -> None:
    await cast.an_invoice(harbour, "INV-OLD", outstanding="0.00", paid_on=date(2026, 10, 1))
    await cast.an_invoice(harbour, "INV-ANCIENT", outstanding="0.00", paid_on=date(2024, 10, 1))
    page = (await client.get(portal)).text
    assert "You owe Borealis Studio Ltd nothing" in page
    assert "INV-OLD" in page
    assert "INV-ANCIENT" not in page
    assert "Promise this date" not in page


async def test_credits_bank_details_and_a_person_are_there(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, portal: str
) -> None:
    await cast.an_invoice(harbour, "INV-1")
    facts: dict[str, Any] = {"kind": "credit_note", "status": "AUTHORISED", "currency": "GBP", "remaining": 250_000}
    await Credit(organisation=borealis.id, customer=harbour.id, xero_id="c", number="CN-7", **facts).save()
    borealis.organisation.bank_details = "Sort code: 20-00-00\nAccount number: 12345678"
    borealis.organisation.phone = "020 7946 0321"
    await borealis.organisation.save()
    page = (await client.get(portal)).text
    assert "CN-7" in page and "£25.00" in page
    assert "20-00-00" in page and "<dd>INV-1</dd>" in page
    assert 'href="tel:02079460321"' in page


async def test_when_xero_is_away_the_page_says_so_plainly(client: httpx.AsyncClient, harbour: Customer, portal: str) -> None:
    await Connection.update({Connection.state: "disconnected"}, force=True)
    await cast.an_invoice(harbour)
    assert "Our books cannot be reached just now" in (await client.get(portal)).text


async def test_opening_it_changes_nothing_but_the_visit_log(client: httpx.AsyncClient, harbour: Customer, portal: str) -> None:
    invoice = await cast.an_invoice(harbour)
    for path in ("", f"/invoices/{invoice.id}", "/figures?since=0", ""):
        assert (await client.get(f"{portal}{path}")).status_code == 200
    assert await Promise.count() == 0
    before = harbour.to_dict()
    await harbour.refresh()
    assert harbour.to_dict() == before
    assert await PortalVisit.select(PortalVisit.act).output(as_list=True) == ["opened", "opened"]


async def test_an_address_that_is_none_leads_back_to_the_account(client: httpx.AsyncClient, portal: str) -> None:
    for path in ("/nothing", "/a/b/c", "/promise"):
        page = await client.get(f"{portal}{path}")
        assert page.status_code == 404, path
        assert "This page is not part of your account" in page.text and f'href="{portal}"' in page.text
        assert 'href="/"' not in page.text and page.headers["cache-control"] == "no-store"
    assert (await client.get(f"{portal}/payment?invoices=x")).status_code == 404
    assert (await client.get(portal)).status_code == 200


async def test_nobody_else_learns_of_it(client: httpx.AsyncClient, harbour: Customer, portal: str) -> None:
    await cast.an_invoice(harbour)
    page = await client.get(portal)
    headers = page.headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "noindex" in headers["x-robots-tag"]
    assert 'name="robots" content="noindex, nofollow"' in page.text
    assert "//" not in page.text.replace("https://", "").replace("<!doctype html>", "").split("<body")[0]


async def test_it_is_small(client: httpx.AsyncClient, harbour: Customer, portal: str) -> None:
    for number in range(60):
        await cast.an_invoice(harbour, f"INV-{number:04}")
    assert len(gzip.compress((await client.get(portal)).content)) < 15_000


async def test_a_link_that_is_gone_says_what_to_do(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, portal: str
) -> None:
    await revoke(harbour.id, borealis.id, NOW)
    for path in (portal, f"/p/{new_token('p')}", f"/p/{new_token('s')}", "/p/x"):
        page = await client.get(path)
        assert page.status_code == 404
        assert "This link does not open anything any more" in page.text
        assert 'href="/"' not in page.text


async def test_fresh_figures_come_once_there_are_any(client: httpx.AsyncClient, harbour: Customer, portal: str) -> None:
    await cast.an_invoice(harbour, "INV-1")
    since = int(NOW.timestamp() * 1000)
    assert (await client.get(f"{portal}/figures?since={since}")).status_code == 204
    await Connection.update({Connection.last_good_sync_at: NOW + timedelta(seconds=3)}, force=True)
    fresh = await client.get(f"{portal}/figures?since={since}")
    assert fresh.status_code == 200
    assert "INV-1" in fresh.text and "<html" not in fresh.text


async def test_a_name_from_the_books_is_inert(client: httpx.AsyncClient, harbour: Customer, portal: str) -> None:
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    await cast.an_invoice(harbour, nasty[:200], reference=nasty)
    page = (await client.get(portal)).text
    assert "<img" not in page
    assert "<script>alert" not in page


async def test_a_member_looks_at_the_preview_without_counting(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, sign_in: Any
) -> None:
    await cast.an_invoice(harbour, "INV-1")
    assert (await client.get(f"/customers/{harbour.id}/portal")).status_code == 303
    await sign_in(Role.VIEWER)
    page = await client.get(f"/customers/{harbour.id}/portal")
    assert page.status_code == 200
    assert "This is what Harbour Foods Ltd sees" in page.text
    assert "<fieldset disabled" in page.text
    assert await PortalVisit.count() == 0
    assert not await Customer.raw("SELECT id FROM portal_link")


async def test_another_organisations_member_gets_no_preview(
    client: httpx.AsyncClient, harbour: Customer, meridian: cast.Firm, sign_in: Any
) -> None:
    await sign_in(meridian.anna)
    assert (await client.get(f"/customers/{harbour.id}/portal")).status_code == 404


async def test_the_businesss_colour_is_a_stylesheet_that_never_changes(
    client: httpx.AsyncClient, harbour: Customer, portal: str
) -> None:
    page = (await client.get(portal)).text
    assert '<link rel="stylesheet" href="/portal-colour/1d4ed8.css">' in page
    css = await client.get("/portal-colour/1d4ed8.css")
    assert css.headers["content-type"].startswith("text/css")
    assert "#1d4ed8" in css.text and "immutable" in css.headers["cache-control"]
    assert (await client.get("/portal-colour/}body{x.css")).status_code == 404

"""Downloading several invoices: those that were ticked, or all that are open."""

import io
import zipfile
from typing import Any

import httpx
import pytest

from app.customers.tables import Customer
from app.invoices.tables import CachedPdf, Invoice
from app.outbox.file_actions import keep
from app.portal.papers import MOST
from app.portal.tables import PortalVisit
from app.promises.tables import Promise, ToldPaid
from tests import cast
from tests.cast import NOW


async def kept(invoice: Invoice) -> Invoice:
    """With its PDF here already; what it says is its number."""
    digest = await keep(f"%PDF-1.4 {invoice.number}".encode(), "application/pdf", NOW)
    await CachedPdf(invoice=invoice.id, xero_stamp=0, file_hash=digest).save()
    return invoice


def contents(answer: httpx.Response) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {(each.date_time[:3], each.external_attr >> 16) for each in archive.infolist()} == {((2026, 11, 30), 0o644)}
        return {each: archive.read(each) for each in archive.namelist()}


async def test_those_ticked_come_as_a_zip_and_no_others(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, portal: str, answer: Any
) -> None:
    one, _, three = [await kept(await cast.an_invoice(harbour, f"INV-{each}")) for each in (1, 2, 3)]
    theirs = await kept(await cast.an_invoice(await cast.a_customer(borealis.organisation, "Quayside"), "INV-9"))
    chosen = await answer("papers", **{f"invoice_{each.id}": "1" for each in (one, three, theirs)})
    assert chosen.status_code == 303
    file = await client.get(chosen.headers["location"])
    assert contents(file) == {"INV-1.pdf": b"%PDF-1.4 INV-1", "INV-3.pdf": b"%PDF-1.4 INV-3"}
    assert file.headers["cache-control"] == "no-store"
    assert "Invoices%20Borealis%20Studio%20Ltd%202026-11-30.zip" in file.headers["content-disposition"]
    assert (await client.get(f"{portal}/papers.zip?invoices={theirs.id}")).status_code == 409
    assert (await Promise.count(), await ToldPaid.count()) == (0, 0)
    assert await PortalVisit.exists().where(PortalVisit.act == "pdf")


async def test_one_tick_leads_to_its_pdf_and_none_to_a_word(harbour: Customer, answer: Any) -> None:
    one, _ = [await cast.an_invoice(harbour) for _ in range(2)]
    assert (await answer("papers", **{f"invoice_{one.id}": "1"})).headers["location"].endswith(f"/invoices/{one.id}.pdf")
    none = await answer("papers")
    assert none.status_code == 422 and "Tick the invoices you mean" in none.text


async def test_the_page_offers_all_of_them_as_long_as_they_are_few(
    client: httpx.AsyncClient, harbour: Customer, portal: str
) -> None:
    await kept(await cast.an_invoice(harbour, "INV-1"))
    assert "papers.zip" not in (await client.get(portal)).text
    await kept(await cast.an_invoice(harbour, "INV-2"))
    assert "Download all 2 as PDFs" in (await client.get(portal)).text
    assert len(contents(await client.get(f"{portal}/papers.zip"))) == 2


async def test_of_very_many_the_customer_is_told_how_many_go_at_once(
    client: httpx.AsyncClient, harbour: Customer, portal: str, answer: Any
) -> None:
    rows = [await cast.an_invoice(harbour) for _ in range(MOST + 1)]
    page = await client.get(portal)
    assert "papers.zip" not in page.text and "Download those you ticked" in page.text
    for refused in (
        await answer("papers", **{f"invoice_{each.id}": "1" for each in rows}),
        await client.get(f"{portal}/papers.zip"),
    ):
        assert refused.status_code == 422 and "Tick at most 30 invoices" in refused.text


async def test_a_scanner_that_asks_for_the_head_of_it_changes_nothing(
    client: httpx.AsyncClient, harbour: Customer, portal: str
) -> None:
    await kept(await cast.an_invoice(harbour))
    await client.head(f"{portal}/papers.zip")
    assert (await client.get(f"{portal}/papers")).status_code in (404, 405)
    assert (await Promise.count(), await ToldPaid.count()) == (0, 0)


async def test_a_member_downloads_them_from_the_preview_of_an_own_customer_only(
    client: httpx.AsyncClient, borealis: cast.Firm, meridian: cast.Firm, harbour: Customer, sign_in: Any
) -> None:
    await kept(await cast.an_invoice(harbour, "INV-1"))
    await sign_in(borealis.tom)
    assert list(contents(await client.get(f"/customers/{harbour.id}/portal/papers.zip"))) == ["INV-1.pdf"]
    assert await PortalVisit.count() == 0
    await sign_in(meridian.anna)
    assert (await client.get(f"/customers/{harbour.id}/portal/papers.zip")).status_code == 404


@pytest.mark.parametrize("list_", ["x", "-", "1" * 5000, "1-"])
async def test_what_is_no_list_is_no_page(client: httpx.AsyncClient, portal: str, list_: str) -> None:
    assert (await client.get(f"{portal}/papers.zip?invoices={list_}")).status_code == 404


async def test_a_customer_who_owes_nothing_gets_back_to_the_account(client: httpx.AsyncClient, portal: str) -> None:
    answer = await client.get(f"{portal}/papers.zip")
    assert answer.status_code == 409 and "Nothing is outstanding" in answer.text

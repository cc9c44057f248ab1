"""GET /p/{token}/papers.zip: several invoices' PDFs at once, fetched from the ledger as far as its limits allow."""

import io
import zipfile

import httpx
import pytest

from app.customers.link_actions import portal_link
from app.customers.tables import Customer
from app.invoices.tables import CachedPdf, Invoice
from app.portal import paper_actions, papers
from app.xero.tables import CallBudget


def names_in(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert all(archive.read(each).startswith(b"%PDF-") for each in archive.namelist())
        return archive.namelist()


@pytest.fixture
async def portal(borealis, sign_in, rig, monkeypatch) -> tuple[str, list[Invoice]]:
    """The portal of the customer with the most open invoices, and these."""
    monkeypatch.setattr("app.clock.now", rig.clock)
    await rig.connect(await sign_in("owner"))
    assert (await rig.sync(borealis.id, "first")).is_good
    open_ones = await Invoice.objects().where(Invoice.is_open.eq(True)).order_by(Invoice.due_on, Invoice.id)
    owing = [int(each.customer) for each in open_ones]
    customer = await Customer.objects().get(Customer.id == max(owing, key=owing.count))
    mine = [each for each in open_ones if each.customer == customer.id]
    assert len(mine) > 1
    rig.calls()
    return f"/p/{await portal_link(customer.id, borealis.id, rig.clock())}", mine


async def test_all_that_are_open_come_as_one_zip_and_are_fetched_once(
    client: httpx.AsyncClient, portal: tuple[str, list[Invoice]], rig
) -> None:
    link, mine = portal
    answer = await client.get(f"{link}/papers.zip")
    assert answer.headers["content-type"] == "application/zip" and "attachment" in answer.headers["content-disposition"]
    assert sorted(names_in(answer.content)) == sorted(f"{each.number}.pdf" for each in mine)
    assert sorted(rig.calls()) == sorted(f"GET /Invoices/{each.xero_id}" for each in mine)
    assert len(names_in((await client.get(f"{link}/papers.zip")).content)) == len(mine)
    assert rig.calls() == []


async def test_where_few_calls_are_left_the_visitor_is_told_and_what_is_kept_still_comes(
    client: httpx.AsyncClient, portal: tuple[str, list[Invoice]], rig
) -> None:
    link, mine = portal
    kept = f"{link}/papers.zip?invoices={mine[0].id}"
    assert names_in((await client.get(kept)).content) == [f"{mine[0].number}.pdf"]
    await CallBudget.update({CallBudget.day_remaining: 150, CallBudget.told_at: rig.clock()}, force=True)
    answer = await client.get(f"{link}/papers.zip")
    assert answer.status_code == 503 and "Please try again in a minute" in answer.text
    assert (await client.get(kept)).status_code == 200


async def test_what_would_be_too_large_is_said_before_anything_goes(
    client: httpx.AsyncClient, portal: tuple[str, list[Invoice]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_actions, "LARGEST", 2_000)
    answer = await client.get(f"{portal[0]}/papers.zip")
    assert answer.status_code == 413 and "too large for one file" in answer.text
    assert await CachedPdf.count() == len(portal[1])
    assert papers.LARGEST >= 40_000_000

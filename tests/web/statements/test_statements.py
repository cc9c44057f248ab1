"""The Statements page, previews, and the PDFs that went."""

import io
import re
import zipfile
from typing import Any

import httpx
import pypdf
import pytest

from app.customers.link_actions import portal_link
from app.customers.tables import Customer
from app.mail.rechecks import Empty, Same
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from app.statements.actions import Made, make, recheck
from app.statements.tables import Statement
from tests import cast
from tests.cast import NOW


async def test_the_page_says_who_gets_one_and_who_does_not(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, sign_in: Any
) -> None:
    gone = await cast.a_customer(borealis.organisation, "Gone Ltd", stop="insolvent")
    await cast.an_invoice(gone)
    await sign_in(Role.MANAGER)
    page = (await client.get("/statements")).text
    assert "1 customer would get a statement for November 2026; 1 would not" in page
    assert re.search(rf'<h3>Is insolvent.*?<a href="/customers/{gone.id}">Gone Ltd</a>', page, re.DOTALL)
    assert "Send 1 statement now" in page
    assert "Monthly statements are off" in page


async def test_a_controller_sees_no_button(client: httpx.AsyncClient, harbour: Customer, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    page = (await client.get("/statements")).text
    assert "Send 1 statement now" not in page
    assert (await client.post("/statements", data={"month": "2026-11"})).status_code == 403
    assert (await client.post("/statements/settings", data={"day": "1"})).status_code == 403


async def test_without_a_connection_the_page_says_why_none_can_go(client: httpx.AsyncClient, sign_in: Any) -> None:
    await sign_in(Role.MANAGER)
    assert "Xero is disconnected" in (await client.get("/statements")).text
    assert (await client.post("/statements", data={})).status_code == 409


async def test_a_preview_is_todays_account_as_pdf_and_keeps_nothing(
    client: httpx.AsyncClient, harbour: Customer, sign_in: Any
) -> None:
    await sign_in(Role.VIEWER)
    paper = await client.get(f"/customers/{harbour.id}/statement.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert await Statement.count() == 0


async def test_the_pdf_that_went_is_shown_to_its_own_organisation_only(
    client: httpx.AsyncClient, borealis: cast.Firm, meridian: cast.Firm, harbour: Customer, sign_in: Any
) -> None:
    done = await make(harbour.id, "2026-11", NOW)
    assert isinstance(done, Made)
    await sign_in(Role.VIEWER)
    assert (await client.get(f"/statements/{done.statement_id}")).content.startswith(b"%PDF")
    assert f'href="/statements/{done.statement_id}"' in (await client.get("/statements")).text
    await sign_in(meridian.anna)
    assert (await client.get(f"/statements/{done.statement_id}")).status_code == 404
    assert (await client.get(f"/customers/{harbour.id}/statement.pdf")).status_code == 404


@pytest.fixture
async def waiting(borealis: cast.Firm, harbour: Customer) -> Made:
    """Review mode: Harbour's statement is written and waits."""
    await Organisation.update({Organisation.review_mode: True}).where(Organisation.id == borealis.id)
    done = await make(harbour.id, "2026-11", NOW)
    assert isinstance(done, Made)
    return done


async def test_what_waits_in_review_mode_is_approved_on_the_page(
    client: httpx.AsyncClient, harbour: Customer, waiting: Made, sign_in: Any
) -> None:
    await sign_in(Role.MANAGER)
    page = (await client.get("/statements")).text
    assert "waits for approval" in page
    assert "November 2026</td>" in page
    row = await Message.objects().get(Message.kind == "statement")
    assert row is not None
    assert f'name="up_to" value="{row.id}"' in page
    await client.post("/statements/approval", data={"up_to": str(row.id - 1)})
    assert await states() == ["planned"], "what the page did not show is not approved"
    answer = await client.post("/statements/approval", data={"up_to": str(row.id)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/statements")
    assert await states() == ["approved"]
    assert await Customer.exists().where(Customer.id == harbour.id, Customer.reconsider_at == NOW)


async def test_one_can_be_approved_by_itself(client: httpx.AsyncClient, waiting: Made, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    assert (await client.post(f"/statements/{waiting.statement_id}/approval")).status_code == 403
    await sign_in(Role.MANAGER)
    assert (await client.post(f"/statements/{waiting.statement_id}/approval")).status_code == 303
    assert await states() == ["approved"]
    assert (await client.post(f"/statements/{waiting.statement_id}/approval")).status_code == 409


async def test_another_organisation_approves_none_of_them(
    client: httpx.AsyncClient, meridian: cast.Firm, waiting: Made, sign_in: Any
) -> None:
    await sign_in(meridian.anna)
    assert (await client.post(f"/statements/{waiting.statement_id}/approval")).status_code == 404
    await client.post("/statements/approval", data={"up_to": "999999"})
    assert await states() == ["planned"]


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


async def states() -> list[str]:
    return [row["state"] for row in await Message.select(Message.state).where(Message.kind == "statement")]


async def test_the_portal_offers_the_statement(client: httpx.AsyncClient, harbour: Customer) -> None:
    token = await portal_link(harbour.id, harbour.organisation, NOW)
    paper = await client.get(f"/p/{token}/statement.pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper.headers["cache-control"] == "no-store"


async def test_the_portal_and_the_desk_give_the_statement_of_any_time(
    client: httpx.AsyncClient, harbour: Customer, sign_in: Any
) -> None:
    token = await portal_link(harbour.id, harbour.organisation, NOW)
    await sign_in(Role.VIEWER)
    for address in (f"/p/{token}", f"/customers/{harbour.id}"):
        paper = await client.get(f"{address}/statement.pdf?from=2026-10-01&to=2026-11-15")
        text = text_of(paper.content)
        assert "1 Oct 2026 to 15 Nov 2026" in text
        assert "Invoice INV-1" in text
        assert "Opening balance 0.00" in text
    swapped = await client.get(f"/customers/{harbour.id}/statement.pdf?from=2026-11-15&to=2026-10-01")
    assert swapped.status_code == 422
    assert "The first day lies after the last one" in swapped.text


async def test_all_of_a_month_come_as_a_zip_to_ones_own_organisation(
    client: httpx.AsyncClient, borealis: cast.Firm, meridian: cast.Firm, harbour: Customer, sign_in: Any
) -> None:
    twin = await cast.a_customer(borealis.organisation, "Harbour Foods Ltd")
    await cast.a_recipient(twin, "other@harbour.example")
    await cast.an_invoice(twin, "INV-2")
    for each in (harbour, twin):
        assert isinstance(await make(each.id, "2026-11", NOW), Made)
    await sign_in(Role.VIEWER)
    assert "/statements/months/2026-11.zip" in (await client.get("/statements")).text
    answer = await client.get("/statements/months/2026-11.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names == ["Harbour Foods Ltd 2026-11-30.pdf", "Harbour Foods Ltd 2026-11-30 (2).pdf"]
        assert "INV-2" in text_of(archive.read(names[1]))
    assert (await client.get("/statements/months/2026-10.zip")).status_code == 404
    await sign_in(meridian.anna)
    assert (await client.get("/statements/months/2026-11.zip")).status_code == 404


async def test_a_customer_is_left_out_and_taken_in_again(
    client: httpx.AsyncClient, meridian: cast.Firm, harbour: Customer, sign_in: Any
) -> None:
    await sign_in(Role.VIEWER)
    assert (await client.post(f"/customers/{harbour.id}/statements", data={})).status_code == 403
    await sign_in(meridian.anna)
    assert (await client.post(f"/customers/{harbour.id}/statements", data={})).status_code == 404
    await sign_in(Role.CONTROLLER)
    assert (await client.post(f"/customers/{harbour.id}/statements", data={})).headers["location"] == "/statements"
    page = (await client.get("/statements")).text
    assert "0 customers would get a statement" in page
    assert "Gets no statements" in page and "Send them again" in page
    assert "Gets no monthly statements" in (await client.get(f"/customers/{harbour.id}")).text
    await client.post(f"/customers/{harbour.id}/statements", data={"wants": "1", "from": "customer"})
    assert "1 customer would get a statement" in (await client.get("/statements")).text


async def test_one_that_went_is_sent_again_with_the_very_pdf(
    client: httpx.AsyncClient, harbour: Customer, sign_in: Any
) -> None:
    done = await make(harbour.id, "2026-11", NOW)
    assert isinstance(done, Made)
    await sign_in(Role.CONTROLLER)
    assert (await client.post(f"/statements/{done.statement_id}/again")).status_code == 409, "it hasn't gone yet"
    await Message.update({Message.state: "sent", Message.sent_at: NOW}).where(Message.id == done.message_id)
    for _ in range(2):
        assert (await client.post(f"/statements/{done.statement_id}/again")).status_code == 303
    first, *again = await Message.objects().where(Message.kind == "statement").order_by(Message.id)
    assert [(m.state, m.attachments, m.text) for m in again] == [("planned", first.attachments, first.text)]
    assert await recheck(again[0], NOW) == Same()
    assert f'href="/messages/{again[0].id}">again' in (await client.get("/statements")).text
    await Customer.update({Customer.stop: "insolvent"}).where(Customer.id == harbour.id)
    assert isinstance(await recheck(again[0], NOW), Empty)
    refused = await client.post(f"/statements/{done.statement_id}/again")
    assert refused.status_code == 409
    assert "End the stop" in refused.text

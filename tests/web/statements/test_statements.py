"""The Statements page, previews, and the PDFs that went."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.activity.tables import AuditEntry
from app.customers.tables import Customer
from app.email_templates.actions import ship
from app.mail.tables import Sender
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from app.statements.actions import Made, make
from app.statements.gateway import PRESS
from app.statements.queries import settings_of
from app.statements.tables import Statement
from app.xero.tables import Connection
from tests import cast
from tests.cast import NOW


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at cast.NOW."""
    monkeypatch.setattr("app.clock.now", lambda: NOW)


@pytest.fixture(scope="module", autouse=True)
def press() -> Iterator[None]:
    yield
    PRESS.stop()


@pytest.fixture
async def harbour(borealis: cast.Firm) -> Customer:
    """Harbour owes; Borealis is connected and has a mailbox."""
    await ship(borealis.id, NOW)
    facts: dict[str, Any] = {"provider": "demo", "tenant_id": "t", "state": "connected", "last_good_sync_at": NOW}
    await Connection(organisation=borealis.id, **facts).save()
    await Sender(organisation=borealis.id, kind="normal", name="Tom", address="tom@borealis.example", host="localhost").save()
    customer = await cast.a_customer(borealis.organisation)
    await cast.a_recipient(customer, "accounts@harbour.example")
    await cast.an_invoice(customer, "INV-1", total="120.00")
    return customer


async def test_the_page_says_who_gets_one_and_who_does_not(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, sign_in: Any
) -> None:
    gone = await cast.a_customer(borealis.organisation, "Gone Ltd", stop="insolvent")
    await cast.an_invoice(gone)
    await sign_in(Role.MANAGER)
    page = (await client.get("/statements")).text
    assert "1 customer would get a statement for November 2026; 1 would not" in page
    assert "Gone Ltd is insolvent" in page
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


async def states() -> list[str]:
    return [row["state"] for row in await Message.select(Message.state).where(Message.kind == "statement")]


async def test_settings_are_kept_and_audited(client: httpx.AsyncClient, borealis: cast.Firm, sign_in: Any) -> None:
    await sign_in(Role.MANAGER)
    await client.post("/statements/settings", data={"day": "31", "who": "all", "is_on": "1"})
    kept = await settings_of(borealis.id)
    assert (kept.day, kept.chasing_only, kept.switched_on_at, kept.previewed_at) == (31, False, NOW, NOW)
    await client.post("/statements/settings", data={"day": "1"})
    kept = await settings_of(borealis.id)
    assert (kept.day, kept.chasing_only, kept.switched_on_at) == (1, True, None)
    assert await AuditEntry.count().where(AuditEntry.act == "settled statements") == 2


async def test_the_portal_offers_the_statement(client: httpx.AsyncClient, harbour: Customer) -> None:
    from app.customers.link_actions import portal_link

    token = await portal_link(harbour.id, harbour.organisation, NOW)
    paper = await client.get(f"/p/{token}/statement.pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper.headers["cache-control"] == "no-store"

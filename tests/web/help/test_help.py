"""/help: the usual questions, each with a look at this very organisation."""

import html
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.customers.tables import Customer
from app.help.topics import TOPICS, help_for
from app.leases import Lease
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from app.promises.tables import ExpectedDate
from app.settings import reload_settings
from app.xero.tables import CallBudget, Connection, Grant, Quarantined, SyncRun
from tests import cast
from tests.web.conftest import SignIn


def now() -> datetime:
    return datetime.now(UTC)


async def connected(firm: cast.Firm, **facts: Any) -> Connection:
    standard: dict[str, Any] = {"provider": "xero", "tenant_name": "Borealis books", "state": "connected", "short_code": "!ab"}
    row = Connection(organisation=firm.id, **{**standard, "last_good_sync_at": now(), **facts})
    await row.save()
    return row


async def read(client: httpx.AsyncClient, address: str) -> str:
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


async def test_every_question_is_listed_and_has_its_page(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await connected(borealis)
    for role in Role:
        await sign_in(role)
        listed = await read(client, "/help")
        for topic in TOPICS:
            assert f'href="/help/{topic.key}"' in listed
            assert topic.question in await read(client, f"/help/{topic.key}")
    assert (await client.get("/help/anything")).status_code == 404


async def test_never_connected(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in(Role.OWNER)
    page = await read(client, "/help/cannot-connect")
    assert "was never connected" in page and 'href="/connect"' in page
    assert "No app is registered with Xero on this installation" in page
    await sign_in(Role.CONTROLLER)
    assert "Your role cannot connect. Ask Anna Berg." in await read(client, "/help/cannot-connect")


async def test_a_role_in_xero_that_may_too_little_is_named(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await connected(borealis, user_role="READONLY")
    await sign_in(Role.OWNER)
    assert "has the role READONLY: Standard or Adviser is needed" in await read(client, "/help/cannot-connect")


async def test_changes_that_do_not_come(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    await connected(borealis, last_good_sync_at=now() - timedelta(hours=30))
    await SyncRun(organisation=borealis.id, state="failed", problem="Xero is offline.", started_at=now()).save()
    await Quarantined(organisation=borealis.id, resource="invoices", reason="odd", seen_at=now()).save()
    await CallBudget(organisation_id=borealis.id, blocked_until_at=now() + timedelta(minutes=5)).save()
    await sign_in(Role.CONTROLLER)
    page = await read(client, "/help/changes-not-coming")
    for found in ("30 hours ago", "The last sync failed: Xero is offline.", "1 record of Xero’s could not be used",
                  "limit of calls is reached", "The timetable that rings the daily sync is not running"):  # fmt: skip
        assert found in page
    assert 'action="/syncs"' in page
    await Lease(name="tick: sync once a day", holder="x", until_at=now()).save()
    assert "daily sync is running" in await read(client, "/help/changes-not-coming")
    await sign_in(Role.VIEWER)
    assert 'action="/syncs"' not in (await read(client, "/help/changes-not-coming")).partition("Looked at just now")[2]


async def test_refused_dates_are_listed_each_with_its_button(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await connected(borealis, locked_until_on="2026-10-31")
    invoice = await cast.an_invoice(await cast.a_customer(borealis.organisation), "INV-77")
    facts: dict[str, Any] = {"organisation": borealis.id, "expected_on": cast.TODAY, "tried_at": now(), "set_at": now()}
    await ExpectedDate(**facts, invoice=invoice.id, push="refused", refusal="Invoice has a payment").save()
    await sign_in(Role.CONTROLLER)
    page = await read(client, "/help/expected-date-not-pushed")
    assert "INV-77 of Harbour Foods Ltd: Xero said “Invoice has a payment”" in page
    assert f'action="/invoices/{invoice.id}/expected-date/push"' in page
    assert "The books in Xero are locked up to" in page
    await ExpectedDate.update({ExpectedDate.push: "pending", ExpectedDate.set_at: now() - timedelta(hours=1)}, force=True)
    assert "1 date has waited for Xero" in await read(client, "/help/expected-date-not-pushed")


async def test_a_contact_that_differs(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, meridian: cast.Firm
) -> None:
    await connected(borealis)
    customer = await cast.a_customer(borealis.organisation, email="ap@harbour.example", is_archived=True)
    theirs = await cast.a_customer(meridian.organisation, "Harbour of Meridian")
    await cast.a_recipient(customer, "own@harbour.example", source="here")
    await sign_in(Role.CONTROLLER)
    found = await read(client, "/help/contact-differs?q=harbour")
    assert f"?customer={customer.id}" in found and "Meridian" not in found.partition("Which customer")[2]
    page = await read(client, f"/help/contact-differs?customer={customer.id}")
    assert "Here: Harbour Foods Ltd, nobody, ap@harbour.example" in page and "Archived in Xero" in page
    assert "own@harbour.example" in page and f'action="/customers/{customer.id}/refresh"' in page and "Edit in Xero" in page
    assert (await client.get(f"/help/contact-differs?customer={theirs.id}")).status_code == 404
    assert (await client.get("/help/contact-differs?customer=12x")).status_code == 404
    await Customer.update({Customer.erased_at: cast.NOW}).where(Customer.id == customer.id)
    assert "This customer was erased" in await read(client, f"/help/contact-differs?customer={customer.id}")


async def test_disconnected(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    grant = Grant(provider="xero", token_set_sealed="sealed with another key")
    await grant.save()
    await connected(borealis, state="disconnected", reason="Access was revoked.", disconnected_at=now(), grant=grant.id)
    await sign_in(Role.OWNER)
    page = await read(client, "/help/disconnected")
    assert "Disconnected from Borealis books. Access was revoked." in page and "Reconnect to Xero" in page
    assert "SECRET_KEY has changed" in page
    await sign_in(Role.VIEWER)
    assert "Your role cannot reconnect. Ask Anna Berg." in await read(client, "/help/disconnected")


async def test_a_restored_copy_is_told(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    await sign_in(Role.OWNER)
    assert "This is no restored copy" in await read(client, "/help/backups")
    await Organisation.update({Organisation.restored: True}, force=True)
    assert 'href="/settings/restored-copy"' in await read(client, "/help/backups")


async def test_support_is_whom_the_installation_names(
    client: httpx.AsyncClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_in()
    assert "Ask whoever runs this installation" in await read(client, "/help")
    monkeypatch.setenv("SUPPORT_EMAIL", "help@books.example")
    monkeypatch.setenv("SUPPORT_URL", "javascript:alert(1)")
    reload_settings()
    page = await read(client, "/help/disconnected")
    assert 'href="mailto:help@books.example"' in page and "javascript:" not in page
    monkeypatch.undo()
    reload_settings()


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/", "/help"),
        ("/syncs", "/help/changes-not-coming"),
        ("/customers/12", "/help/contact-differs?customer=12"),
        ("/customers", "/help"),
        ("/invoices/7", "/help/expected-date-not-pushed"),
        ("/settings/privacy", "/help/backups"),
    ],
)
def test_help_begins_with_the_page_at_hand(path: str, to: str) -> None:
    assert help_for(path) == to

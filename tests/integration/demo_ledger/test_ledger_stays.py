"""After a restart it is the same ledger; and its own pages change the books as a bookkeeper would."""

from pathlib import Path

import httpx
from litestar import Litestar

from app.demo_ledger.grants import kept
from app.demo_ledger.serve import build
from app.demo_ledger.settings import UNLIMITED, LedgerSettings
from tests.contract.xero_session import XeroSession, exact
from tests.integration.demo_ledger.conftest import HandClock


def session(app: Litestar) -> XeroSession:
    return XeroSession(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost"))


async def test_tokens_and_changes_outlive_a_restart(tmp_path: Path, clock: HandClock) -> None:
    settings = LedgerSettings(limits=UNLIMITED, now=clock, memory=tmp_path / "ledger.json")
    before = await session(build(settings=settings)).connect()
    made = await before.control("invoices", {"contact": "Kestrel Outdoor Ltd", "amount": "100.00"})
    [old] = await before.records("Invoices", where='Status=="AUTHORISED"', page=1, pageSize=1)
    await before.control("payments", {"invoice": old["InvoiceID"], "amount": "1.00"})
    remembered = await before.records("Invoices", page=1, pageSize=1000)
    clock.forward(days=3)
    after = session(build(settings=settings))
    after.tokens, after.http.headers["xero-tenant-id"] = before.tokens, before.tenant
    after.use((await after.refresh()).json())
    assert await after.records("Invoices", page=1, pageSize=1000) == remembered
    assert (await after.invoice(made["InvoiceID"]))["AmountDue"] == "120.00"
    assert len(await after.records("Payments", where='Amount==1.00 && Status=="AUTHORISED"', page=1)) == 1
    new = await after.control("payments", {"invoice": made["InvoiceID"]})
    assert new["PaymentID"] not in {payment["PaymentID"] for payment in remembered[0]["Payments"]}


async def test_its_file_opens_nothing(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "ledger.json"
    client = await session(build(settings=LedgerSettings(limits=UNLIMITED, now=clock, memory=path))).connect()
    first = dict(client.tokens)
    client.use((await client.refresh()).json())
    secrets = [tokens[name] for tokens in (first, client.tokens) for name in ("access_token", "refresh_token", "id_token")]
    assert client.tenant in path.read_text(encoding="utf-8")
    assert not [secret for secret in secrets if secret in path.read_text(encoding="utf-8")]
    assert path.stat().st_mode & 0o077 == 0


async def test_a_file_that_still_names_tokens_is_understood(tmp_path: Path, clock: HandClock) -> None:
    settings = LedgerSettings(limits=UNLIMITED, now=clock, memory=tmp_path / "ledger.json")
    before = await session(build(settings=settings)).connect()
    text = settings.memory.read_text(encoding="utf-8") if settings.memory else ""
    for name in ("access_token", "refresh_token"):
        assert kept(before.tokens[name]) in text
        text = text.replace(kept(before.tokens[name]), before.tokens[name])
    (tmp_path / "ledger.json").write_text(text, encoding="utf-8")
    after = session(build(settings=settings))
    after.http.headers["xero-tenant-id"] = before.tenant
    after.use(before.tokens)
    assert (await after.get("Organisation")).status_code == 200
    assert (await after.refresh()).status_code == 200


async def test_another_seed_is_another_ledger(tmp_path: Path, clock: HandClock) -> None:
    settings = LedgerSettings(limits=UNLIMITED, now=clock, memory=tmp_path / "ledger.json")
    before = await session(build(settings=settings, seed=1)).connect()
    after = session(build(settings=settings, seed=2))
    after.tokens = before.tokens
    assert (await after.refresh()).json() == {"error": "invalid_grant"}


async def test_a_file_that_cannot_be_read_is_no_hindrance(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "ledger.json"
    path.write_text("{ half", encoding="utf-8")
    settings = LedgerSettings(limits=UNLIMITED, now=clock, memory=path)
    assert (await (await session(build(settings=settings)).connect()).get("Organisation")).status_code == 200


async def test_a_contact_can_be_edited_where_the_deep_link_leads(xero: XeroSession) -> None:
    code = exact(await xero.get("Organisation"))["Organisations"][0]["ShortCode"]
    [contact] = await xero.records("Contacts", where='Name=="Halcyon Yoga Studio"')
    page = f"/app/{code}/contacts/contact/{contact['ContactID']}"
    assert "Halcyon Yoga Studio" in (await xero.http.get(page)).text
    await xero.http.post(
        page, data={"do": "save", "Name": "Halcyon Yoga Studio", "FirstName": "Ida", "EmailAddress": "ida@h.example"}
    )
    changed = exact(await xero.get(f"Contacts/{contact['ContactID']}"))["Contacts"][0]
    assert (changed["FirstName"], changed["EmailAddress"]) == ("Ida", "ida@h.example")


async def test_an_invoice_can_be_paid_and_dated_where_the_deep_link_leads(xero: XeroSession) -> None:
    code = exact(await xero.get("Organisation"))["Organisations"][0]["ShortCode"]
    made = await xero.control("invoices", {"contact": "Kestrel Outdoor Ltd", "amount": "100.00"})
    page = f"/app/{code}/invoicing/view/{made['InvoiceID']}"
    await xero.http.post(page, data={"do": "dates", "DueDate": "2026-12-31", "ExpectedPaymentDate": ""})
    await xero.http.post(page, data={"do": "pay", "amount": "20.00"})
    refused = await xero.http.post(page, data={"do": "void"})
    assert refused.status_code == 422
    changed = await xero.invoice(made["InvoiceID"])
    assert (changed["AmountDue"], changed["DueDateString"]) == ("100.00", "2026-12-31T00:00:00")
    assert (await xero.http.get("/app/!none/invoicing/view/INV-0001")).status_code == 404

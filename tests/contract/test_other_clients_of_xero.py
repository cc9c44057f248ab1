"""What ordinary Xero clients that are not ours send, byte for byte as xero-python 15.2 and pyxero 0.9.5 put it on the wire."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from app.demo_ledger.generate import generate_books
from app.demo_ledger.main import create_ledger
from app.demo_ledger.settings import UNLIMITED, LedgerSettings
from tests.contract.xero_session import XeroSession, exact

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BROAD = "openid profile email offline_access accounting.transactions accounting.contacts accounting.settings"


@pytest.fixture
async def xero() -> AsyncIterator[XeroSession]:
    books = generate_books(1, today=NOW.date())
    app = create_ledger(books, settings=LedgerSettings(limits=UNLIMITED, now=lambda: NOW))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http:
        yield await XeroSession(http).connect(scope=BROAD)


async def an_open(xero: XeroSession) -> dict[str, str]:
    listed = await xero.records("Invoices", page=1, where='Type=="ACCREC" AND Status=="AUTHORISED" AND AmountPaid==0')
    return next(each for each in listed if float(each["AmountCredited"]) == 0)


async def in_xml(xero: XeroSession, method: str, plural: str, body: str) -> httpx.Response:
    headers = {"Content-Type": "application/xml", "Accept": "application/json"}
    return await xero.http.request(method, f"/api.xro/2.0/{plural}", content=body.encode(), headers=headers)


async def test_pyxero_sets_an_expected_payment_date_in_xml(xero: XeroSession) -> None:
    wanted = await an_open(xero)
    day = "<ExpectedPaymentDate>2026-12-01T00:00:00</ExpectedPaymentDate>"
    answer = await in_xml(xero, "POST", "Invoices", f"<Invoice><InvoiceID>{wanted['InvoiceID']}</InvoiceID>{day}</Invoice>")
    assert answer.status_code == 200, answer.text
    [changed] = exact(answer)["Invoices"]
    assert changed["ExpectedPaymentDateString"] == "2026-12-01T00:00:00"
    assert (changed["Total"], changed["AmountDue"]) == (wanted["Total"], wanted["AmountDue"])


async def test_pyxero_pays_in_xml(xero: XeroSession) -> None:
    wanted = await an_open(xero)
    of = f"<Invoice><InvoiceID>{wanted['InvoiceID']}</InvoiceID></Invoice><Account><Code>090</Code></Account>"
    body = f"<Payments><Payment>{of}<Amount>1.5</Amount><Date>2026-11-22</Date></Payment></Payments>"
    answer = await in_xml(xero, "PUT", "Payments", body)
    assert exact(answer)["Payments"][0]["Amount"] == "1.50", answer.text
    assert (await xero.invoice(wanted["InvoiceID"]))["AmountPaid"] == "1.50"


async def test_an_invoice_with_lines_can_be_written_in_xml(xero: XeroSession) -> None:
    line = "<LineItem><Description>Work &amp; more</Description><Quantity>2</Quantity><UnitAmount>10.00</UnitAmount></LineItem>"
    facts = "<Contact><Name>Kestrel Outdoor Ltd</Name></Contact><Type>ACCREC</Type><SentToContact>true</SentToContact>"
    answer = await in_xml(xero, "POST", "Invoices", f"<Invoice>{facts}<LineItems>{line}</LineItems></Invoice>")
    [written] = exact(answer)["Invoices"]
    assert (written["SubTotal"], written["SentToContact"]) == ("20.00", True)
    assert written["LineItems"][0]["Description"] == "Work & more"


@pytest.mark.parametrize("body", ["<Invoice>", '<!DOCTYPE x [<!ENTITY a "b">]><Invoice>&a;</Invoice>', "<a><b></a>"])
async def test_xml_that_is_none_or_wants_entities_is_bad_data(xero: XeroSession, body: str) -> None:
    answer = await in_xml(xero, "POST", "Invoices", body)
    assert (answer.status_code, answer.json()["ErrorNumber"]) == (400, 14)


METHODS = ['Name.contains("studio")', 'Name.Contains("studio")', 'Name.ToLower().Contains("studio")']


@pytest.mark.parametrize("where", METHODS)
async def test_text_methods_are_found_whatever_their_case(xero: XeroSession, where: str) -> None:
    names = [each["Name"] for each in await xero.records("Contacts", where=where)]
    assert names and all("studio" in name.lower() for name in names)


@pytest.mark.parametrize("since", ['"2026-11-16"', "Mon, 16 Nov 2026 00:00:00 GMT", "2026-11-16T00:00:00"])
async def test_a_delta_can_be_asked_for_as_either_client_does(xero: XeroSession, since: str) -> None:
    delta = exact(await xero.get("Invoices", page=1, headers={"If-Modified-Since": since}))["Invoices"]
    assert 0 < len(delta) < 50
    assert all(each["UpdatedDateUTCString"] >= "2026-11-16" for each in delta)


async def test_xero_python_writes_a_date_in_milliseconds_with_marks_of_its_own(xero: XeroSession) -> None:
    wanted = await an_open(xero)
    element = {"ExpectedPaymentDate": "/Date(1798070400000)/", "HasAttachments": False, "HasErrors": False}
    answer = await xero.post(f"Invoices/{wanted['InvoiceID']}", {"Invoices": [element]})
    assert exact(answer)["Invoices"][0]["ExpectedPaymentDateString"] == "2026-12-24T00:00:00"


async def test_xero_python_refreshes_with_the_basic_header_and_a_scope(xero: XeroSession) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": xero.tokens["refresh_token"], "scope": BROAD}
    answer = await xero.http.post("/connect/token", data=form, auth=(xero.client_id, "a secret"))
    assert answer.status_code == 200, answer.text
    assert {"access_token", "refresh_token", "id_token", "expires_in", "token_type", "scope"} <= answer.json().keys()
    assert set(answer.json()["scope"].split()) == set(BROAD.split())

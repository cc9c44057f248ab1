"""Books read from a file: what a Xero answer needs is filled in, what is odd stays odd."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.demo_ledger.load import books_from_file
from app.demo_ledger.main import create_ledger
from app.demo_ledger.settings import UNLIMITED, LedgerSettings
from tests.contract.xero_session import XeroSession, exact

CONTENT: dict[str, Any] = {
    "Organisation": {"Name": "Copse Ltd", "BaseCurrency": "EUR", "Timezone": "WEUROPESTANDARDTIME"},
    "Contacts": [
        {"ContactID": "11111111-1111-4111-8111-111111111111", "Name": "Ash", "EmailAddress": "ap@ash.example"},
        {"Name": "No email"},
    ],
    "Invoices": [
        {
            "InvoiceID": "22222222-2222-4222-8222-222222222222",
            "InvoiceNumber": "A-1",
            "Contact": {"ContactID": "11111111-1111-4111-8111-111111111111", "Name": "Ash"},
            "Date": "2026-10-01",
            "DueDate": "/Date(1793404800000+0000)/",
            "Total": 120.50,
            "UpdatedDateUTC": "/Date(1790812800000+0000)/",
        },
        {
            "InvoiceNumber": "A-2",
            "Contact": {"Name": "Ash"},
            "DueDate": None,
            "Total": 10,
            "CurrencyCode": "XQQ",
            "Status": "ODD",
        },
        {"InvoiceNumber": None, "Contact": None, "Type": None, "AmountDue": None, "Total": None, "Surprise": {"new": 1}},
    ],
    "CreditNotes": [{"CreditNoteNumber": "C-1", "Contact": {"Name": "Ash"}, "Total": 5}],
}


@pytest.fixture
async def xero(tmp_path: Path) -> AsyncIterator[XeroSession]:
    path = tmp_path / "books.json"
    path.write_text(json.dumps(CONTENT), encoding="utf-8")
    app = create_ledger(books_from_file(path), settings=LedgerSettings(limits=UNLIMITED))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http:
        yield await XeroSession(http).connect()


async def test_what_the_file_says_is_served(xero: XeroSession) -> None:
    organisation = exact(await xero.get("Organisation"))["Organisations"][0]
    assert (organisation["Name"], organisation["BaseCurrency"]) == ("Copse Ltd", "EUR")
    assert [contact["Name"] for contact in await xero.records("Contacts", page=1)] == ["Ash", "No email"]
    first = await xero.invoice("A-1")
    assert first["InvoiceID"] == "22222222-2222-4222-8222-222222222222"
    assert (first["Total"], first["AmountDue"], first["Status"]) == ("120.5", "120.50", "AUTHORISED")
    assert (first["DateString"], first["DueDateString"]) == ("2026-10-01T00:00:00", "2026-10-31T00:00:00")
    assert first["CurrencyCode"] == "EUR"


async def test_oddities_stay_as_the_file_has_them(xero: XeroSession) -> None:
    _, second, third = await xero.records("Invoices", page=1)
    assert (second["DueDate"], second["CurrencyCode"], second["Status"]) == (None, "XQQ", "ODD")
    assert third["InvoiceNumber"] is third["Contact"] is third["Type"] is third["AmountDue"] is None
    assert third["Surprise"] == {"new": 1}
    assert third["InvoiceID"]


async def test_questions_survive_oddities(xero: XeroSession) -> None:
    assert len(await xero.records("Invoices", page=1, order="DueDate DESC")) == 3
    assert len(await xero.records("Invoices", page=1, order="Total", where="Total > 1")) == 2
    assert len(await xero.records("Invoices", page=1, where="DueDate < DateTime(2030,1,1)")) == 1
    recent = await xero.get("Invoices", page=1, headers={"If-Modified-Since": "2026-01-01T00:00:00"})
    assert len(exact(recent)["Invoices"]) == 1
    assert (await xero.get("Invoices/A-2", headers={"Accept": "application/pdf"})).content.startswith(b"%PDF")


async def test_books_from_a_file_can_be_paid_too(xero: XeroSession) -> None:
    await xero.control("payments", {"invoice": "A-1", "amount": "all"})
    assert (await xero.invoice("A-1"))["Status"] == "PAID"
    [credit] = await xero.records("CreditNotes", page=1)
    assert credit["RemainingCredit"] == "5.00"


@pytest.mark.parametrize("text", ["", "nonsense", "[]"])
def test_a_file_that_holds_no_books_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"broken\.json"):
        books_from_file(path)

"""Every answer of the demo ledger, held against Xero's own description of its API."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from app.demo_ledger.generate import generate_books
from app.demo_ledger.settings import UNLIMITED, LedgerSettings
from tests.contract.xero_session import XeroSession
from tests.ledgers import a_ledger, put_away

SPECIFICATION = Path(__file__).resolve().parents[2].parent / "shared" / "xero" / "xero_accounting.yaml"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MSDATE = re.compile(r"/Date\(-?\d+(\+0000)?\)/")
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ENVELOPE = {"Id", "Status", "ProviderName", "DateTimeUTC", "pagination"}
# In real payloads and in the description's own examples, though not in its schemas.
SENT_THOUGH_NOT_DESCRIBED = {
    "DateString", "DueDateString", "ExpectedPaymentDateString", "PlannedPaymentDateString", "ID", "IsDemoCompany",
}  # fmt: skip
APPLIED = {"AppliedAmount", "HasErrors", "LineItems", "CreditNoteNumber"}
"""What credits carry inside an invoice beyond their own schema."""

if not SPECIFICATION.exists():
    pytest.skip(f"LEFT OUT: Xero's OpenAPI file is not at {SPECIFICATION}", allow_module_level=True)


class _Loader(yaml.CSafeLoader):
    """Without the resolver that turns the timestamps of examples into datetimes."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    with SPECIFICATION.open(encoding="utf-8") as file:
        loaded: dict[str, Any] = yaml.load(file, _Loader)
    return loaded


@pytest.fixture(scope="module")
def validators(description: dict[str, Any]) -> dict[str, Draft202012Validator]:
    schemas = description["components"]["schemas"]
    resource = Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema", **description})
    registry: Registry[Any] = Registry().with_resource("urn:xero", resource)
    return {name: Draft202012Validator({"$ref": f"urn:xero#/components/schemas/{name}"}, registry=registry) for name in schemas}


@pytest.fixture
async def xero() -> AsyncIterator[XeroSession]:
    books = generate_books(1, today=NOW.date())
    app = a_ledger(books, LedgerSettings(limits=UNLIMITED, now=lambda: NOW))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http:
        yield await XeroSession(http).connect()
    put_away(app)


def _schema(description: dict[str, Any], schema: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return name, description["components"]["schemas"][name] if name else schema


def departures(description: dict[str, Any], schema: dict[str, Any], value: Any, at: str = "") -> Iterator[str]:
    """What validation lets through: unknown fields, dates and identifiers in another form."""
    name, schema = _schema(description, schema)
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from departures(description, schema.get("items", {}), item, f"{at}[{place}]")
    elif isinstance(value, dict) and "properties" in schema:
        known = {**schema["properties"]}
        for field, inner in value.items():
            allowed = SENT_THOUGH_NOT_DESCRIBED | (APPLIED if name in ("Prepayment", "Overpayment") else set())
            if field in known:
                yield from departures(description, known[field], inner, f"{at}.{field}")
            elif field not in allowed and not (at == "" and field in ENVELOPE):
                yield f"{at}.{field} is not in {name}"
    elif isinstance(value, str):
        if (schema.get("x-is-msdate") or schema.get("x-is-msdate-time")) and not MSDATE.fullmatch(value):
            yield f"{at} is no date: {value}"
        if schema.get("format") == "uuid" and not GUID.fullmatch(value):
            yield f"{at} is no identifier: {value}"


def hold(validators: dict[str, Draft202012Validator], description: dict[str, Any], name: str, answer: httpx.Response) -> None:
    body = answer.json()
    errors = [f"{error.json_path}: {error.message}" for error in validators[name].iter_errors(body)]
    errors += list(departures(description, {"$ref": f"#/components/schemas/{name}"}, body))
    assert not errors, errors[:10]


LISTS = [
    ("Organisation", "Organisations"), ("Organisation/Actions", "Actions"), ("Contacts", "Contacts"),
    ("Contacts?page=1&includeArchived=true", "Contacts"), ("Contacts?summaryOnly=true&page=1", "Contacts"),
    ("Invoices", "Invoices"), ("Invoices?page=1&pageSize=1000", "Invoices"), ("Invoices?page=2", "Invoices"),
    ("Invoices?summaryOnly=true&page=1", "Invoices"), ("Invoices?page=99", "Invoices"),
    ("CreditNotes", "CreditNotes"), ("CreditNotes?page=1", "CreditNotes"), ("Prepayments?page=1", "Prepayments"),
    ("Overpayments?page=1", "Overpayments"), ("Payments?page=1&pageSize=1000", "Payments"), ("Users", "Users"),
    ("BrandingThemes", "BrandingThemes"), ("Accounts", "Accounts"), ("InvoiceReminders/Settings", "InvoiceReminders"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "schema"), LISTS)
async def test_lists_are_as_described(
    xero: XeroSession, validators: dict[str, Draft202012Validator], description: dict[str, Any], path: str, schema: str
) -> None:
    answer = await xero.http.get(f"/api.xro/2.0/{path}")
    assert answer.status_code == 200
    hold(validators, description, schema, answer)


async def test_every_kind_of_record_by_identifier_is_as_described(
    xero: XeroSession, validators: dict[str, Draft202012Validator], description: dict[str, Any]
) -> None:
    shelves = {"Contacts": "ContactID", "CreditNotes": "CreditNoteID", "Prepayments": "PrepaymentID",
               "Overpayments": "OverpaymentID", "Payments": "PaymentID"}  # fmt: skip
    for plural, name in shelves.items():
        for record in (await xero.records(plural, page=1, pageSize=30))[:30]:
            hold(validators, description, plural, await xero.get(f"{plural}/{record[name]}"))


async def test_every_invoice_by_identifier_is_as_described(
    xero: XeroSession, validators: dict[str, Draft202012Validator], description: dict[str, Any]
) -> None:
    for record in await xero.records("Invoices", page=1, pageSize=1000):
        hold(validators, description, "Invoices", await xero.get(f"Invoices/{record['InvoiceID']}"))


async def test_what_happened_in_the_books_is_as_described(
    xero: XeroSession, validators: dict[str, Draft202012Validator], description: dict[str, Any]
) -> None:
    made = await xero.control("invoices", {"contact": "Kestrel Outdoor Ltd", "amount": "100.00", "currency": "EUR"})
    await xero.control("payments", {"invoice": made["InvoiceNumber"], "amount": "30.00"})
    await xero.control(
        "credits", {"contact": "Kestrel Outdoor Ltd", "amount": "20", "currency": "EUR", "invoice": made["InvoiceID"]}
    )
    payment = await xero.control("payments", {"invoice": made["InvoiceNumber"], "amount": "5.00", "account": "writeoff"})
    await xero.http.delete(f"/control/payments/{payment['PaymentID']}")
    await xero.control("contacts", {"Name": "Newcomer Ltd", "EmailAddress": "ap@newcomer.example"})
    await xero.control("contacts/Newcomer Ltd/merge", {"into": "Kestrel Outdoor Ltd"})
    await xero.control("lock", {"date": "2020-01-31"})
    for path, schema in LISTS:
        hold(validators, description, schema, await xero.http.get(f"/api.xro/2.0/{path}"))
    hold(validators, description, "Invoices", await xero.get(f"Invoices/{made['InvoiceID']}"))


async def test_written_invoices_and_payments_are_as_described(
    xero: XeroSession, validators: dict[str, Draft202012Validator], description: dict[str, Any]
) -> None:
    made = await xero.control("invoices", {"contact": "Kestrel Outdoor Ltd", "amount": "100.00"})
    written = await xero.post(f"Invoices/{made['InvoiceID']}", {"ExpectedPaymentDate": "2030-01-31"})
    assert written.status_code == 200
    hold(validators, description, "Invoices", written)
    paid = await xero.post(
        "Payments", {"Payments": [{"Invoice": {"InvoiceID": made["InvoiceID"]}, "Account": {"Code": "090"}, "Amount": 10}]}
    )
    assert paid.status_code == 200
    hold(validators, description, "Payments", paid)


async def test_refusals_are_as_described(
    xero: XeroSession, validators: dict[str, Draft202012Validator], description: dict[str, Any]
) -> None:
    [paid, *_] = await xero.records("Invoices", where='Status=="PAID"', page=1)
    refused = [
        await xero.post(f"Invoices/{paid['InvoiceID']}", {"ExpectedPaymentDate": "2030-01-31"}),
        await xero.post(f"Invoices/{paid['InvoiceID']}", {"ExpectedPaymentDate": "in spring"}),
        await xero.post("Payments", {"Invoice": {"InvoiceID": paid["InvoiceID"]}, "Account": {"Code": "090"}, "Amount": 1}),
        await xero.get("Invoices", where="Type==", page=1),
        await xero.get("Invoices", page=1, pageSize=1001),
    ]
    for answer in refused:
        assert answer.status_code == 400
        errors = [error.message for error in validators["Error"].iter_errors(answer.json())]
        assert not errors, errors
        assert isinstance(answer.json()["ErrorNumber"], int)
        assert answer.json()["Message"]


@pytest.mark.parametrize(("headers", "status", "title"), [
    ({"Authorization": "Bearer nothing"}, 401, "Unauthorized"),
    ({"xero-tenant-id": ""}, 403, "Forbidden"),
    ({"xero-tenant-id": "00000000-0000-4000-8000-000000000000"}, 403, "Forbidden"),
])  # fmt: skip
async def test_who_may_not_read_is_told_as_xero_tells(
    xero: XeroSession, headers: dict[str, str], status: int, title: str
) -> None:
    answer = await xero.get("Organisation", headers=headers)
    assert answer.status_code == status
    assert answer.json()["Title"] == title
    assert answer.json()["Status"] == status
    assert set(answer.json()) == {"Type", "Title", "Status", "Detail", "Instance", "Extensions"}


async def test_dates_have_escaped_slashes_and_money_two_places_on_the_wire(xero: XeroSession) -> None:
    text = (await xero.get("Invoices", page=1)).text
    assert re.search(r'"Date":"\\/Date\(\d+\+0000\)\\/"', text)
    assert re.search(r'"DateTimeUTC":"\\/Date\(\d+\)\\/"', text)
    assert not re.search(r'"/Date\(', text)
    assert re.search(r'"AmountDue":\d+\.\d\d,', text)
    assert not re.search(r'"(Total|AmountDue|AmountPaid|SubTotal)":\d+(\.\d|\.\d{3,})?[,}]', text)
    assert '"CurrencyRate":1.0000000000' in text

"""Every request that we send, held against Xero's own description of its API."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.promises.actions import set_expected_date
from app.promises.words import DateSource
from app.settings import Settings
from app.xero.actions import invoice_pdf, online_invoice_url, push_expected_dates
from app.xero.gateway import XeroGateway
from app.xero.leaving_actions import leave
from app.xero.refresh_actions import refresh_customer
from tests import cast
from tests.xero_rig import ADDRESS, NOW, Rig, rig

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "xero"
ACCOUNTING, IDENTITY = SHARED / "xero_accounting.yaml", SHARED / "xero-identity.yaml"
API = "/api.xro/2.0"
__all__ = ["rig"]
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SENT_THOUGH_NOT_DESCRIBED = {"ExpectedPaymentDateString"}
"""The only way to clear an expected date (xero-node#476)."""
GRANTS = {
    "authorization_code": {"grant_type", "code", "redirect_uri", "code_verifier"},
    "refresh_token": {"grant_type", "refresh_token"},
}

if not (ACCOUNTING.exists() and IDENTITY.exists()):
    pytest.skip(f"LEFT OUT: Xero's OpenAPI files are not in {SHARED}", allow_module_level=True)


class Recorder(httpx.AsyncBaseTransport):
    """Passes every request on, and keeps it."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        return await self.inner.handle_async_request(request)


class Description:
    """One OpenAPI file."""

    def __init__(self, file: Path) -> None:
        loader = type("Loader", (yaml.CSafeLoader,), {})
        loader.yaml_implicit_resolvers = {  # type: ignore[attr-defined]
            letter: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
            for letter, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
        }
        self.content: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), loader)
        resource = Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema", **self.content})
        registry: Registry[Any] = Registry()
        self.registry = registry.with_resource("urn:xero", resource)

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]]:
        """The described path with its parameters, those of the whole path included."""
        for template, item in self.content["paths"].items():
            pattern = re.sub(r"\{\w+\}", "[^/]+", item.get("x-path", template))
            if method.lower() in item and re.fullmatch(pattern, path):
                operation = item[method.lower()]
                both = [*item.get("parameters", []), *operation.get("parameters", [])]
                return template, {**operation, "parameters": [self.resolved(each) for each in both]}
        raise AssertionError(f"Xero describes no {method} {path}")

    def resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        target: Any = self.content
        if "$ref" not in node:
            return node
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return dict(target)

    def body_errors(self, schema: dict[str, Any], body: object) -> list[str]:
        at = {"$ref": f"urn:xero{schema['$ref']}"} if "$ref" in schema else schema
        return [error.message for error in Draft202012Validator(at, registry=self.registry).iter_errors(body)]


@pytest.fixture(scope="module")
def accounting() -> Description:
    return Description(ACCOUNTING)


@pytest.fixture(scope="module")
def identity() -> Description:
    return Description(IDENTITY)


@pytest.fixture
async def walked(database: Any, rig: Rig) -> list[httpx.Request]:
    """A whole life with Xero: consent, first sync, delta, sweep, a date written and cleared, papers, one customer read
    anew, farewell."""
    recorder = Recorder(rig.cable)
    rig.xero = XeroGateway(Settings(demo_ledger_url=ADDRESS), transport=recorder, call_seconds=5.0)
    firm = await cast.borealis(created_at=NOW)
    await rig.connect(firm.anna)
    await rig.sync(firm.id, "first")
    rig.clock.forward(minutes=40)  # the access token has ended
    await rig.sync(firm.id)
    await _write(rig, firm)
    rig.clock.forward(days=8)
    await rig.sync(firm.id, "sweep")
    await leave(firm.anna, xero=rig.xero, now=rig.clock())
    return recorder.requests


async def _write(rig: Rig, firm: cast.Firm) -> None:
    invoice = await Invoice.objects().get(Invoice.is_open.eq(True) & (Invoice.paid == 0) & (Invoice.credited == 0))
    assert invoice is not None
    for day in (date(2027, 1, 29), None):
        rig.clock.forward(minutes=1)
        await set_expected_date(invoice, day, source=DateSource.CONTROLLER, by="Anna", now=rig.clock())
        pushed = await push_expected_dates(firm.id, xero=rig.xero, now=rig.clock)
        assert pushed.taken == 1, pushed
    await invoice_pdf(invoice, xero=rig.xero, now=rig.clock())
    await online_invoice_url(invoice, xero=rig.xero, now=rig.clock())
    customer = await Customer.objects().get(Customer.id == invoice.customer)
    assert customer is not None
    assert not (await refresh_customer(customer, xero=rig.xero, now=rig.clock())).problem


def accounting_calls(requests: list[httpx.Request]) -> list[httpx.Request]:
    return [each for each in requests if each.url.path.startswith(API)]


async def test_every_question_is_one_that_xero_describes(walked: list[httpx.Request], accounting: Description) -> None:
    asked = accounting_calls(walked)
    paths = {each.url.path.removeprefix(API).split("/")[1] for each in asked}
    assert {"Organisation", "Contacts", "Invoices", "CreditNotes", "Prepayments", "Overpayments", "Payments"} <= paths
    for request in asked:
        path = request.url.path.removeprefix(API)
        _, operation = accounting.operation(request.method, path)
        described = {each["name"]: each for each in operation["parameters"] if each["in"] == "query"}
        for name, value in parse_qsl(request.url.query.decode(), keep_blank_values=True):
            assert name in described, (path, name)
            assert not list(departures(described[name], value)), (path, name, value)


def departures(parameter: dict[str, Any], value: str) -> list[str]:
    schema = parameter.get("schema", {})
    kind = schema.get("type")
    if kind == "integer":
        return [] if value.isdecimal() else [value]
    if kind == "boolean":
        return [] if value in ("true", "false") else [value]
    if kind == "array":
        items = schema.get("items", {})
        parts = value.split(",")
        wrong = [each for each in parts if items.get("format") == "uuid" and not GUID.fullmatch(each)]
        return wrong + [each for each in parts if "enum" in items and each not in items["enum"]]
    return [value] if "enum" in schema and value not in schema["enum"] else []


async def test_every_call_carries_the_headers_that_xero_asks_for(walked: list[httpx.Request], accounting: Description) -> None:
    deltas = 0
    for request in accounting_calls(walked):
        _, operation = accounting.operation(request.method, request.url.path.removeprefix(API))
        headers = {each["name"].lower(): each for each in operation["parameters"] if each["in"] == "header"}
        for name, described in headers.items():
            assert name in request.headers or not described.get("required"), (request.url, name)
        assert GUID.fullmatch(request.headers["xero-tenant-id"])
        assert request.headers["authorization"].startswith("Bearer ")
        assert request.headers["accept"] in ("application/json", "application/pdf")
        since = request.headers.get("if-modified-since")
        if since is not None:
            deltas += 1
            assert "if-modified-since" in headers, request.url
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", since)
            assert "Statuses" not in request.url.params, "a delta of one status does not see what leaves it"
    assert deltas >= 2


async def test_written_bodies_are_sparse_and_as_described(walked: list[httpx.Request], accounting: Description) -> None:
    written = [each for each in accounting_calls(walked) if each.method != "GET"]
    assert [each.method for each in written] == ["POST", "POST"]
    fields: set[str] = set()
    properties = accounting.content["components"]["schemas"]["Invoice"]["properties"]
    for request in written:
        _, operation = accounting.operation(request.method, request.url.path.removeprefix(API))
        body = json.loads(request.content)
        schema = accounting.resolved(operation["requestBody"])["content"]["application/json"]["schema"]
        assert accounting.body_errors(schema, body) == []
        [record] = body["Invoices"]
        assert record.keys() <= properties.keys() | SENT_THOUGH_NOT_DESCRIBED
        assert not record.keys() & {"Total", "AmountDue", "LineItems", "SentToContact"}
        assert request.headers["content-type"] == "application/json"
        fields |= record.keys()
    assert fields >= {"ExpectedPaymentDate", "ExpectedPaymentDateString"}


async def test_connections_are_asked_as_described(walked: list[httpx.Request], identity: Description) -> None:
    asked = [each for each in walked if each.url.path.lower().startswith("/connections")]
    assert {each.method for each in asked} == {"GET", "DELETE"}
    for request in asked:
        identity.operation(request.method, request.url.path.replace("/connections", "/Connections"))
        assert "xero-tenant-id" not in request.headers
        assert request.headers["authorization"].startswith("Bearer ")


async def test_tokens_are_asked_for_with_what_the_grant_needs(walked: list[httpx.Request]) -> None:
    asked = [parse_qs(each.content.decode()) for each in walked if each.url.path == "/connect/token"]
    assert {form["grant_type"][0] for form in asked} == set(GRANTS)
    for form in asked:
        missing = GRANTS[form["grant_type"][0]] - form.keys()
        assert not missing
    [farewell] = [each for each in walked if each.url.path == "/connect/revocation"]
    assert "token" in parse_qs(farewell.content.decode())


async def test_the_pdf_is_asked_for_by_its_media_type(walked: list[httpx.Request]) -> None:
    [pdf] = [each for each in walked if each.headers["accept"] == "application/pdf"]
    assert re.fullmatch(rf"{API}/Invoices/{GUID.pattern}", pdf.url.path), "x-path: without /pdf"

"""Paging, filters, orders, deltas."""

from dataclasses import replace
from datetime import date

import pytest

from app.demo_ledger.ledger import Ledger
from app.demo_ledger.records import read_day, read_ms
from tests.contract.xero_session import XeroSession, exact
from tests.integration.demo_ledger.conftest import NOW, HandClock


async def test_pages_together_hold_every_record_once(xero: XeroSession) -> None:
    seen: list[str] = []
    for page in range(1, 10):
        answer = exact(await xero.get("Invoices", page=page, pageSize=60))
        seen += [invoice["InvoiceID"] for invoice in answer["Invoices"]]
        assert answer["pagination"] == {"page": page, "pageSize": 60, "pageCount": 7, "itemCount": 410}
    assert len(seen) == len(set(seen)) == 410


async def test_a_page_has_a_hundred_records_unless_told_otherwise(xero: XeroSession) -> None:
    assert len(await xero.records("Invoices", page=2)) == 100
    assert len(await xero.records("Invoices", pageSize=7)) == 7


@pytest.mark.parametrize("wrong", [{"page": "0"}, {"page": "x"}, {"pageSize": "1001"}, {"pageSize": "-1"}])
async def test_a_page_that_cannot_be_is_refused(xero: XeroSession, wrong: dict[str, str]) -> None:
    assert (await xero.get("Invoices", **wrong)).status_code == 400


async def test_without_paging_all_come_but_without_lines(xero: XeroSession) -> None:
    answer = exact(await xero.get("Invoices"))
    assert len(answer["Invoices"]) == 410
    assert "pagination" not in answer
    assert all(invoice["LineItems"] == [] for invoice in answer["Invoices"])


async def test_paged_and_by_identifier_there_are_lines(xero: XeroSession) -> None:
    [listed] = await xero.records("Invoices", page=1, pageSize=1)
    whole = await xero.invoice(listed["InvoiceID"])
    assert listed["LineItems"] == whole["LineItems"] != []
    assert "EmailAddress" not in listed["Contact"]
    assert "EmailAddress" in whole["Contact"]


async def test_a_summary_leaves_out_what_is_heavy(xero: XeroSession) -> None:
    [short] = await xero.records("Invoices", page=1, pageSize=1, summaryOnly="true")
    assert "LineItems" not in short
    assert "Payments" not in short
    assert "AmountDue" in short


WHERES = [
    ('Type=="ACCREC"', lambda i: i["Type"] == "ACCREC"),
    ('Type=="ACCPAY" AND Status=="PAID"', lambda i: i["Type"] == "ACCPAY" and i["Status"] == "PAID"),
    ('Status=="VOIDED" OR Status=="DELETED"', lambda i: i["Status"] in ("VOIDED", "DELETED")),
    ('(Status=="DRAFT" || Status=="SUBMITTED") && Type=="ACCREC"', lambda i: i["Status"] in ("DRAFT", "SUBMITTED")),
    ("AmountDue > 0", lambda i: float(i["AmountDue"]) > 0),
    ("AmountDue>=100.00 && AmountDue<500", lambda i: 100 <= float(i["AmountDue"]) < 500),
    ("AmountPaid != 0", lambda i: float(i["AmountPaid"]) != 0),
    ("Date >= DateTime(2026,10,01)", lambda i: i["DateString"] >= "2026-10-01"),
    ("DueDate < DateTime(2026, 11, 23, 0, 0, 0)", lambda i: i["DueDateString"] < "2026-11-23"),
    ('DueDate<DateTime.Parse("2026-11-23")', lambda i: i["DueDateString"] < "2026-11-23"),
    ('InvoiceNumber=="INV-0042"', lambda i: i["InvoiceNumber"] == "INV-0042"),
    ('CurrencyCode!="GBP"', lambda i: i["CurrencyCode"] != "GBP"),
    ('Contact.Name.Contains("Studio")', lambda i: "studio" in i["Contact"]["Name"].lower()),
    ('Reference.StartsWith("PO")', lambda i: i.get("Reference", "").startswith("PO")),
    ('Contact.Name.ToLower()=="kestrel outdoor ltd"', lambda i: i["Contact"]["Name"] == "Kestrel Outdoor Ltd"),
    ("SentToContact==false", lambda i: i.get("SentToContact") is False),
    ("ExpectedPaymentDate != null", lambda i: "ExpectedPaymentDate" in i),
    (
        "FullyPaidOnDate >= DateTime(2026,11,01)",
        lambda i: (read_day(i.get("FullyPaidOnDate")) or date.min) >= date(2026, 11, 1),
    ),
]


@pytest.mark.parametrize(("where", "wanted"), WHERES, ids=[where for where, _ in WHERES])
async def test_where_keeps_exactly_what_it_says(xero: XeroSession, where: str, wanted: object) -> None:
    everything = await xero.records("Invoices", page=1, pageSize=1000)
    kept = await xero.records("Invoices", page=1, pageSize=1000, where=where)
    expected = [invoice["InvoiceID"] for invoice in everything if wanted(invoice)]  # type: ignore[operator]
    assert expected
    assert len(expected) < len(everything)
    assert [invoice["InvoiceID"] for invoice in kept] == expected


@pytest.mark.parametrize("where", ["Type==", "((", 'Type=="A" Status=="B"', "Date >= DateTime(2026,13,99)", 'Name.Explode("x")',
                                   "AmountDue > Today", "Type ~ 1", "Total > \"a\""])  # fmt: skip
async def test_a_where_that_is_none_is_refused_as_a_query(xero: XeroSession, where: str) -> None:
    answer = await xero.get("Invoices", where=where, page=1)
    assert answer.status_code == 400
    assert answer.json()["Type"] == "QueryParseException"


async def test_a_contact_can_be_asked_for_by_guid(xero: XeroSession) -> None:
    [contact] = await xero.records("Contacts", where='Name=="Kestrel Outdoor Ltd"')
    by_where = await xero.records("Invoices", where=f'Contact.ContactID=Guid("{contact["ContactID"]}")', page=1, pageSize=1000)
    by_ids = await xero.records("Invoices", ContactIDs=contact["ContactID"], page=1, pageSize=1000)
    assert by_where == by_ids
    assert {invoice["Contact"]["Name"] for invoice in by_ids} == {"Kestrel Outdoor Ltd"}


async def test_lists_of_ids_numbers_and_statuses(xero: XeroSession) -> None:
    first, second, third = (await xero.records("Invoices", page=1))[:3]
    by_ids = await xero.records("Invoices", IDs=f"{first['InvoiceID']},{third['InvoiceID']}", page=1)
    assert [invoice["InvoiceNumber"] for invoice in by_ids] == [first["InvoiceNumber"], third["InvoiceNumber"]]
    by_numbers = await xero.records("Invoices", InvoiceNumbers=f"{second['InvoiceNumber']},INV-99999")
    assert [invoice["InvoiceID"] for invoice in by_numbers] == [second["InvoiceID"]]
    statuses = {invoice["Status"] for invoice in await xero.records("Invoices", Statuses="DRAFT,VOIDED", page=1)}
    assert statuses == {"DRAFT", "VOIDED"}


async def test_search_finds_numbers_and_references(xero: XeroSession) -> None:
    assert [i["InvoiceNumber"] for i in await xero.records("Invoices", searchTerm="inv-0042", page=1)] == ["INV-0042"]
    assert [c["Name"] for c in await xero.records("Contacts", searchTerm="jürgen", page=1)] == ["Müller & Söhne GmbH"]


@pytest.mark.parametrize(("order", "key"), [
    ("DueDate", lambda i: i["DueDateString"]), ("UpdatedDateUTC", lambda i: read_ms(i["UpdatedDateUTC"])),
    ("Total", lambda i: float(i["Total"])), ("InvoiceNumber", lambda i: i["InvoiceNumber"].lower()),
    ("Contact.Name", lambda i: i["Contact"]["Name"].casefold()),
])  # fmt: skip
@pytest.mark.parametrize("direction", ["", " ASC", " DESC"])
async def test_orders(xero: XeroSession, order: str, key: object, direction: str) -> None:
    listed = await xero.records("Invoices", page=1, pageSize=1000, order=order + direction, where='Type=="ACCREC"')
    keys = [key(invoice) for invoice in listed]  # type: ignore[operator]
    assert keys == sorted(keys, reverse=direction == " DESC")


@pytest.mark.parametrize("since", ["2026-11-16T00:00:00", "2026-11-16T00:00:00Z", "Mon, 16 Nov 2026 00:00:00 GMT"])
async def test_a_delta_holds_what_was_touched_since(xero: XeroSession, since: str) -> None:
    everything = await xero.records("Invoices", page=1, pageSize=1000)
    delta = exact(await xero.get("Invoices", page=1, pageSize=1000, headers={"If-Modified-Since": since}))["Invoices"]
    boundary = read_ms("2026-11-16T00:00:00")
    expected = [invoice["InvoiceID"] for invoice in everything if read_ms(invoice["UpdatedDateUTC"]) >= boundary]
    assert [invoice["InvoiceID"] for invoice in delta] == expected
    assert 0 < len(expected) < 100


async def test_a_payment_brings_its_invoice_into_the_delta(xero: XeroSession, clock: HandClock) -> None:
    clock.forward(minutes=5)
    since = {"If-Modified-Since": "2026-11-23T09:31:00"}
    assert exact(await xero.get("Invoices", page=1, headers=since))["Invoices"] == []
    [open_one, *_] = await xero.records("Invoices", where='Status=="AUTHORISED" AND Type=="ACCREC"', page=1)
    await xero.control("payments", {"invoice": open_one["InvoiceNumber"], "amount": "1.00"})
    [changed] = exact(await xero.get("Invoices", page=1, headers=since))["Invoices"]
    assert changed["InvoiceID"] == open_one["InvoiceID"]


async def test_an_if_modified_since_that_is_no_date_is_refused(xero: XeroSession) -> None:
    assert (await xero.get("Invoices", headers={"If-Modified-Since": "yesterday"})).status_code == 400


async def test_archived_contacts_come_only_when_asked_for(xero: XeroSession) -> None:
    usual = {contact["Name"] for contact in await xero.records("Contacts", page=1, pageSize=1000)}
    everyone = {contact["Name"] for contact in await xero.records("Contacts", page=1, pageSize=1000, includeArchived="true")}
    assert everyone - usual == {"Foundry Lane Motors Ltd"}


async def test_balances_are_the_sums_of_open_invoices(xero: XeroSession) -> None:
    open_ones = await xero.records("Invoices", where='Type=="ACCREC" AND Status=="AUTHORISED"', page=1, pageSize=1000)
    for contact in await xero.records("Contacts", page=1, pageSize=1000, where='DefaultCurrency=="GBP"'):
        theirs = [i for i in open_ones if i["Contact"]["ContactID"] == contact["ContactID"]]
        balance = contact.get("Balances", {}).get("AccountsReceivable", {"Outstanding": "0.00", "Overdue": "0.00"})
        overdue = [i for i in theirs if i["DueDateString"] < f"{NOW:%Y-%m-%d}"]
        assert round(float(balance["Outstanding"]) * 100) == round(sum(float(i["AmountDue"]) for i in theirs) * 100)
        assert round(float(balance["Overdue"]) * 100) == round(sum(float(i["AmountDue"]) for i in overdue) * 100)


async def test_a_large_organisation_refuses_slow_questions(xero: XeroSession, ledger: Ledger) -> None:
    ledger.settings = replace(ledger.settings, high_volume_above=300)
    refused = [
        await xero.get("Invoices"),
        await xero.get("Invoices", page=1, order="Total"),
        await xero.get("Invoices", page=1, where="SentToContact==true"),
    ]
    assert [answer.status_code for answer in refused] == [400, 400, 400]
    assert {answer.json()["ErrorNumber"] for answer in refused} == {51}
    allowed = await xero.get("Invoices", page=1, where='Type=="ACCREC" AND AmountDue>0', order="UpdatedDateUTC DESC")
    assert allowed.status_code == 200


async def test_resources_are_found_whatever_their_case(xero: XeroSession) -> None:
    assert (await xero.http.get("/api.xro/2.0/invoices?page=1")).status_code == 200
    assert (await xero.http.get("/Connections")).status_code == 200


@pytest.mark.parametrize("path", ["Invoices/INV-99999", "Contacts/00000000-0000-4000-8000-000000000000", "Unicorns"])
async def test_what_is_not_there_is_404(xero: XeroSession, path: str) -> None:
    assert (await xero.get(path)).status_code == 404

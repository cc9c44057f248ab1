"""Writing: expected payment dates, payments, and what Xero refuses."""

import asyncio

import httpx
import pytest
from pypdf import PdfReader

from app.demo_ledger.records import read_day
from tests.contract.xero_session import XeroSession, exact
from tests.integration.demo_ledger.conftest import HandClock

ALLOCATED = "This document cannot be edited as it has a payment or credit note allocated to it."


async def fresh(xero: XeroSession, amount: str = "100.00", **fields: str) -> dict[str, str]:
    """A new approved invoice without anything on it."""
    made: dict[str, str] = await xero.control("invoices", {"contact": "Kestrel Outdoor Ltd", "amount": amount, **fields})
    return made


def message(answer: httpx.Response) -> str:
    assert answer.status_code == 400, answer.text
    [element] = answer.json()["Elements"]
    assert element["HasErrors"] is True
    return str(element["ValidationErrors"][0]["Message"])


@pytest.mark.parametrize(
    "spelling", ["2026-12-04", "2026-12-04T00:00:00", "/Date(1796342400000)/", "/Date(1796342400000+0000)/"]
)
@pytest.mark.parametrize("wrapped", [True, False])
async def test_an_expected_payment_date_is_taken_in_every_spelling(xero: XeroSession, spelling: str, wrapped: bool) -> None:
    invoice = await fresh(xero)
    sparse = {"ExpectedPaymentDate": spelling, "HasErrors": False, "HasAttachments": False}
    body = {"Invoices": [sparse]} if wrapped else sparse
    answer = exact(await xero.post(f"Invoices/{invoice['InvoiceID']}", body))["Invoices"][0]
    assert answer["ExpectedPaymentDateString"] == "2026-12-04T00:00:00"
    assert answer["Total"] == "120.00"
    assert answer["LineItems"]
    assert str(read_day((await xero.invoice(invoice["InvoiceID"]))["ExpectedPaymentDate"])) == "2026-12-04"


async def test_only_the_string_twin_clears_an_expected_payment_date(xero: XeroSession) -> None:
    invoice = await fresh(xero)
    path = f"Invoices/{invoice['InvoiceID']}"
    await xero.post(path, {"ExpectedPaymentDate": "2026-12-04"})
    kept = exact(await xero.post(path, {"ExpectedPaymentDate": ""}))["Invoices"][0]
    assert kept["ExpectedPaymentDateString"] == "2026-12-04T00:00:00"
    cleared = exact(await xero.post(path, {"ExpectedPaymentDateString": ""}))["Invoices"][0]
    assert "ExpectedPaymentDate" not in cleared
    assert "ExpectedPaymentDateString" not in cleared


async def test_a_part_paid_invoice_takes_no_expected_payment_date(xero: XeroSession) -> None:
    invoice = await fresh(xero)
    await xero.control("payments", {"invoice": invoice["InvoiceID"], "amount": "20.00"})
    assert message(await xero.post(f"Invoices/{invoice['InvoiceID']}", {"ExpectedPaymentDate": "2026-12-04"})) == ALLOCATED


@pytest.mark.parametrize("plural", ["CreditNotes", "Prepayments", "Overpayments"])
async def test_an_invoice_with_a_credit_takes_none_either(xero: XeroSession, plural: str) -> None:
    credit = next(
        c for c in await xero.records(plural, page=1) if c["Status"] == "AUTHORISED" and float(c["RemainingCredit"]) > 1
    )
    invoice = await fresh(xero)
    identifier = credit[f"{plural[:-1]}ID"]
    await xero.control(f"credits/{identifier}", {"invoice": invoice["InvoiceID"], "amount": "1.00"})
    assert message(await xero.post(f"Invoices/{invoice['InvoiceID']}", {"ExpectedPaymentDate": "2026-12-04"})) == ALLOCATED
    after = await xero.invoice(invoice["InvoiceID"])
    assert after["AmountCredited"] == "1.00"
    assert after[plural][0]["AppliedAmount"] == "1.00"


@pytest.mark.parametrize(("lock", "words"), [("PeriodLockDate", "period"), ("EndOfYearLockDate", "end of year")])
async def test_a_locked_period_refuses_and_names_its_date(xero: XeroSession, lock: str, words: str) -> None:
    invoice = await fresh(xero, date="2026-10-15")
    await xero.control("lock", {"date": "2026-10-31", "name": lock})
    said = message(await xero.post(f"Invoices/{invoice['InvoiceID']}", {"ExpectedPaymentDate": "2026-12-04"}))
    assert said == f"The document date cannot be before the {words} lock date, currently set at 31-Oct-2026"
    organisation = exact(await xero.get("Organisation"))["Organisations"][0]
    assert str(read_day(organisation[lock])) == "2026-10-31"


@pytest.mark.parametrize("status", ["PAID", "VOIDED", "DELETED"])
async def test_a_closed_invoice_is_not_modifiable(xero: XeroSession, status: str) -> None:
    [closed, *_] = await xero.records("Invoices", where=f'Type=="ACCREC" AND Status=="{status}"', page=1)
    answer = await xero.post(f"Invoices/{closed['InvoiceID']}", {"ExpectedPaymentDate": "2026-12-04"})
    assert message(answer) == "Invoice not of valid status for modification"


async def test_the_sent_mark_can_be_set_even_on_a_paid_invoice(xero: XeroSession) -> None:
    invoice = await fresh(xero)
    await xero.control(f"invoices/{invoice['InvoiceID']}", {"SentToContact": False})
    await xero.control("payments", {"invoice": invoice["InvoiceID"]})
    answer = await xero.post(f"Invoices/{invoice['InvoiceID']}", {"SentToContact": True})
    assert answer.status_code == 200
    assert (await xero.invoice(invoice["InvoiceID"]))["SentToContact"] is True


async def test_a_date_that_is_none_is_bad_data(xero: XeroSession) -> None:
    invoice = await fresh(xero)
    answer = await xero.post(f"Invoices/{invoice['InvoiceID']}", {"ExpectedPaymentDate": "soon"})
    assert answer.status_code == 400
    assert answer.json()["Type"] == "PostDataInvalidException"
    assert answer.json()["ErrorNumber"] == 14


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"text"'])
async def test_a_body_that_is_none_is_bad_data(xero: XeroSession, body: bytes) -> None:
    assert (await xero.http.post("/api.xro/2.0/Invoices", content=body)).status_code == 400


async def test_without_summarised_errors_each_element_answers_for_itself(xero: XeroSession) -> None:
    good, bad = await fresh(xero), await fresh(xero)
    await xero.control("payments", {"invoice": bad["InvoiceID"], "amount": "1.00"})
    elements = [{"InvoiceID": made["InvoiceID"], "ExpectedPaymentDate": "2026-12-04"} for made in (good, bad)]
    both = await xero.post("Invoices?summarizeErrors=false", {"Invoices": elements})
    assert both.status_code == 200
    assert [invoice["HasErrors"] for invoice in both.json()["Invoices"]] == [False, True]
    assert both.json()["Invoices"][1]["ValidationErrors"] == [{"Message": ALLOCATED}]


async def test_with_summarised_errors_nothing_is_written(xero: XeroSession) -> None:
    good, bad = await fresh(xero), await fresh(xero)
    await xero.control("payments", {"invoice": bad["InvoiceID"], "amount": "1.00"})
    elements = [{"InvoiceID": made["InvoiceID"], "ExpectedPaymentDate": "2026-12-04"} for made in (good, bad)]
    assert (await xero.post("Invoices", {"Invoices": elements})).status_code == 400
    assert "ExpectedPaymentDate" not in await xero.invoice(good["InvoiceID"])


async def test_an_idempotency_key_makes_a_payment_once(xero: XeroSession) -> None:
    invoice = await fresh(xero)
    body = {"Payments": [{"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Account": {"Code": "090"}, "Amount": 50}]}
    headers = {"Idempotency-Key": "once"}
    first, again = [await xero.http.put("/api.xro/2.0/Payments", json=body, headers=headers) for _ in range(2)]
    assert first.status_code == again.status_code == 200
    assert first.json()["Payments"][0]["PaymentID"] == again.json()["Payments"][0]["PaymentID"]
    assert (await xero.invoice(invoice["InvoiceID"]))["AmountPaid"] == "50.00"
    body["Payments"][0]["Amount"] = 60
    other = await xero.http.put("/api.xro/2.0/Payments", json=body, headers=headers)
    assert "different request" in other.text
    assert other.status_code == 400


async def test_a_payment_changes_its_invoice_and_its_deletion_opens_it_again(xero: XeroSession, clock: HandClock) -> None:
    invoice = await fresh(xero)
    body = {
        "Invoice": {"InvoiceNumber": invoice["InvoiceNumber"]},
        "Account": {"Code": "090"},
        "Date": "2026-11-20",
        "Amount": 120,
    }
    payment = exact(await xero.post("Payments", body))["Payments"][0]
    assert payment["Account"]["Name"] == "Business current account"
    paid = await xero.invoice(invoice["InvoiceID"])
    assert (paid["Status"], paid["AmountDue"], paid["AmountPaid"]) == ("PAID", "0.00", "120.00")
    assert str(read_day(paid["FullyPaidOnDate"])) == "2026-11-20"
    assert [entry["PaymentID"] for entry in paid["Payments"]] == [payment["PaymentID"]]
    clock.forward(minutes=1)
    deleted = exact(await xero.post(f"Payments/{payment['PaymentID']}", {"Status": "DELETED"}))["Payments"][0]
    assert deleted["Status"] == "DELETED"
    reopened = await xero.invoice(invoice["InvoiceID"])
    assert (reopened["Status"], reopened["AmountDue"], reopened["Payments"]) == ("AUTHORISED", "120.00", [])
    assert "FullyPaidOnDate" not in reopened


@pytest.mark.parametrize(("change", "said"), [
    ({"Amount": 120.01}, "Payment amount exceeds the amount outstanding on this document"),
    ({"Amount": 0}, "Payment amount must be greater than 0"),
    ({"Account": {"Code": "999"}}, "Account code or ID is not a valid code or ID"),
])  # fmt: skip
async def test_a_payment_that_cannot_be_is_refused(xero: XeroSession, change: dict[str, object], said: str) -> None:
    invoice = await fresh(xero)
    body = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Account": {"Code": "090"}, "Amount": 1, **change}
    assert message(await xero.post("Payments", body)) == said
    assert (await xero.invoice(invoice["InvoiceID"]))["AmountDue"] == "120.00"


async def test_quiet_changes_of_a_part_paid_invoice_leave_its_stamp(xero: XeroSession, clock: HandClock) -> None:
    invoice = await fresh(xero)
    await xero.control("payments", {"invoice": invoice["InvoiceID"], "amount": "1.00"})
    before = (await xero.invoice(invoice["InvoiceID"]))["UpdatedDateUTC"]
    clock.forward(minutes=10)
    await xero.control(f"invoices/{invoice['InvoiceID']}", {"DueDate": "2027-01-31"})
    await xero.post(f"Invoices/{invoice['InvoiceID']}", {"SentToContact": False})
    after = await xero.invoice(invoice["InvoiceID"])
    assert after["DueDateString"] == "2027-01-31T00:00:00"
    assert after["UpdatedDateUTC"] == before
    await xero.control(f"invoices/{invoice['InvoiceID']}", {"Reference": "changed"})
    assert (await xero.invoice(invoice["InvoiceID"]))["UpdatedDateUTC"] != before


async def test_an_invoice_can_be_written_by_a_client(xero: XeroSession) -> None:
    body = {
        "Type": "ACCREC",
        "Contact": {"Name": "Kestrel Outdoor Ltd"},
        "LineItems": [{"Description": "Signs", "Quantity": 2, "UnitAmount": 49.99}],
        "Date": "2026-11-20",
        "DueDate": "2026-12-20",
        "Status": "AUTHORISED",
    }
    made = exact(await xero.http.put("/api.xro/2.0/Invoices", json={"Invoices": [body]}))["Invoices"][0]
    assert (made["SubTotal"], made["TotalTax"], made["Total"], made["AmountDue"]) == ("99.98", "20.00", "119.98", "119.98")
    assert (await xero.invoice(made["InvoiceNumber"]))["InvoiceID"] == made["InvoiceID"]
    voided = exact(await xero.post(f"Invoices/{made['InvoiceID']}", {"Status": "VOIDED"}))["Invoices"][0]
    assert (voided["Status"], voided["AmountDue"]) == ("VOIDED", "0.00")


async def test_a_merged_contact_is_archived_and_its_documents_move(xero: XeroSession) -> None:
    twins = await xero.records("Contacts", where='EmailAddress=="accounts@sableandoak.example"', page=1)
    gone, kept = twins
    before = await xero.records("Invoices", ContactIDs=f"{gone['ContactID']},{kept['ContactID']}", page=1, pageSize=1000)
    await xero.control(f"contacts/{gone['ContactID']}/merge", {"into": kept["ContactID"]})
    archived = exact(await xero.get(f"Contacts/{gone['ContactID']}"))["Contacts"][0]
    assert archived["ContactStatus"] == "ARCHIVED"
    assert archived["MergedToContactID"] == kept["ContactID"]
    after = await xero.records("Invoices", ContactIDs=kept["ContactID"], page=1, pageSize=1000)
    assert {invoice["InvoiceID"] for invoice in after} == {invoice["InvoiceID"] for invoice in before}


async def test_a_renamed_contact_shows_on_its_invoices(xero: XeroSession) -> None:
    await xero.control("contacts/Kestrel Outdoor Ltd", {"Name": "Kestrel Mountain Ltd"})
    names = {i["Contact"]["Name"] for i in await xero.records("Invoices", page=1, pageSize=1000)}
    assert "Kestrel Mountain Ltd" in names
    assert "Kestrel Outdoor Ltd" not in names


async def test_an_applied_credit_shows_another_date_by_identifier_than_in_lists(xero: XeroSession) -> None:
    listed = next(i for i in await xero.records("Invoices", page=1, pageSize=1000) if i["CreditNotes"])
    whole = await xero.invoice(listed["InvoiceID"])
    note = exact(await xero.get(f"CreditNotes/{listed['CreditNotes'][0]['CreditNoteID']}"))["CreditNotes"][0]
    assert listed["CreditNotes"][0]["Date"] == note["Date"]
    assert whole["CreditNotes"][0]["Date"] == note["Allocations"][0]["Date"] != note["Date"]


async def test_the_pdf_is_real_and_says_what_the_invoice_says(xero: XeroSession) -> None:
    from io import BytesIO

    invoice = await xero.invoice("INV-0042")
    answer = await xero.get("Invoices/INV-0042", headers={"Accept": "application/pdf"})
    assert answer.headers["content-type"] == "application/pdf"
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    for wanted in (
        "INV-0042",
        invoice["Contact"]["Name"],
        f"{float(invoice['Total']):,.2f}",
        invoice["LineItems"][0]["Description"],
    ):
        assert wanted in text
    assert (await xero.get("Invoices/INV-0042", headers={"Accept": "application/pdf"})).content == answer.content


async def test_an_online_invoice_can_be_paid_in_part_and_then_in_full(xero: XeroSession) -> None:
    invoice = await fresh(xero)
    online = exact(await xero.get(f"Invoices/{invoice['InvoiceID']}/OnlineInvoice"))["OnlineInvoices"][0]["OnlineInvoiceUrl"]
    page = await xero.http.get(online)
    assert "120.00 GBP" in page.text
    part = await xero.http.post(online, data={"amount": "20.00"})
    assert "20.00 GBP was paid" in part.text
    assert (await xero.invoice(invoice["InvoiceID"]))["AmountDue"] == "100.00"
    refused = await xero.http.post(online, data={"amount": "100.01"})
    assert refused.status_code == 422
    await xero.http.post(online, data={"amount": "100"})
    paid = await xero.invoice(invoice["InvoiceID"])
    assert (paid["Status"], paid["AmountPaid"]) == ("PAID", "120.00")
    assert "Pay now" not in (await xero.http.get(online)).text


async def test_an_online_address_cannot_be_made_up(xero: XeroSession) -> None:
    invoice = await fresh(xero)
    online = exact(await xero.get(f"Invoices/{invoice['InvoiceID']}/OnlineInvoice"))["OnlineInvoices"][0]["OnlineInvoiceUrl"]
    assert (await xero.http.get(online[:-3] + "AAA")).status_code == 404
    assert (await xero.http.get("/online/nothing")).status_code == 404


async def test_a_draft_has_no_online_invoice(xero: XeroSession) -> None:
    [draft, *_] = await xero.records("Invoices", Statuses="DRAFT", page=1)
    assert (await xero.get(f"Invoices/{draft['InvoiceID']}/OnlineInvoice")).status_code == 404


async def test_two_payments_at_once_cannot_overpay(xero: XeroSession) -> None:
    invoice = await fresh(xero)
    body = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Account": {"Code": "090"}, "Amount": 120}
    answers = await asyncio.gather(*(xero.post("Payments", body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]

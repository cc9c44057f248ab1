"""The generated books: believable, consistent, the same again tomorrow morning for the same seed and day."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo_ledger.books import SHELVES, Books
from app.demo_ledger.draws import Dice
from app.demo_ledger.generate import generate_books
from app.demo_ledger.records import Json, encode, read_day, read_ms

TODAY = date(2026, 11, 23)


def everything(books: Books) -> dict[str, list[Json]]:
    return {plural: [shelf.get(i) for i in range(len(shelf))] for plural, shelf in books.shelves.items()}


@pytest.fixture(scope="module")
def books() -> Books:
    return generate_books(1, today=TODAY)


@pytest.fixture(scope="module")
def invoices(books: Books) -> list[Json]:
    return everything(books)["Invoices"]


def sales(invoices: list[Json], status: str | None = None) -> list[Json]:
    return [i for i in invoices if i["Type"] == "ACCREC" and status in (None, i["Status"])]


def test_the_same_seed_and_day_give_the_same_bytes() -> None:
    assert encode(everything(generate_books(7, today=TODAY))) == encode(everything(generate_books(7, today=TODAY)))


def test_another_seed_gives_other_books() -> None:
    assert encode(everything(generate_books(7, today=TODAY))) != encode(everything(generate_books(8, today=TODAY)))


def test_identifiers_are_unique_and_lead_back_to_their_records(books: Books) -> None:
    seen: Counter[str] = Counter()
    for plural, singular in SHELVES:
        shelf = books.shelves[plural]
        for i in range(len(shelf)):
            identifier = shelf.get(i)[f"{singular}ID"]
            seen[identifier] += 1
            assert shelf.find(identifier) == i
    assert set(seen.values()) == {1}


def test_amounts_add_up(invoices: list[Json]) -> None:
    for invoice in invoices:
        assert invoice["Total"] == invoice["SubTotal"] + invoice["TotalTax"]
        assert invoice["SubTotal"] == sum(line["LineAmount"] for line in invoice["LineItems"])
        assert invoice["TotalTax"] == sum(line["TaxAmount"] for line in invoice["LineItems"])
        assert invoice["AmountPaid"] == sum(payment["Amount"] for payment in invoice["Payments"])
        credits = [entry for plural in ("CreditNotes", "Prepayments", "Overpayments") for entry in invoice[plural]]
        assert invoice["AmountCredited"] == sum(entry["AppliedAmount"] for entry in credits)
        closed = invoice["Status"] in ("VOIDED", "DELETED")
        due = 0 if closed else invoice["Total"] - invoice["AmountPaid"] - invoice["AmountCredited"]
        assert invoice["AmountDue"] == due >= 0
        assert (invoice["Status"] == "PAID") == (not closed and due == 0)


def test_every_credit_knows_what_it_was_applied_to(books: Books) -> None:
    for plural in ("CreditNotes", "Prepayments", "Overpayments"):
        for credit in everything(books)[plural]:
            applied = sum(allocation["Amount"] for allocation in credit["Allocations"])
            assert credit["Total"] == credit["SubTotal"] + credit["TotalTax"] == credit["RemainingCredit"] + applied
            for allocation in credit["Allocations"]:
                place = books.invoices.find(allocation["Invoice"]["InvoiceID"])
                assert place is not None
                assert books.invoices.get(place)[plural][0]["AppliedAmount"] == allocation["Amount"]


def test_some_ninety_sales_are_open_and_their_ages_are_all_kinds(invoices: list[Json]) -> None:
    open_ones = sales(invoices, "AUTHORISED")
    assert 75 <= len(open_ones) <= 110
    overdue = [(TODAY - day).days for invoice in open_ones if (day := read_day(invoice["DueDate"]))]
    bands = {"not due": 8, "today": 1, "1-30": 5, "31-60": 5, "61-90": 4, "91-200": 8}
    found = Counter("not due" if d < 0 else "today" if d == 0 else "1-30" if d <= 30 else "31-60" if d <= 60
                    else "61-90" if d <= 90 else "91-200" for d in overdue)  # fmt: skip
    assert all(found[band] >= least for band, least in bands.items()), found
    assert max(overdue) <= 200


def test_every_peculiar_invoice_is_there(invoices: list[Json], books: Books) -> None:
    open_ones = sales(invoices, "AUTHORISED")
    contacts = {contact["ContactID"]: contact for contact in everything(books)["Contacts"]}
    whose = [contacts[invoice["Contact"]["ContactID"]] for invoice in open_ones]
    assert {"DRAFT", "SUBMITTED", "VOIDED", "DELETED", "PAID", "AUTHORISED"} <= {i["Status"] for i in sales(invoices)}
    assert {"GBP", "EUR", "USD"} == {i["CurrencyCode"] for i in open_ones}
    assert any(i["AmountPaid"] for i in open_ones)
    assert any(i["CreditNotes"] for i in open_ones)
    assert any(i["Prepayments"] for i in open_ones)
    assert any(not i["SentToContact"] for i in open_ones)
    assert any(0 < i["AmountDue"] < 5 for i in open_ones)
    expected = [day for i in open_ones if (day := read_day(i.get("ExpectedPaymentDate")))]
    assert any(day > TODAY for day in expected)
    assert any(day < TODAY for day in expected)
    assert any(contact["ContactStatus"] == "ARCHIVED" for contact in whose)
    assert any(contact["EmailAddress"] == "" for contact in whose)
    assert any("FirstName" not in contact for contact in whose)
    assert any(contact["ContactPersons"] for contact in contacts.values())
    shared = Counter(contact["EmailAddress"] for contact in contacts.values() if contact["EmailAddress"])
    assert max(shared.values()) == 2
    assert any(i["Type"] == "ACCPAY" for i in invoices)


def test_some_money_was_written_off_into_an_account_that_is_no_bank(books: Books) -> None:
    codes = Counter(payment["Account"]["Code"] for payment in everything(books)["Payments"])
    assert codes["408"] >= 1
    assert codes["090"] > 200


def test_nothing_is_dated_or_stamped_in_the_future(books: Books) -> None:
    midnight = read_ms(TODAY.isoformat())
    for plural, records in everything(books).items():
        for record in records:
            assert read_ms(record["UpdatedDateUTC"]) < midnight
            if plural != "Contacts":
                assert read_ms(record["Date"]) < midnight


def test_unallocated_credits_wait_with_customers(books: Books) -> None:
    for plural in ("CreditNotes", "Prepayments", "Overpayments"):
        assert any(credit["RemainingCredit"] > 0 for credit in everything(books)[plural])


@pytest.mark.parametrize(("customers", "count"), [(1, 1), (3, 10), (60, 400), (500, 1200)])
def test_any_size_holds_together(customers: int, count: int) -> None:
    made = generate_books(3, customers, count, today=TODAY)
    records = everything(made)
    assert len(sales(records["Invoices"])) == count
    names = [contact["Name"] for contact in records["Contacts"]]
    assert len(names) == len(set(names))
    test_amounts_add_up(records["Invoices"])
    test_every_credit_knows_what_it_was_applied_to(made)


@given(seed=st.integers(-(2**63), 2**63), n=st.integers(0, 2**31), other=st.binary(max_size=5))
@settings(max_examples=200, deadline=None)
def test_an_identifier_gives_its_number_back_and_no_other_kinds(seed: int, n: int, other: bytes) -> None:
    dice = Dice(seed)
    assert dice.number_of(b"sale", dice.guid(b"sale", n)) == n
    assert dice.number_of(b"sale" + other + b"x", dice.guid(b"sale", n)) is None

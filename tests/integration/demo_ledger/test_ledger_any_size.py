"""Lists are answered from columns that no record is made for; they say what going through all records would say."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo_ledger import matching
from app.demo_ledger.books import Books
from app.demo_ledger.columns import FIELDS, row_of
from app.demo_ledger.generate import generate_books
from app.demo_ledger.invoicing import NewInvoice, create_credit_note, create_invoice, edit_invoice, void_invoice
from app.demo_ledger.load import books_from
from app.demo_ledger.people import archive_contact, create_contact, merge_contacts
from app.demo_ledger.query import Query, _mentions, _rank, select
from app.demo_ledger.receipts import Receipt, delete_payment, record_payment
from app.demo_ledger.records import Json, read_ms
from app.demo_ledger.shelf import Shelf
from app.demo_ledger.where import Both, Comparison, Condition, fulfils, parse

TODAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ODD = {
    "Contacts": [{"ContactID": "C-1", "Name": "One"}, {"ContactID": "c-2", "ContactStatus": "archived"}],
    "Invoices": [
        {"Contact": {"ContactID": "C-1"}, "Date": "2026-11-01", "DueDate": None, "AmountDue": "12.50", "Total": "12.50"},
        {"Contact": {"ContactID": "c-1"}, "Status": "paid", "UpdatedDateUTC": None, "Total": 3},
        {"Contact": {}, "Type": "ACCPAY", "Date": "nonsense", "CurrencyCode": "EUR", "CurrencyRate": 1.25, "Total": "99.99"},
        {"Contact": None, "Status": None, "Date": "/Date(-80006400000+0000)/", "DueDate": "2026-12-24", "Total": "1.00"},
    ],
    "CreditNotes": [{"Contact": {"ContactID": "C-1"}, "Total": "5.00"}],
}


def change_this_and_that(books: Books) -> Books:
    """Acts of every kind, on generated records and on added ones."""
    newcomer = create_contact(books, {"Name": "Newcomer Ltd"}, at=NOW)["ContactID"]
    new = NewInvoice(newcomer, [("Work", Decimal(1), Decimal("400.00"))], TODAY)
    added = create_invoice(books, new, at=NOW)["InvoiceID"]
    create_credit_note(books, new, at=NOW)
    owed = [i["InvoiceID"] for i in records(books.invoices) if i["Status"] == "AUTHORISED" and i["Type"] == "ACCREC"]
    payment = record_payment(books, owed[0], Receipt(None, TODAY), at=NOW)["PaymentID"]
    record_payment(books, added, Receipt(Decimal("1.00"), TODAY), at=NOW)
    delete_payment(books, payment, at=NOW)
    edit_invoice(books, owed[1], {"DueDate": date(2026, 12, 24), "Reference": "moved"}, at=NOW)
    unpaid = next(
        i for i in records(books.invoices) if i["Status"] == "AUTHORISED" and not i["AmountPaid"] + i["AmountCredited"]
    )
    void_invoice(books, unpaid["InvoiceID"], at=NOW)
    first, second, third = (contact["ContactID"] for contact in records(books.contacts)[:3])
    archive_contact(books, third, at=NOW)
    merge_contacts(books, first, second, at=NOW)
    return books


def records(shelf: Shelf) -> list[Json]:
    return [shelf.get(i) for i in range(len(shelf))]


def with_columns(books: Books) -> Books:
    """Every column is made before anything happens, so that acts must keep them up to date."""
    for shelf in books.shelves.values():
        for field in FIELDS:
            assert shelf.columns[field] is not None
    return books


def generated(seed: int = 1, customers: int = 60, invoices: int = 400) -> Books:
    return generate_books(seed, customers, invoices, today=TODAY)


BOOKS: dict[str, Callable[[], Books]] = {
    "one": lambda: generated(5, 1, 1),
    "few": lambda: generated(3, 3, 10),
    "usual": generated,
    "many": lambda: generated(7, 300, 1200),
    "changed": lambda: change_this_and_that(generated()),
    "changed under its columns": lambda: change_this_and_that(with_columns(generated())),
    "odd": lambda: books_from(ODD),
}


@pytest.fixture(scope="module", params=BOOKS)
def books(request: pytest.FixtureRequest) -> Books:
    return BOOKS[request.param]()


def test_columns_say_what_the_records_say(books: Books) -> None:
    for shelf in books.shelves.values():
        rows = [row_of(record) for record in records(shelf)]
        for place, field in enumerate(FIELDS):
            column = shelf.columns[field]
            assert [column[i] for i in range(len(column))] == [row[place] for row in rows], (shelf.plural, field)


BANK = generated().accounts[0]["AccountID"]
WHERES = [
    "",
    'Type=="ACCREC"',
    'type=="ACCREC"',
    'Status=="paid" OR Status=="VOIDED"',
    'Status!="PAID"',
    'Status>"B"',
    'Type=="ACCREC" AND Status=="AUTHORISED" AND Total>100',
    '(Status=="DRAFT" || AmountDue>=500.005) && Date>=DateTime(2026,06,01)',
    "AmountDue==0",
    "RemainingCredit>0",
    "DueDate!=DateTime(2026,12,24)",
    "DueDate<DateTime(2026,10,01)",
    "UpdatedDateUTC>DateTime(2026,10,01)",
    'ContactStatus=="ACTIVE"',
    "Contact.ContactID!=null",
    'PaymentType=="ACCRECPAYMENT"',
    f'PaymentType=="ACCRECPAYMENT" AND Account.AccountID!=Guid("{BANK}")',
    f'Account.AccountID==Guid("{BANK}")',
    'Contact.Name=="kestrel outdoor ltd"',
    'Contact.Name!="Newcomer Ltd" AND Status=="AUTHORISED"',
    'Contact.Name.Contains("studio") OR Contact.Name.StartsWith("N")',
    "Contact.Name==null",
    'Reference.StartsWith("PO 1")',
    'Reference!="moved"',
    "Reference!=null",
    'Name.Contains("studio")',
    'EmailAddress==""',
    'InvoiceNumber.EndsWith("7")',
]
SEARCHES = ["", "inv-00", "po ", "po 1", "1", "moved", "studio", "ltd", "a", "@", "website", " ", "cn-"]
ORDERS = [
    "", "UpdatedDateUTC", "UpdatedDateUTC DESC", "Date DESC", "DueDate", "Status", "Status DESC", "Type", "AmountDue DESC",
    "RemainingCredit", "PaymentType", "Total", "ContactStatus DESC",
]  # fmt: skip
SINCES = [None, read_ms("2026-09-01"), read_ms("2026-11-20"), read_ms("2027-01-01")]


def exhaustively(shelf: Shelf, query: Query) -> list[int]:
    """The long way: every record is made and looked at."""
    rows = [row for row in range(len(shelf)) if _is_meant(shelf, shelf.get(row), query)]
    field, _, direction = query.order.partition(" ")
    return sorted(rows, key=lambda row: _rank(shelf.get(row), field), reverse=direction == "DESC") if field else rows


def _is_meant(shelf: Shelf, record: Json, query: Query) -> bool:
    _, status, _, _, contact, _, _, updated, _ = row_of(record)
    return (
        (query.since is None or updated >= query.since)
        and (not query.statuses or status.upper() in query.statuses)
        and (not query.contact_ids or contact in query.contact_ids)
        and (query.include_archived or shelf.plural != "Contacts" or status != "ARCHIVED")
        and (not query.where or _holds(record, parse(query.where)))
        and (not query.search or _mentions(record, query.search))
    )


def _holds(record: Json, condition: Condition) -> bool:
    if isinstance(condition, Comparison):
        return fulfils(record, condition)
    return (all if isinstance(condition, Both) else any)(_holds(record, part) for part in condition.parts)


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_every_question_is_answered_as_by_going_through_all_records(books: Books, data: st.DataObject) -> None:
    shelf = books.shelves[data.draw(st.sampled_from(sorted(books.shelves)))]
    ids: Sequence[str] = sorted({row_of(record)[4] for record in records(books.contacts)[:4]})
    query = Query(
        where=data.draw(st.sampled_from(WHERES)),
        order=data.draw(st.sampled_from(ORDERS)),
        since=data.draw(st.sampled_from(SINCES)),
        statuses=tuple(data.draw(st.lists(st.sampled_from(["PAID", "AUTHORISED", "DRAFT", "ACTIVE", "NONE"]), max_size=2))),
        contact_ids=tuple(data.draw(st.lists(st.sampled_from(ids), max_size=2))),
        search=data.draw(st.sampled_from(SEARCHES)),
        include_archived=data.draw(st.booleans()),
    )
    told = []
    for few in (matching.FEW, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(matching, "FEW", few)
            told.append(list(select(shelf, query)))
    assert told == [exhaustively(shelf, query)] * 2


MILLION = """
import json, re, time
from datetime import date
from app.demo_ledger.generate import generate_books
from app.demo_ledger.main import create_ledger
from app.demo_ledger.present import Presenter
from app.demo_ledger.query import Finder, Query, page_of

def asked(**question):
    began = time.process_time()
    query = Query(page=1, page_size=1000, **question)
    rows = finder.rows(books.invoices, query, high_volume_above=100_000)
    page = [write(books.invoices.get(row)) for row in page_of(rows, query)]
    return len(rows), len(page), time.process_time() - began

began = time.process_time()
today, finder = date(2026, 11, 23), Finder()
books = generate_books(1, 20_000, 1_000_000, today=today)
create_ledger(books)
write = Presenter(books).listed(books.invoices, today, paged=True, summary=False)
told = {"start": time.process_time() - began}
told["first"] = asked(where='Type=="ACCREC"', order="InvoiceID ASC")
told["delta"] = asked(where='Type=="ACCREC"', since=1795000000000, order="UpdatedDateUTC ASC")
told["open"] = asked(statuses=("AUTHORISED",), order="Date DESC")
told["newest"] = asked(order="UpdatedDateUTC DESC")
told["number"] = asked(search="inv-99999")
told["name"] = asked(where='Contact.Name=="Kestrel Outdoor Ltd"')
told["part of a name"] = asked(where='Contact.Name.Contains("studio") AND Status=="AUTHORISED"')
told["order"] = asked(search="po 12345")
told["megabytes"] = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024
print(json.dumps(told))
"""


def test_a_million_invoices_start_at_once_and_stay_small() -> None:
    """In a process of its own, whose memory is its own."""
    ran = subprocess.run([sys.executable, "-c", MILLION], capture_output=True, text=True, timeout=300, check=True)
    told = json.loads(ran.stdout)
    assert told["start"] < 2
    assert told["first"][:2] == [1_000_000, 1000]
    assert told["first"][2] < 2
    assert [told[name][1] for name in ("delta", "open", "newest")] == [1000, 1000, 1000]
    assert sum(told[name][2] for name in ("delta", "open", "newest")) < 30, told
    in_words = ("number", "name", "part of a name", "order")
    assert [told[name][0] > 0 for name in in_words] == [True] * 4
    assert max(told[name][2] for name in in_words) < 8, told
    assert told["megabytes"] < 200

"""Reading Xero's pages: everything may be odd, and one odd record never costs its page."""

from datetime import date
from decimal import Decimal

import pytest

from app.xero.listing import CONTACTS, INVOICES, Unreadable, read_page
from app.xero.stamps import instant_of, read_day, read_stamp

PAGE = (
    b'{"Id":"1","Status":"OK","DateTimeUTC":"\\/Date(1795999999999)\\/","pagination":{"page":1,"pageSize":100,'
    b'"pageCount":1,"itemCount":2},"Invoices":[%s]}'
)
GOOD = (
    b'{"Type":"ACCREC","InvoiceID":"a1","InvoiceNumber":"INV-1","Total":0.10,"AmountDue":0.30,"LineItems":[{"Quantity":1}],'
    b'"DueDate":"\\/Date(1539993600000+0000)\\/","DueDateString":"2018-10-20T00:00:00","Status":"NEWLY_INVENTED","Extra":{"a":1}}'
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("/Date(1539993600000+0000)/", date(2018, 10, 20)),
        ("/Date(1539993600000)/", date(2018, 10, 20)),
        ("/Date(-80006400000+0000)/", date(1967, 6, 20)),
        ("/Date(0)/", date(1970, 1, 1)),
        ("/Date(1419937200000+1300)/", date(2014, 12, 31)),
        ("/Date(1419990000000-0500)/", date(2014, 12, 30)),
        ("2018-10-20T00:00:00", date(2018, 10, 20)),
        (None, None),
        ("", None),
    ],
)
def test_xeros_dates_are_calendar_days(text, day):
    assert read_day(text) == day


def test_the_twin_is_preferred():
    assert read_day("/Date(0)/", "2026-12-01T00:00:00") == date(2026, 12, 1)


@pytest.mark.parametrize("text", ["soon", "/Date()/", "/Date(x)/", "/Date(99999999999999999)/", "2026-13-01T00:00:00"])
def test_a_date_that_cannot_be_read_is_said_not_swallowed(text):
    with pytest.raises(ValueError, match="no date"):
        read_day(text)


def test_stamps_are_milliseconds_of_utc_whatever_the_offset():
    assert read_stamp("/Date(1539993600123+1300)/") == 1539993600123
    assert read_stamp("2018-10-20T00:00:00Z") == read_stamp("2018-10-20T00:00:00") == 1539993600000
    assert read_stamp(None) == 0 and instant_of(0) is None


def test_money_is_exact():
    (record,) = read_page(INVOICES, PAGE % GOOD).records
    assert record.total is not None and record.amount_due is not None
    assert record.total * 3 == record.amount_due == Decimal("0.30")


def test_unknown_fields_and_words_are_taken_as_they_are():
    page = read_page(INVOICES, PAGE % GOOD)
    assert page.records[0].status == "NEWLY_INVENTED"
    assert (page.raw_count, page.item_count, page.served_at) == (1, 2, 1795999999999)


@pytest.mark.parametrize(
    "odd",
    [b"null", b"17", b'"text"', b"[]", b'{"InvoiceID":{"a":1}}', b'{"Total":"a lot"}', b'{"Payments":{"PaymentID":1}}'],
)
def test_one_record_that_cannot_be_read_leaves_the_others(odd):
    page = read_page(INVOICES, PAGE % (odd + b"," + GOOD))
    assert [record.invoice_number for record in page.records] == ["INV-1"]
    assert page.raw_count == 2
    assert len(page.broken) == 1 and page.broken[0].reason.endswith(".")


def test_a_broken_record_is_named_where_it_says_its_name():
    page = read_page(INVOICES, PAGE % b'{"InvoiceID":"a2","InvoiceNumber":"INV-2","Total":[]}')
    assert (page.broken[0].xero_id, page.broken[0].label) == ("a2", "INV-2")


def test_true_as_text_is_true():
    page = read_page(INVOICES, PAGE % b'{"InvoiceID":"a1","SentToContact":"true"}')
    assert page.records[0].sent_to_contact is True


def test_nulls_anywhere_are_tolerated():
    page = read_page(
        CONTACTS, b'{"Contacts":[{"ContactID":"c1","Phones":[null],"ContactPersons":null,"Addresses":[{"City":null}]}]}'
    )
    assert page.records[0].contact_id == "c1" and page.item_count is None


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"Invoices":[{"Type":"ACC', b"[]", b'{"Invoices":null}', b'{"Status":"OK"}', b"\xff\xfe"]
)
def test_what_is_no_page_at_all_is_told(body):
    with pytest.raises(Unreadable):
        read_page(INVOICES, body)

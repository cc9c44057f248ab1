"""What people read when Xero's records or answers cannot be used."""

import json
from datetime import UTC, date, datetime

import pytest

from app.xero.answers import RateLimited
from app.xero.budget import DAY, MINUTE, retry_after
from app.xero.listing import INVOICES, read_page
from app.xero.values import day_of


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"InvoiceNumber": 17}, "Its InvoiceNumber is a number where a text is expected."),
        ({"Contact": {"Name": 17}}, "Its Contact.Name is a number where a text is expected."),
        ({"Payments": "none"}, "Its Payments is a text where a list is expected."),
        ({"Reference": {"a": 1}}, "Its Reference is a record where a text is expected."),
        ({"AmountDue": "lots"}, "Its AmountDue cannot be read."),
        ([], "Its record is a list where a record is expected."),
    ],
)
def test_an_unreadable_record_is_told_without_the_decoders_words(record, reason):
    (broken,) = read_page(INVOICES, json.dumps({"Invoices": [record]}).encode()).broken
    assert broken.reason == reason


def test_the_first_day_of_year_one_is_no_date():
    assert day_of("/Date(-62135596800000+0000)/", None, "due date") is None
    assert day_of(None, "0001-01-01T00:00:00", "due date") is None
    assert day_of(None, "2026-12-01T00:00:00", "due date") == date(2026, 12, 1)


@pytest.mark.parametrize("by", ["minute", "day", "concurrent", "appminute", "something new"])
def test_a_limit_is_told_without_clock_times_and_technical_names(by):
    sentence = str(RateLimited(datetime(2026, 11, 23, 10, 11, tzinfo=UTC), by))
    assert "10:11" not in sentence and "UTC" not in sentence and "limit" not in sentence
    assert sentence.endswith("nothing is lost.")


@pytest.mark.parametrize(("text", "seconds"), [("5", 6), ("", MINUTE), ("soon", MINUTE), ("²", MINUTE), ("9" * 30, DAY)])
def test_an_odd_retry_after_blocks_for_a_day_at_most(text, seconds):
    assert retry_after({"retry-after": text}) == seconds

"""What people read when Xero's records or answers cannot be used."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.xero.answers import RateLimited
from app.xero.budget import DAY, MINUTE, retry_after
from app.xero.changes import credit_change
from app.xero.decide import CreditFacts
from app.xero.listing import INVOICES, read_page
from app.xero.people import CustomerFacts, contact_change
from app.xero.standing import role_fact, role_problem
from app.xero.values import day_of
from app.xero.words import outcome_of, run_line


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


def contact(**facts: Any) -> CustomerFacts:
    known = {"xero_id": "c1", "name": "Acme", "first_name": "Ann", "last_name": "Lee", "email": "ap@acme.example"}
    empty = {"account_number": "", "phones": "[]", "addresses": "[]", "is_archived": False, "merged_to_xero_id": ""}
    return CustomerFacts(**{**known, **empty, "xero_updated_at": None, **facts})


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"name": "Acme Ltd", "email": ""}, "Acme is called Acme Ltd in Xero now."),
        ({"email": ""}, "Acme has no email address in Xero any more, before ap@acme.example."),
        ({"email": "new@acme.example"}, "Acme is written to at new@acme.example now, before ap@acme.example."),
        ({"first_name": "Bo"}, "Acme was edited in Xero: emails greet Bo Lee now."),
        ({"first_name": "", "last_name": ""}, "Acme was edited in Xero: emails greet the company now."),
        ({"account_number": "7"}, "Acme was edited in Xero."),
    ],
)
def test_of_an_edited_contact_the_most_important_change_is_told(facts, sentence):
    assert contact_change(contact(), contact(**facts)) == sentence


def test_a_first_address_is_told():
    assert contact_change(contact(email=""), contact()) == "Acme has an email address in Xero now: ap@acme.example."


@pytest.mark.parametrize(
    ("status", "remaining", "words"),
    [
        ("AUTHORISED", 500_000, "GBP 50.00 of this credit note is not used yet."),
        ("PAID", 0, "this credit note is used up."),
        ("VOIDED", 0, "this credit note was voided in Xero."),
    ],
)
def test_a_credit_is_told_by_what_is_left_of_it(status, remaining, words):
    facts = CreditFacts("c1", "n1", "credit_note", "CN-1", status, "GBP", "1", None, 500_000, remaining, None)
    assert credit_change(facts, "Acme").sentence == f"CN-1 (Acme): {words}"


def test_a_role_in_xero_that_is_too_small_says_what_it_costs_and_who_can_mend_it():
    fact = role_fact("READONLY")
    assert fact is not None and fact.tone == "waiting"
    assert "Read only" in fact.text and "Standard or Adviser" in fact.text
    assert "(Read only)" in role_problem("READONLY") and "invoices may be missing" in role_problem("READONLY")
    good = role_fact("FINANCIALADVISER")
    assert good is not None and (good.tone, good.text) == ("", "Adviser, of the user who connected.")
    assert role_fact("") is None and role_fact("UNKNOWN") is None


@pytest.mark.parametrize(("changed", "examples", "more"), [(70, 60, 10), (3, 3, 0), (400, 0, 0)])
def test_a_sync_says_how_many_changes_it_does_not_name(changed, examples, more):
    """A first sync names none: everything is new."""
    named = json.dumps(["INV-1 (Acme) is paid."] * examples)
    line = run_line(1, "daily", "done", json.dumps({"invoices": changed}), named, "", 5, None, "UTC")
    assert (len(line.examples), line.more) == (examples, more)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ('{"aside": 1}', "1 record could not be used"),
        ('{"invoices": 3, "aside": 12}', "changed: 3 invoices; 12 records could not be used"),
        ('{"invoices": 0, "aside": 0}', "nothing had changed"),
    ],
)
def test_a_sync_says_what_it_could_not_use(changed: str, said: str):
    assert outcome_of("asked", "done", changed, "") == said

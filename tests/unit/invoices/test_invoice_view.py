"""An invoice's facts in words, and where one is looked for."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from app.invoices.grids import INVOICES
from app.invoices.search import InvoiceSearch
from app.invoices.view import facts_of
from components.grid.cells import Cell, Reading

TODAY = date(2026, 11, 30)


def an_invoice(**facts: Any) -> Any:
    usual = {
        "status": "AUTHORISED", "currency": "GBP", "issued_on": None, "due_on": date(2026, 11, 20), "paid_on": None,
        "total": 1_200_000, "paid": 0, "credited": 0, "outstanding": 1_200_000, "is_open": True,
    }  # fmt: skip
    return SimpleNamespace(**{**usual, **facts})


@pytest.mark.parametrize(
    ("facts", "when"),
    [
        ({}, "10 days overdue"),
        ({"due_on": None}, "no due date"),
        ({"is_open": False, "status": "PAID", "paid_on": date(2026, 11, 26)}, "paid on Thu 26 Nov"),
        ({"is_open": False, "status": "VOIDED"}, "void"),
        ({"is_open": False, "status": "A_NEW_WORD"}, "a_new_word"),
    ],
)
def test_how_it_stands(facts: dict[str, Any], when: str) -> None:
    assert facts_of(an_invoice(**facts), TODAY, "en_GB").when == when


def test_the_headline_is_what_is_left_or_of_a_settled_one_what_it_was() -> None:
    partly = facts_of(an_invoice(paid=200_000, outstanding=1_000_000), TODAY, "en_GB")
    assert (partly.headline, partly.paid, partly.credited) == ("£100.00", "−£20.00", "")
    settled = facts_of(an_invoice(is_open=False, outstanding=0, status="PAID"), TODAY, "en_GB")
    assert settled.headline == "£120.00"


def why(**row: Any) -> Cell:
    usual = {"ended": "open", "hold": "", "next_step": "", "next_on": None}
    return INVOICES.column("why").kind.cell(row.pop("sentence", ""), {**usual, **row}, Reading(TODAY))


def test_the_list_names_the_next_step_or_the_hold() -> None:
    coming = why(sentence="Next: step 4 …", hold="not_reached", next_step="Firm", next_on="2026-12-08")
    assert (coming.text, coming.detail, coming.badge) == ("Firm", "Tue 8 Dec", "plain")
    held = why(sentence="Held: payment is expected on Fri 4 Dec", hold="expected_date")
    assert (held.text, held.detail, held.badge) == ("Payment expected", "Payment is expected on Fri 4 Dec", "off")
    broken = why(sentence="Held: every address has bounced", hold="bounced")
    assert (broken.text, broken.badge) == ("Address bounced", "broken")
    assert why(sentence="Held: it is new to us", hold="a_hold_of_old").text == "Held"
    assert why().text == "Not planned yet"
    assert why(ended="paid").text == ""


def test_an_address_is_looked_for_among_the_customers_and_all_else_among_the_invoices() -> None:
    search = InvoiceSearch(7)
    assert "invoice_words" in search.finds("INV-02 50%").sql
    assert "customer_words" in search.finds("ap@harbour.example").sql
    assert "INV-02" not in search.finds("INV-02").sql, "what is typed is an argument, never part of the statement"

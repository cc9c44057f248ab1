"""By what a customer is recognised in free text, and how it is taken out."""

import html
import json
from urllib.parse import quote_plus

import pytest

from app.privacy.forms import is_name, read_months
from app.privacy.marks import STANDS_FOR, marks_of, without

CUSTOMER = {"name": "O\u2019Hara & Søns", "first_name": "Ada", "last_name": "Lo", "email": "ada@ohara.example", "phones": "[]"}
PEOPLE = [{"email": "bill@ohara.example", "name": "Bo"}]


def test_names_and_addresses_but_no_words_that_are_too_short_to_tell_anybody() -> None:
    assert set(marks_of(CUSTOMER, PEOPLE)) == {"O\u2019Hara & Søns", "Ada Lo", "ada@ohara.example", "bill@ohara.example"}


@pytest.mark.parametrize("spelt", [str, json.dumps, html.escape, quote_plus, str.upper])
def test_however_it_is_spelt_it_goes(spelt: object) -> None:
    text = f"Before {spelt(CUSTOMER['name'])} after"  # type: ignore[operator]
    left = without(text, marks_of(CUSTOMER, PEOPLE))
    assert STANDS_FOR in left and left.startswith("Before ") and left.endswith(" after")
    assert "Hara" not in left and "HARA" not in left


def test_the_longest_goes_first_so_that_no_part_is_left() -> None:
    customer = {**CUSTOMER, "name": "Acme", "first_name": "Acme", "last_name": "Ltd Holdings"}
    assert without("To Acme Ltd Holdings and Acme.", marks_of(customer, [])) == f"To {STANDS_FOR} and {STANDS_FOR}."


def test_others_are_left_alone() -> None:
    assert without("Hello Adam of Other Ltd", marks_of(CUSTOMER, PEOPLE)) == "Hello Adam of Other Ltd"


@pytest.mark.parametrize(("typed", "is_it"), [("Acme  ltd ", True), ("ACME LTD", True), ("Acme", False), ("", False)])
def test_a_name_is_confirmed_as_it_stands_but_for_spaces_and_capitals(typed: str, is_it: bool) -> None:
    assert is_name(typed, "Acme Ltd") is is_it


@pytest.mark.parametrize(("given", "months"), [("24", 24), ("", None), ("7", None), ("-6", None), ("six", None)])
def test_months_are_one_of_those_offered(given: str, months: int | None) -> None:
    assert read_months({"mail_months": given}, "mail_months") == months

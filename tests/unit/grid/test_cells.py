"""Cells read as a credit controller would write them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from components.format import age, counted, day, figure, money
from components.grid.cells import Age, Badge, Cell, CellKind, Day, Money, Number, Reading, Sentence, Text

READING = Reading(date(2026, 11, 30))


def shown(kind: CellKind, value: Any, **row: Any) -> Cell:
    return kind.cell(value, row, READING)


@pytest.mark.parametrize(
    ("value", "text"),
    [(12_345_600, "1,234.56"), (-125_000, "−12.50"), (0, "0.00"), (None, ""), (Decimal("12345600"), "1,234.56")],
)
def test_money_from_ten_thousandths(value: Any, text: str) -> None:
    assert shown(Money("GBP"), value).text == text


def test_money_that_is_decimal_already() -> None:
    assert shown(Money("GBP", scale=0), Decimal("1234.5")).text == "1,234.50"


@pytest.mark.parametrize(("currency", "text"), [("JPY", "1,235"), ("KWD", "1,234.560"), ("XYZ", "1,234.56")])
def test_money_has_the_decimals_of_its_currency(currency: str, text: str) -> None:
    assert shown(Money(currency), 12_345_600).text == text


def test_the_head_names_the_currency_once_where_all_rows_share_it() -> None:
    kind, note = Money(currency_of="currency").for_rows([{"currency": "EUR"}, {"currency": "EUR"}], "en_GB")
    assert note == "€"
    assert shown(kind, 10_000, currency="EUR").before == ""


def test_each_cell_names_its_currency_where_rows_differ() -> None:
    kind, note = Money(currency_of="currency").for_rows([{"currency": "EUR"}, {"currency": "GBP"}], "en_GB")
    assert note == ""
    assert shown(kind, 10_000, currency="EUR").before == "EUR"


def test_nothing_owed_may_stay_blank() -> None:
    assert shown(Money("GBP", quiet_zero=True), 0).text == ""


@pytest.mark.parametrize(
    ("value", "text", "title"),
    [
        (date(2026, 12, 1), "Tue 1 Dec", "Tuesday 1 December 2026"),
        ("2026-12-01", "Tue 1 Dec", "Tuesday 1 December 2026"),
        (date(2025, 12, 1), "1 Dec 2025", "Monday 1 December 2025"),
        (None, "", ""),
    ],
)
def test_a_day_is_short_and_in_full_on_hover(value: Any, text: str, title: str) -> None:
    cell = shown(Day(), value)
    assert (cell.text, cell.title) == (text, title)


@pytest.mark.parametrize(
    ("due", "text", "css"),
    [
        (date(2026, 11, 22), "8 days overdue", ""),
        (date(2026, 11, 29), "1 day overdue", ""),
        (date(2026, 11, 30), "due today", "quiet"),
        (date(2026, 12, 1), "due in 1 day", "quiet"),
        ("2026-10-01", "60 days overdue", "strong"),
        (47, "47 days overdue", "strong"),
        (-3, "due in 3 days", "quiet"),
        (None, "", ""),
    ],
)
def test_an_age_is_said_in_words(due: Any, text: str, css: str) -> None:
    cell = shown(Age(), due)
    assert (cell.text, cell.css) == (text, css)


def test_a_status_has_words_and_a_tone() -> None:
    kind = Badge({"waiting": ("Approval", "waiting")})
    assert (shown(kind, "waiting").text, shown(kind, "waiting").badge) == ("Approval", "waiting")
    assert (shown(kind, "odd").text, shown(kind, "odd").badge) == ("odd", "plain")
    assert shown(kind, None).badge == ""


def test_a_link_quotes_the_value_it_carries() -> None:
    assert shown(Text("/invoices/{number}"), "INV/1", number="INV/1?").url == "/invoices/INV%2F1%3F"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "", None])
def test_an_address_out_of_a_row_leads_only_to_the_web(address: str | None) -> None:
    assert shown(Text("{xero}"), "Open", xero=address).url == ""
    assert shown(Text("{xero}"), "Open", xero="https://go.xero.com/x?y=1").url == "https://go.xero.com/x?y=1"


def test_a_reason_is_whole_on_hover() -> None:
    assert shown(Sentence(), "promised for 4 Dec").title == "promised for 4 Dec"


def test_a_number_carries_its_unit() -> None:
    cell = shown(Number(places=1, unit="days"), Decimal("12.25"))
    assert (cell.text, cell.detail) == ("12.2", "days")


def test_sums_in_sentences_carry_their_currency() -> None:
    assert money(Decimal("1240"), "GBP") == "£1,240.00"
    assert money(Decimal("-12.5"), "GBP") == "−£12.50"
    assert money(Decimal("1240"), "USD") == "US$1,240.00"


def test_figures_follow_the_locale() -> None:
    assert figure(Decimal("1234.5"), locale="de_DE") == "1.234,50"
    assert figure(Decimal("-0.001")) == "0.00"


def test_counts_and_ages_mind_their_plurals() -> None:
    assert [counted(n, "debt", "debts") for n in (0, 1, 1284)] == ["0 debts", "1 debt", "1,284 debts"]
    assert [age(n) for n in (1, -1, 1000)] == ["1 day overdue", "due in 1 day", "1,000 days overdue"]


def test_days_of_another_year_say_which() -> None:
    assert day(date(2027, 1, 4), READING.today) == "4 Jan 2027"

"""Money and dates by locale, held against Babel."""

from datetime import date
from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given, settings
from hypothesis import strategies as st

from app.email_templates.formats import MINUS, full_date, money, sums

LOCALES = ["en_GB", "en_US", "en_AU", "en_IN", "de_DE", "de_CH", "fr_FR", "es_ES", "nl_NL", "pl_PL", "sv_SE", "pt_BR", "ja_JP",
           "it_IT", "da_DK", "nb_NO", "fi_FI", "cs_CZ", "el_GR", "hi_IN", "ar_EG", "he_IL", "tr_TR", "en_ZA"]  # fmt: skip
CURRENCIES = ["GBP", "EUR", "USD", "JPY", "KWD", "CHF", "INR", "PLN", "XXQ"]


@given(
    st.sampled_from(LOCALES),
    st.sampled_from(CURRENCIES),
    st.decimals(min_value=Decimal("-99999999"), max_value=Decimal("99999999"), places=2),
)
@settings(max_examples=60, deadline=None)
def test_money_is_written_as_babel_writes_it(locale: str, currency: str, amount: Decimal) -> None:
    cents_kept = format_currency(amount, currency, locale=locale, currency_digits=True, decimal_quantization=False)
    assert money(amount, currency, locale).lstrip(MINUS + "-") == cents_kept.replace("-", MINUS).lstrip(MINUS + "-")
    assert (MINUS in money(amount, currency, locale)) is (amount < 0)


def test_dates_read_as_people_write_them() -> None:
    day = date(2026, 12, 1)
    assert full_date(day, "en_GB") == "Tue 1 December 2026"
    assert full_date(day, "en_US") == "Tue, December 1, 2026"
    assert full_date(day, "xx_YY") == "Tue 1 December 2026"
    assert "2026" in full_date(day, "de_DE")


def test_sums_stand_side_by_side_by_currency_and_nothing_is_left_out() -> None:
    amounts = [("GBP", Decimal("1.10")), ("EUR", Decimal(2)), ("GBP", Decimal("2.20")), ("USD", Decimal(0))]
    assert sums(amounts, "en_GB") == "£3.30 and €2.00"
    assert sums([], "en_GB") == ""


@pytest.mark.parametrize(("amount", "said"), [("1234.5", "£1,234.50"), ("-12.5", "−£12.50"), ("0.0001", "£0.0001")])
def test_no_digit_is_lost(amount: str, said: str) -> None:
    assert money(Decimal(amount), "GBP", "en_GB") == said

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.portal.account import OpenCredit, OwedInvoice, as_of_words, headline, sums_of
from app.portal.business import colour_url
from app.portal.leaving import filled, may_lead_to
from app.portal.notes import Sayings, note
from app.portal.tongue import tongue

TODAY = date(2026, 11, 30)
ENGLISH = tongue("", "en_GB")
LEDGER = "http://localhost:8001"


def owed(amount: str, days: int = 10, currency: str = "GBP") -> OwedInvoice:
    facts: dict[str, Any] = {"number": "INV-1", "reference": "", "issued_on": TODAY, "due_on": TODAY, "id": 1}
    return OwedInvoice(**facts, currency=currency, total=Decimal(amount), outstanding=Decimal(amount), days_overdue=days)


@pytest.mark.parametrize(
    ("invoices", "says"),
    [
        ([], "You owe Borealis nothing"),
        ([owed("640"), owed("600", -12)], "You owe Borealis £1,240.00, £640.00 of it overdue"),
        ([owed("600", -12)], "You owe Borealis £600.00"),
        ([owed("600")], "You owe Borealis £600.00, all of it overdue"),
        ([owed("600"), owed("5", 1, "EUR")], "You owe Borealis £600.00 and €5.00, all overdue"),
        ([owed("600", 0)], "You owe Borealis £600.00"),
    ],
)
def test_one_sentence_says_what_is_owed(invoices: list[OwedInvoice], says: str) -> None:
    assert headline("Borealis", sums_of(invoices, ()), ENGLISH) == says


def test_no_currency_is_left_out_of_what_is_owed() -> None:
    invoices = [owed("5", currency=each) for each in ("GBP", "EUR", "USD", "AUD", "CAD")]
    said = headline("Borealis", sums_of(invoices, ()), ENGLISH)
    assert said == "You owe Borealis £5.00, €5.00, US$5.00, A$5.00 and CA$5.00, all overdue"


def test_a_credit_is_told_beside_the_debt_and_never_taken_off_it() -> None:
    (only,) = sums_of([owed("100")], [OpenCredit("CN-1", "GBP", Decimal(40), TODAY)])
    assert (only.outstanding, only.credit) == (Decimal(100), Decimal(40))


def test_as_of_names_the_day_when_it_is_not_today() -> None:
    at = datetime(2026, 11, 26, 10, 42, tzinfo=UTC)
    assert as_of_words(at, date(2026, 11, 26), "Europe/London", ENGLISH) == "As of 10:42 today"
    assert as_of_words(at, TODAY, "Europe/London", ENGLISH) == "As of 10:42 on Thu 26 Nov"
    assert as_of_words(at, date(2026, 11, 26), "Asia/Tokyo", ENGLISH) == "As of 19:42 today"


def say(**said: Any) -> str:
    return note(Sayings(**said), "GBP", Decimal(100), TODAY, ENGLISH)


def test_a_query_weighs_more_than_what_was_said_about_paying() -> None:
    everything = {"disputed": Decimal(40), "told_paid_on": TODAY, "told_paid_until": date(2026, 12, 8), "promised_on": TODAY}
    assert say(**everything).startswith("You queried £40.00 of this.")
    assert say(disputed=Decimal("Infinity")).startswith("You queried this.")


def test_told_paid_speaks_until_it_is_asked_for_again() -> None:
    told = {"told_paid_on": date(2026, 11, 20), "told_paid_until": TODAY}
    assert say(**told) == ""
    assert "before Tue 1 Dec" in say(**{**told, "told_paid_until": date(2026, 12, 1)})


def test_a_promise_that_passed_is_told_in_the_past() -> None:
    assert say(promised_on=date(2026, 12, 4)) == "You said you will pay this on Fri 4 Dec."
    assert say(promised_on=date(2026, 11, 27)) == "You said you would pay this on Fri 27 Nov."


def test_the_payment_link_is_filled_by_us_and_quoted() -> None:
    template = "https://pay.example/x?a={amount}&c={currency}&n={number}&o={other}"
    url = filled(template, Decimal("1240.50"), "GBP", "INV 1&a=0#?{amount}")
    assert url == "https://pay.example/x?a=1240.50&c=GBP&n=INV%201%26a%3D0%23%3F%7Bamount%7D&o={other}"


@pytest.mark.parametrize("url", ["https://pay.example/1", "https://in.xero.com/abc?x=1", f"{LEDGER}/pay/1"])
def test_customers_are_led_to_secure_pages_and_the_demo_ledger(url: str) -> None:
    assert may_lead_to(url, LEDGER)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "http://pay.example", "//pay.example", "/p/x",
        "", "https://", "ftp://pay.example", "https://user:pw@pay.example", "https://user@pay.example", "http://localhost",
        "http://localhost:8002", "https:\\\\pay.example", "https://pay.example/\r\nSet-Cookie: x", "https://a b.example",
        "https://pay.example:x/", "http://localhost:8001@evil.example/", "vbscript:x", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_and_nowhere_else(url: str) -> None:
    assert not may_lead_to(url, LEDGER)


def test_without_a_demo_ledger_plain_http_leads_nowhere() -> None:
    assert not may_lead_to("http:///x", "")
    assert not may_lead_to("http://localhost:8001/pay", "")


def test_only_a_colour_becomes_a_stylesheet() -> None:
    assert colour_url("#1D4ED8") == "/portal-colour/1d4ed8.css"
    assert [colour_url(text) for text in ("", "red", "#12345", "#1234567", '#123456">')] == [""] * 5

"""The language of the customers' pages."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.portal import tongue as tongues
from app.portal.tongue import tongue, tongue_of_browser

TODAY = date(2026, 11, 30)
HEAD = """msgid ""
msgstr ""
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"""
GERMAN = f"""{HEAD}
msgid "due today"
msgstr "heute fällig"

msgid "{{number}} day overdue"
msgid_plural "{{number}} days overdue"
msgstr[0] "{{number}} Tag überfällig"
msgstr[1] "{{number}} Tage überfällig"

msgid "{{names}} and {{last}}"
msgstr "{{names}} und {{letzte}}"

#, fuzzy
msgid "no due date"
msgstr "geraten"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "de.po").write_text(GERMAN, encoding="utf-8")
    (tmp_path / "pt_BR.po").write_text(f'{HEAD}\nmsgid "due today"\nmsgstr "vence hoje"\n', encoding="utf-8")
    monkeypatch.setattr(tongues, "FOLDER", tmp_path)


@pytest.mark.parametrize(
    ("language", "locale", "html", "says"),
    [
        ("de", "en_GB", "de", "heute fällig"),
        ("de-CH", "en_GB", "de", "heute fällig"),
        ("", "de_AT", "de", "heute fällig"),
        ("fr", "de_DE", "de", "heute fällig"),
        ("en", "de_DE", "en-GB", "due today"),
        ("", "en_US", "en-US", "due today"),
        ("fr", "fr_FR", "en-GB", "due today"),
        ("pt_BR", "en_GB", "pt-BR", "vence hoje"),
        ("pt_PT", "en_GB", "en-GB", "due today"),
        ("no such", "?", "en-GB", "due today"),
        ("../de", "en_GB", "en-GB", "due today"),
    ],
)
def test_the_customers_own_language_then_the_business_then_english(language: str, locale: str, html: str, says: str) -> None:
    speech = tongue(language, locale)
    assert (speech.html, speech.age(0)) == (html, says)


def test_numbers_days_and_amounts_are_written_as_there() -> None:
    german = tongue("de", "en_GB")
    assert german.age(1) == "1 Tag überfällig"
    assert german.age(1234) == "1.234 Tage überfällig"
    assert german.money(Decimal("1240.5"), "EUR") == "1.240,50\N{NO-BREAK SPACE}€"
    assert german.day(date(2026, 12, 1), TODAY) == "Di., 1. Dez."
    assert german.day(date(2027, 12, 1), TODAY) == "1. Dez. 2027"
    assert tongue("de", "de_CH").money(Decimal(1240), "CHF") == "CHF\N{NO-BREAK SPACE}1’240.00"


def test_what_is_missing_guessed_or_cannot_be_filled_stays_english() -> None:
    german = tongue("de", "en_GB")
    assert german("no due date") == "no due date"
    assert german.listed(["INV-1", "INV-2"]) == "INV-1 and INV-2"
    assert german("Never written") == "Never written"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("de-CH,de;q=0.9,en;q=0.8", "de"), ("en-US,de;q=0.5", "en"), ("fr,de", "de"), ("", "en"), ("*", "en"), ("x" * 9000, "en")],
)
def test_a_stranger_is_answered_in_a_language_of_the_browser(accepted: str, language: str) -> None:
    assert tongue_of_browser(accepted).language == language


def test_what_the_customer_wrote_is_never_a_template() -> None:
    said = tongue("", "en_GB")("You owe {business} nothing", business="{sums.__class__}")
    assert said == "You owe {sums.__class__} nothing"

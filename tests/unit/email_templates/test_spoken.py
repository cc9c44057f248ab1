"""The words that placeholders write, in the language of the text they stand in."""

from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.commands.mail_words import mail_words
from app.email_templates.facts import facts_of
from app.email_templates.rendering import Block, Rendered, render
from app.email_templates.spoken import FOLDER, spoken
from components.catalogue import places_of
from tests.unit.email_templates.letters import a_letter, an_invoice

INVOICES = [
    an_invoice(number="INV-7", reference="PO 4", due_on=date(2026, 11, 3), due="1240.00"),
    an_invoice(number="INV-8", due_on=date(2026, 11, 4), due="60.50", is_disputed=True),
]


def table_of(language: str, locale: str = "en_GB") -> str:
    block = facts_of(a_letter(invoices=INVOICES, locale=locale), language)["invoice_table"]
    assert isinstance(block, Block)
    return block.text


def test_a_german_text_greets_lists_and_counts_in_german():
    words = render(
        "{{ invoice_number }}",
        "{{ greeting }},\n\n{{ invoice_table }}\n\nfällig seit {{ due_date }}: {{ amount_due }}",
        facts_of(a_letter(first_name="Maria", invoices=INVOICES, locale="en_GB"), "de"),
    )
    assert isinstance(words, Rendered)
    assert words.subject == "INV-7 und INV-8"
    assert words.text.startswith("Guten Tag Maria,\n")
    assert "fällig seit Di., 3. Nov. 2026: 1.300,50\N{NO-BREAK SPACE}£" in words.text
    for head in ("Rechnung", "Ihr Zeichen", "Fällig am", "Zu zahlen", "Summe", "INV-8", "(in Klärung)"):
        assert head in words.text
        assert head in words.html
    assert "Invoice" not in words.text


def test_without_a_first_name_the_greeting_stands_alone():
    assert facts_of(a_letter(first_name=""), "fr")["greeting"] == "Bonjour"


def test_a_swiss_business_writes_german_as_in_switzerland():
    assert "1’240.00" in table_of("de", "de_CH")


def test_the_text_for_everybody_is_as_the_organisation_writes():
    assert table_of("").startswith("Invoice")
    assert "3 Nov 2026" in table_of("")


def test_a_language_without_a_catalogue_has_english_words_and_its_own_dates():
    assert not (FOLDER / "nl.po").exists()
    assert table_of("nl").startswith("Invoice")
    assert "3 nov 2026" in table_of("nl")


def test_a_signature_names_the_registered_particulars_in_the_language():
    block = facts_of(a_letter(), "de")["signature"]
    assert isinstance(block, Block)
    assert "Registernummer" in block.text


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.po")), ids=lambda path: path.stem)
def test_every_catalogue_that_ships_is_complete_and_loses_nothing(path: Path):
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    asked = {message.id for message in mail_words() if message.id}
    assert {message.id for message in catalogue if message.id} == asked
    for text in asked:
        assert places_of(catalogue[text].string) == places_of(text)
        assert spoken(path.stem, "en_GB").words.gettext(text) == catalogue[text].string

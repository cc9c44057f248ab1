"""Fifty nasty names, amounts and addresses in every shipped text: no hole, no brace, nothing that acts."""

import re
from decimal import Decimal

import msgspec
import pytest

from app.email_templates.facts import facts_of
from app.email_templates.rendering import Rendered, render
from app.email_templates.sample import worst_letter
from app.email_templates.shipped import SHIPPED, ShippedTemplate
from tests.unit.email_templates.letters import a_letter, an_invoice

NAMES = (
    "O'Brien & Sons", "Müller-Lüdenscheidt GmbH & Co. KG", "<script>alert(1)</script>", "<b>Bold</b> Ltd", "a" * 500,
    "\u202etxt.exe Ltd", "{{ customer_name }}", "{{ if portal_link }}", "**Stars**", "__init__ Ltd", "[x](https://evil.example)",
    "Robert'); DROP TABLE customer;--", "= 1+1 Ltd", "- Dash first", "1. FC Köln", "#hash", "株式会社日本", "شركة المثال",
    "Ελληνική ΑΕ", "ООО «Ромашка»", "Łódź Sp. z o.o.", "Ñandú S.A.", "👩‍🚀 Rocket 🚀", "e\u0301 combined", "Zero\u200bwidth",
    "Tab\tbed", "Line\nbroken", "CR\rLF\r\nBcc: all@evil.example", "\u2028separated\u2029", "Null\x00byte", "\x1b[31mred",
    "100% Ltd", "%s %d", "${7*7}", "&amp; already", "\"Quoted\" 'twice'", "Very / Slashed \\ Name", "CON", ".",
    " leading", "x" * 80,
)  # fmt: skip
AMOUNTS = ("0.01", "0.0001", "999999999999.99", "1234567.8", "100", "0.5", "33.3333", "1e3", "12345678901234.5678")
assert len(NAMES) + len(AMOUNTS) == 50

TAGS = {"a", "b", "br", "div", "i", "li", "ol", "p", "span", "table", "tbody", "td", "th", "thead", "tr", "ul", "img"}


def checked(text: ShippedTemplate, found: object) -> Rendered:
    assert isinstance(found, Rendered), found
    assert "\n" not in found.subject
    assert "\r" not in found.subject
    assert {tag.lower() for tag in re.findall(r"</?([A-Za-z][A-Za-z0-9]*)", found.html)} <= TAGS
    assert not re.search(r"\bNone\b|\( \)| ,|\(\)|: \n\n\n", found.text), found.text
    return found


@pytest.mark.parametrize("text", SHIPPED, ids=lambda text: text.name)
def test_every_name_in_every_text(text: ShippedTemplate) -> None:
    for name in NAMES:
        letter = a_letter(14, customer_name=name, first_name=name, account_number=name, invoices=(an_invoice(name[:60]),))
        found = checked(text, render(text.subject, text.body, facts_of(letter)))
        if "{" not in name:
            assert "{{" not in found.subject + found.text + found.html
            assert "}}" not in found.subject + found.text + found.html


@pytest.mark.parametrize("text", SHIPPED, ids=lambda text: text.name)
@pytest.mark.parametrize("currency", ["GBP", "JPY", "BHD", "XXX"])
def test_every_amount_in_every_text(text: ShippedTemplate, currency: str) -> None:
    for amount in AMOUNTS:
        worth = Decimal(amount)
        invoice = msgspec.structs.replace(an_invoice(), due=worth, total=worth, paid=worth, currency=currency)
        sums = ((currency, Decimal(amount)),)
        letter = a_letter(14, invoices=(invoice,), outstanding=sums, overdue=sums)
        checked(text, render(text.subject, text.body, facts_of(letter)))


@pytest.mark.parametrize("text", SHIPPED, ids=lambda text: text.name)
@pytest.mark.parametrize("offset", [-3, 0, 3, 30])
def test_the_worst_case_that_the_editor_offers(text: ShippedTemplate, offset: int) -> None:
    ordinary = a_letter(offset)
    paid = 0 if text.purpose == "thank_you" else offset
    letter = worst_letter(ordinary.business, ordinary.sender, ordinary.today, "en_GB", "GBP", paid)
    found = checked(text, render(text.subject, text.body, facts_of(letter)))
    assert "{{" not in found.text


def test_totals_of_five_currencies_stand_one_below_the_other() -> None:
    ordinary = a_letter(7)
    letter = worst_letter(ordinary.business, ordinary.sender, ordinary.today, "en_GB", "GBP", 7)
    table = facts_of(letter)["invoice_table"]
    totals = [line.split() for line in table.text.split("\n") if line.startswith("Total")]  # type: ignore[union-attr]
    assert [line[1] for line in totals] == ["£0.15", "€3,703,701.00", "JP¥2,469,134", "US$2,469,134.00", "PLN2,469,134.00"]

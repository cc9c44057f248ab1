"""A letter filled in for a person to go on writing reads, once written, as the template would have."""

import pytest

from app.email_templates.facts import facts_of
from app.email_templates.filling import fill
from app.email_templates.rendering import Facts, Rendered, render
from app.email_templates.shipped import SHIPPED, ShippedTemplate
from tests.unit.email_templates.letters import a_letter, an_invoice

LETTERS = {
    "first": a_letter(3),
    "early": a_letter(-3),
    "second": a_letter(14),
    "several": a_letter(14, invoices=(an_invoice(), an_invoice("INV-2")), also_overdue=(an_invoice("INV-3"),)),
    "nobody": a_letter(7, first_name="", last_name="", account_number="", last_contact_on=None),
}


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("text", SHIPPED, ids=lambda text: text.name)
def test_unchanged_it_says_what_the_template_says(text: ShippedTemplate, name: str) -> None:
    facts = facts_of(LETTERS[name])
    filled = fill(text.subject, text.body, facts)
    assert render(filled.subject, filled.body, facts) == render(text.subject, text.body, facts)


@pytest.mark.parametrize("text", SHIPPED, ids=lambda text: text.name)
def test_no_link_of_the_customers_own_is_in_it(text: ShippedTemplate) -> None:
    filled = fill(text.subject, text.body, facts_of(LETTERS["several"]))
    assert "/p/" not in filled.body
    assert "https://" not in filled.body


def test_words_are_words_and_tables_stay_placeholders() -> None:
    facts: Facts = {"greeting": "Hello Ada", "days_overdue": 8, "invoice_count": 1}
    filled = fill("About it", "{{ greeting }},\n\n{{ days_overdue: # day | # days }} late.\n\n{{ signature }}\n", facts)
    assert filled.body == "Hello Ada,\n\n8 days late.\n\n{{ signature }}\n"


def test_what_is_blank_without_fallback_stays_for_a_person_to_see() -> None:
    assert fill("S", "Order {{ invoice_reference }}", {}).body == "Order {{ invoice_reference }}\n"
    assert fill("S", "Order {{ invoice_reference | not given }}", {}).body == "Order not given\n"


@pytest.mark.parametrize("name", ["{{ portal_link }}", "**Acme**", "[Pay](https://evil.example)", "}} {{"])
def test_a_fact_is_never_read_as_the_language(name: str) -> None:
    filled = fill("For {{ customer_name }}", "Dear {{ customer_name }}", {"customer_name": name})
    letter = render(filled.subject, filled.body, {"portal_link": "secret"})
    assert isinstance(letter, Rendered)
    assert "secret" not in letter.text
    assert "<b>" not in letter.html
    assert "<a " not in letter.html

"""The language of templates: what it writes, what it refuses; that it runs nothing is tested with the attacks (S4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.email_templates.facts import facts_of
from app.email_templates.language import Blank, Malformed, UnknownPlaceholder
from app.email_templates.placeholders import BY_NAME
from app.email_templates.rendering import Facts, Link, Rendered, Unrenderable, render
from tests.unit.email_templates.letters import a_letter

FACTS: Facts = {
    "customer_name": "Müller & <Sons>",
    "contact_first_name": "",
    "invoice_count": 1,
    "overdue_count": 3,
    "days_overdue": 0,
    "pay_link": Link("https://pay.example/?a=1&b=2"),
    "portal_link": Link(""),
    "bank_details": "Line one\nLine two",
}


def written(body: str, facts: Facts = FACTS) -> Rendered:
    found = render("Subject", body, facts)
    assert isinstance(found, Rendered), found
    return found


def refused(body: str, facts: Facts = FACTS) -> Unrenderable:
    found = render("Subject", body, facts)
    assert isinstance(found, Unrenderable), found
    return found


def test_a_value_is_text_in_the_text_and_escaped_in_the_html() -> None:
    found = written("Dear {{ customer_name }}")
    assert found.text == "Dear Müller & <Sons>\n"
    assert "Dear Müller &amp; &lt;Sons&gt;" in found.html


def test_a_blank_takes_its_fallback() -> None:
    assert written("Hi {{ contact_first_name | there }}").text == "Hi there\n"


def test_a_blank_without_fallback_is_a_fault_with_its_name() -> None:
    assert refused("Hi {{ contact_first_name }}").faults == (
        Blank("contact_first_name is blank and has no fallback.", "contact_first_name"),
    )


def test_a_line_left_empty_by_its_placeholder_goes() -> None:
    assert written("One\n{{ contact_first_name | }}\nTwo").text == "One\nTwo\n"


def test_an_unknown_placeholder_is_a_fault() -> None:
    assert refused("{{ nobody }}").faults == (UnknownPlaceholder("There is no placeholder “nobody”.", "nobody"),)


def test_a_number_chooses_its_words() -> None:
    assert written("{{ invoice_count: this invoice | these # invoices }}").text == "this invoice\n"
    assert written("{{ overdue_count: this invoice | these # invoices }}").text == "these 3 invoices\n"
    assert written("{{ days_overdue: a day | # days }}").text == "0 days\n"


def test_words_for_one_and_many_need_a_number() -> None:
    assert isinstance(refused("{{ customer_name: a | b }}").faults[0], Malformed)


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("{{ if customer_name }}x", True),
        ("{{ if contact_first_name }}x", False),
        ("{{ if not contact_first_name }}x", True),
        ("{{ if portal_link }}x", False),
        ("{{ if pay_link }}x", True),
        ("{{ if one invoice_count }}x", True),
        ("{{ if many invoice_count }}x", False),
        ("{{ if many overdue_count }}x", True),
        ("{{ if pay_link }}{{ if portal_link }}x", False),
        ("{{ if pay_link }}{{ if not portal_link }}x", True),
        ("{{ if logo }}x", False),
    ],
)
def test_a_line_stays_where_its_conditions_hold(line: str, stays: bool) -> None:
    assert ("x" in written(f"start\n{line}").text) is stays


def test_a_link_has_words_in_html_and_its_address_in_the_text() -> None:
    found = written("[Pay **now**]({{ pay_link }})")
    assert found.text == "Pay now (https://pay.example/?a=1&b=2)\n"
    assert '<a href="https://pay.example/?a=1&amp;b=2">Pay <b>now</b></a>' in found.html


def test_a_link_that_leads_nowhere_is_a_fault() -> None:
    assert "leads nowhere" in refused("[Portal]({{ portal_link }})").sentence


def test_only_web_and_mail_addresses_are_links() -> None:
    found = written("[x](javascript:alert(1)) [y](data:text/html,z) [z](https://ok.example)")
    assert found.html.count("<a ") == 1


def test_several_lines_of_a_value_stay_several_lines() -> None:
    assert "Line one<br>Line two" in written("{{ bank_details }}").html


def test_a_subject_is_one_line_whatever_the_customer_is_called() -> None:
    found = render("For {{ customer_name }}", "x", {"customer_name": "A\r\nBcc: evil@x.example\n\tB"})
    assert isinstance(found, Rendered)
    assert found.subject == "For A Bcc: evil@x.example B"


def test_text_and_html_say_the_same_words() -> None:
    found = render("S", "{{ greeting }},\n\n{{ invoice_table }}\n\nBye\n{{ signature }}", facts_of(a_letter()))
    assert isinstance(found, Rendered)
    for word in ("Hello Maria,", "INV-0231", "PO 4711", "£1,240.00", "Bye", "Anna Berg", "registered number 01234567"):
        assert word in found.text
        assert word in found.html


def test_every_placeholder_has_a_value() -> None:
    assert set(facts_of(a_letter())) == set(BY_NAME)


@given(st.text(max_size=400), st.text(max_size=60))
def test_whatever_is_written_and_whatever_a_customer_is_called_it_never_raises(body: str, name: str) -> None:
    found = render(body, body, {"customer_name": name, "invoice_count": 2})
    assert isinstance(found, Rendered | Unrenderable)


@given(st.text(alphabet="{}|:*[]()#if customer_name\n", max_size=200))
def test_whatever_is_made_of_its_own_signs_it_never_raises(body: str) -> None:
    assert isinstance(render("S", body, FACTS), Rendered | Unrenderable)

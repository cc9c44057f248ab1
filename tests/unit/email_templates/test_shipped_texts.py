"""The seven texts that ship: what each says, and what none may say (D4)."""

import re
from datetime import date

import pytest

from app.email_templates.facts import facts_of
from app.email_templates.rendering import Rendered, check, render
from app.email_templates.shipped import COMING_UP, FINAL, FIRM, MONTHLY_STATEMENT, SHIPPED, THANK_YOU, ShippedTemplate
from tests.unit.email_templates.letters import a_letter, an_invoice

REMINDERS = [text for text in SHIPPED if text.purpose == "reminder"]
OFFSETS = dict(zip([text.name for text in REMINDERS], (-3, 3, 7, 14, 30), strict=True))

FORBIDDEN = (
    "legal action|court|solicitor|lawyer|bailiff|enforcement|debt collect|collection agency|credit rating|credit score|"
    "blacklist|crimin|fraud|police|prosecut|interest|penalt|late fee|surcharge|statutory|publish|publicly|name and shame|"
    "immediately|failure to|demand|final notice|warning|consequence|further action|last chance|seriously|disappointed|"
    "ASAP|kindly|do the needful|touching base|gentle reminder|friendly reminder"
)


def every_rendering(text: ShippedTemplate) -> list[Rendered]:
    offset = OFFSETS.get(text.name, 0)
    one, two = an_invoice(), an_invoice("INV-2", "80.00")
    letters = [
        a_letter(offset),
        a_letter(offset, last_contact_on=None, reminder_number=1),
        a_letter(offset, first_name="", last_name="", portal_url=""),
        a_letter(offset, invoices=(one, two), also_overdue=(an_invoice("INV-3"),), credits=(("GBP", one.due),)),
        a_letter(offset, invoices=(one, two), portal_url="", business=a_letter().business.__class__(name="B")),
    ]
    found = [render(text.subject, text.body, facts_of(letter)) for letter in letters]
    assert all(isinstance(each, Rendered) for each in found), found
    return [each for each in found if isinstance(each, Rendered)]


@pytest.mark.parametrize("text", SHIPPED, ids=lambda text: text.name)
def test_it_has_no_fault_and_renders_for_every_kind_of_customer(text: ShippedTemplate) -> None:
    assert check(text.subject, text.body) == ()
    for rendered in every_rendering(text):
        assert not re.search(r"\{\{|\}\}|\bNone\b|\*\*| ,|\( \)", rendered.text), rendered.text


@pytest.mark.parametrize("text", SHIPPED, ids=lambda text: text.name)
def test_it_threatens_nobody_and_speaks_of_no_interest(text: ShippedTemplate) -> None:
    for rendered in every_rendering(text):
        found = re.search(FORBIDDEN, f"{rendered.subject}\n{rendered.text}", re.IGNORECASE)
        assert found is None, found


@pytest.mark.parametrize("text", REMINDERS, ids=lambda text: text.name)
def test_a_reminder_has_number_reference_amount_date_and_every_way_to_answer(text: ShippedTemplate) -> None:
    rendered = every_rendering(text)[0]
    for needed in ("INV-0231", "PO 4711", "£1,240.00", "/p/the-customers-own-page#promises", "#disputes", "Sort code", "reply"):
        assert needed in rendered.text, needed
        assert needed in re.sub("<[a-z/][^>]*?>", "", rendered.html) or needed in rendered.html, needed
    assert "2026" in rendered.text


@pytest.mark.parametrize("text", REMINDERS, ids=lambda text: text.name)
def test_without_a_portal_a_reply_is_asked_for_instead(text: ShippedTemplate) -> None:
    rendered = every_rendering(text)[2]
    assert "reply to this email" in rendered.text.replace("\n", " ") or "Just reply" in rendered.text
    assert "#promises" not in rendered.html


@pytest.mark.parametrize("text", REMINDERS, ids=lambda text: text.name)
def test_an_earlier_reminder_is_mentioned_only_if_there_was_one(text: ShippedTemplate) -> None:
    never = every_rendering(text)[1]
    assert not re.search(r"I (last )?wrote|my last email|again|remind|previous|earlier", never.text, re.IGNORECASE)


def test_coming_up_never_says_overdue() -> None:
    for rendered in every_rendering(COMING_UP):
        assert "overdue" not in f"{rendered.subject} {rendered.text}".lower() or "INV-3" in rendered.text


def test_firm_names_the_total_a_date_a_person_and_a_phone() -> None:
    text = every_rendering(FIRM)[0].text
    assert "£1,240.00 is now overdue" in text
    assert "by Fri 4 December 2026" in text
    assert "ring Anna Berg on 020 7946 0321" in text
    assert "My last email about this went on Tue 24 November 2026" in text


def test_final_announces_a_call() -> None:
    assert "I'll ring you on Tue 8 December 2026" in every_rendering(FINAL)[0].text


def test_a_thank_you_asks_for_nothing() -> None:
    text = every_rendering(THANK_YOU)[0].text
    assert "£1,240.00" in text
    assert "INV-0231" in text
    assert not re.search(r"\?|please|pay online|bank transfer", text, re.IGNORECASE)


def test_a_statement_tells_the_balance_and_demands_nothing() -> None:
    text = every_rendering(MONTHLY_STATEMENT)[0].text
    assert "The balance is £1,240.00." in text
    assert not re.search(r"overdue|please pay", text, re.IGNORECASE)


def test_a_statement_calls_nothing_the_balance_from_which_credit_is_still_to_be_taken() -> None:
    with_credit = every_rendering(MONTHLY_STATEMENT)[3].text
    assert "of credit not used yet" in with_credit
    assert "balance" not in with_credit


def test_singular_and_plural_follow_the_number_of_invoices() -> None:
    one, many = every_rendering(COMING_UP)[0], every_rendering(COMING_UP)[3]
    assert "for it to be paid" in one.text
    assert "for them to be paid" in many.text
    assert "INV-1 and INV-2" in many.subject


@pytest.mark.parametrize("text", REMINDERS[1:], ids=lambda text: text.name)
def test_what_is_not_overdue_is_named_apart_and_asked_for_by_none_of_the_words(text: ShippedTemplate) -> None:
    letter = a_letter(invoices=(an_invoice(),), not_overdue=(an_invoice("INV-9", "55.00", due_on=date(2026, 12, 4)),))
    found = render(text.subject, text.body, facts_of(letter))
    assert isinstance(found, Rendered)
    table, apart = found.text.index("INV-1 "), found.text.index("Not overdue yet")
    assert table < apart < found.text.index("INV-9")
    assert "INV-9" not in found.subject
    assert "175.00" not in found.text, "no sum of both"
    assert found.html.count("<table") == 2

"""What the editor says about a text: what stops it, what may go wrong, and on which line."""

import pytest

from app.email_templates.facts import facts_of
from app.email_templates.notes import notes_on, stopping
from app.email_templates.shipped import SHIPPED, ShippedTemplate
from tests.unit.email_templates.letters import a_letter


def said(body: str, **changes: object) -> list[tuple[int, str]]:
    return [(note.line, note.sentence) for note in notes_on("S", body, facts_of(a_letter(7, **changes)))]


@pytest.mark.parametrize("text", SHIPPED, ids=lambda text: text.name)
def test_nothing_is_to_be_said_about_the_shipped_texts(text: ShippedTemplate) -> None:
    assert notes_on(text.subject, text.body, purpose=text.purpose) == ()


def test_an_unknown_placeholder_stops_and_its_line_is_named() -> None:
    [note] = notes_on("S", "Hello\n\n{{ first_name }},")
    assert (note.line, note.stops, note.excerpt) == (3, True, "{{ first_name }},")
    assert "no placeholder “first_name”" in note.sentence


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("x {{ if portal_link }}y", "A condition stands at the beginning of its line"),
        ("{{ endif }}", "leave “endif” out"),
        ("{{ else }}", "leave “else” out"),
        ("{{ due_date", "Two braces without their partner"),
        ("due_date }}", "Two braces without their partner"),
        ("{{ if one customer_name }}x", "needs a number"),
        ("{{ customer_name: a | b }}", "needs a number"),
        ("x" * 2_001, "longer than 2,000"),
    ],
)
def test_what_cannot_be_read_stops(line: str, sentence: str) -> None:
    [note, *_] = stopping("S", f"Hello\n{line}")
    assert sentence in note.sentence
    assert note.line == 2


def test_a_missing_fallback_is_told_before_it_holds_anybody() -> None:
    [(line, sentence)] = said("Hello\nYour number is {{ account_number }}.", account_number="A1")
    assert line == 2
    assert "account_number is blank for some customers" in sentence


@pytest.mark.parametrize(
    "line",
    [
        "{{ account_number | unknown }}",
        "{{ account_number | }}",
        "{{ if account_number }}{{ account_number }}",
        "{{ if promise_link }}[tell us]({{ dispute_link }})",
        "{{ if unallocated_credit }}{{ net_overdue }}",
    ],
)
def test_a_guarded_blank_is_no_worry(line: str) -> None:
    assert said(line, account_number="A1") == []


def test_what_this_customer_lacks_is_said_of_this_customer() -> None:
    [(_, sentence)] = said("{{ account_number }}", account_number="")
    assert sentence == "For this customer account_number is blank and has no fallback."


def test_signs_without_partner_are_told() -> None:
    [(_, sentence)] = said("**bold")
    assert "Signs without their partner" in sentence


def test_an_empty_subject_or_text_stops() -> None:
    assert {note.sentence for note in stopping(" ", "\n")} == {"The subject is empty.", "The text is empty."}


def test_the_subject_is_line_nought() -> None:
    [note] = notes_on("{{ nothing }}", "Hello")
    assert (note.line, note.where) == (0, "subject")

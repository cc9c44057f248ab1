"""The form in which a person writes one email: what is read from it, and what is said about mistakes."""

import pytest

from app.chasing.wording import MOST_RECIPIENTS, addresses_in, read_words, without_own_links

GOOD = {"subject": "About it", "body": "Hello", "to": "ap@acme.example"}


def test_addresses_stand_between_commas_semicolons_or_lines_each_once() -> None:
    found = addresses_in("a@x.example; b@x.example,\n A@x.example")
    assert found == ("A@x.example", "b@x.example")


def test_a_good_form_has_no_mistakes() -> None:
    words, errors = read_words({**GOOD, "attaches_invoices": "1"}, {})
    assert errors == {}
    assert (words.subject, words.body, words.attaches_invoices, words.attaches_statement) == (
        "About it",
        "Hello\n",
        True,
        False,
    )


@pytest.mark.parametrize(
    ("fields", "where", "sentence"),
    [
        ({"subject": "  "}, "subject", "Give it a subject"),
        ({"body": " \r\n"}, "body", "Write what the customer should read"),
        ({"to": ""}, "to", "Name at least one address"),
        ({"to": "ada at acme"}, "to", "“ada” is no email address"),
        ({"cc": "a@b"}, "cc", "“a@b” is no email address"),
        ({"to": "x@acme.example\nBcc:all@acme.example"}, "to", "“Bcc:all@acme.example” is no email address"),
        ({"body": "Dear {{ nonsense }}"}, "body", "There is no placeholder “nonsense”."),
        ({"body": "{{ portal_link }}"}, "body", "portal_link is blank and has no fallback."),
        ({"to": " ".join(f"a{n}@x.example" for n in range(MOST_RECIPIENTS + 1))}, "to", f"At most {MOST_RECIPIENTS} addresses"),
    ],
)
def test_each_mistake_is_said_at_its_field(fields: dict[str, str], where: str, sentence: str) -> None:
    _, errors = read_words({**GOOD, **fields}, {})
    assert errors[where] == sentence


def test_a_pasted_link_of_the_customers_own_becomes_its_placeholder() -> None:
    text = "See http://localhost:8000/p/p_abcdefghijklmnopq/invoices/3/pay or [here](https://x.example/p/p_12345)"
    assert without_own_links(text) == "See {{ portal_link }} or [here]({{ portal_link }})"

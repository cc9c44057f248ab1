"""What the editor shows and sends back is the text that was stored: nothing is lost on the way."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.email_templates.facts import facts_of
from app.email_templates.rendering import Rendered, render
from app.email_templates.rich import chip_words, to_editor
from app.email_templates.rich_reading import from_editor
from app.email_templates.shipped import SHIPPED, ShippedTemplate
from tests.unit.email_templates.letters import a_letter

WORD = st.text(alphabet="abcXYZ äß,.'&<>\"-#:|/()0123456789", min_size=1, max_size=12).map(str.strip).filter(bool)
CHIP = st.sampled_from(
    ["{{ due_date }}", "{{ contact_first_name | there }}", "{{ account_number | }}", "{{ invoice_count: this | these # }}"]
)
PLAIN = st.lists(st.one_of(WORD, CHIP), min_size=1, max_size=4).map(" ".join)
TARGET = st.sampled_from(["https://pay.example/a?b=1&c=2", "mailto:a@b.example", "{{ pay_link }}"])


def _linked(words: str, target: str) -> str:
    return f"[{words}]({target})"


BOLD = PLAIN.map(lambda words: f"**{words}**")
ITALIC = PLAIN.map(lambda words: f"__{words}__")
LINK = st.builds(_linked, st.one_of(PLAIN, BOLD, ITALIC).map(lambda text: re.sub(r"[\[\]]", "", text)), TARGET)
INLINE = st.lists(st.one_of(PLAIN, BOLD, ITALIC, LINK), min_size=1, max_size=4).map(" and ".join)
LINE = st.builds(
    lambda condition, sign, words: f"{condition}{sign}{words}",
    st.sampled_from(["", "", "{{ if portal_link }}", "{{ if many invoice_count }}{{ if not bank_details }}"]),
    st.sampled_from(["", "", "- "]),
    INLINE,
)
TEXT = st.lists(st.one_of(LINE, st.just("")), min_size=1, max_size=8).map(lambda lines: "\n".join(lines).strip("\n") + "\n")


@pytest.mark.parametrize("text", SHIPPED, ids=lambda text: text.name)
def test_every_shipped_text_comes_back_to_the_letter(text: ShippedTemplate) -> None:
    assert from_editor(to_editor(text.body)) == text.body.strip("\n") + "\n"
    assert from_editor(to_editor(text.subject)) == f"{text.subject}\n"


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_what_is_written_in_the_language_comes_back_as_it_was(source: str) -> None:
    assert from_editor(to_editor(source)) == source


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab *_[](){}|-.1\n#:/https", max_size=60))
def test_whatever_is_written_says_the_same_afterwards_and_then_stays(source: str) -> None:
    once = from_editor(to_editor(source))
    assert from_editor(to_editor(once)) == once
    before, after = (render("S", text, facts_of(a_letter(7))) for text in (source.strip("\n"), once))
    if isinstance(before, Rendered) and isinstance(after, Rendered):
        assert after.text.split() == before.text.split()


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='<>/="divbrastongulif{}&;# \n', max_size=120))
def test_whatever_the_editor_sends_is_read(html: str) -> None:
    assert from_editor(html).endswith("\n")


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ("<div>a<br><br>b</div>", "a\n\nb\n"),
        ("<div>a<br><br></div><ul><li>x</li><li>y</li></ul><div>b</div>", "a\n\n- x\n- y\nb\n"),
        ("<div><strong>now </strong>or never</div>", "**now** or never\n"),
        ('<div><a href="https://x.example">a <strong>b</strong></a></div>', "[a **b**](https://x.example)\n"),
        ('<div><a href="javascript:alert(1)">a</a></div>', "a\n"),
        ("<div>a<script>alert(1)</script><style>b</style></div>", "a\n"),
        ("<p>one</p><p>two</p>", "one\ntwo\n"),
        ("<ol><li>a</li><li></li><li>b</li></ol>", "1. a\n2. b\n"),
        ('<figure data-trix-attachment=\'{"contentType":"image/png","url":"https://x"}\'><img src="x"></figure>', "\n"),
        ('<figure data-trix-attachment=\'{"source":"{{ a }}\\n<b>"}\'></figure>', "\n"),
    ],
)
def test_html_becomes_text_and_nothing_else(html: str, source: str) -> None:
    assert from_editor(html) == source


def test_a_link_around_a_chip_is_one_link() -> None:
    """Trix hands the chip's link over in its own facts."""
    html = (
        '<div><a href="https://x.example">Pay </a>'
        '<figure data-trix-attachment=\'{"source":"{{ amount_due }}","href":"https://x.example"}\'></figure>'
        '<a href="https://x.example"> now</a></div>'
    )
    assert from_editor(html) == "[Pay {{ amount_due }} now](https://x.example)\n"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ due_date }}", "due date"),
        ("{{ contact_first_name | there }}", "contact first name | there"),
        ("{{ account_number | }}", "account number"),
        ("{{ invoice_count: this invoice | these # invoices }}", "this invoice / these # invoices"),
        ("{{ if not portal_link }}", "only without portal link:"),
        ("{{ if many invoice_count }}", "only if invoice count is over 1:"),
    ],
)
def test_a_chip_says_what_it_does(source: str, words: str) -> None:
    assert chip_words(source) == words

"""The emails that customers get, on a telephone and in the dark: nothing is wider than the screen, everything can be read."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from playwright.sync_api import Browser

from app.email_templates.facts import LetterInvoice, facts_of
from app.email_templates.rendering import Rendered, render
from app.email_templates.sample import sample_letter, worst_letter
from app.email_templates.shipped import SHIPPED
from tests.unit.email_templates.letters import BUSINESS, SENDER, TODAY, a_letter

OFFSETS = {"Coming up": -3, "Just overdue": 3, "When can we expect it?": 7, "Firm": 14, "Final": 30}
PAGE = """<!doctype html><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<body style="margin:12px">{}"""


def letters() -> dict[str, str]:
    found: dict[str, str] = {}
    for text in SHIPPED:
        facts = (BUSINESS, SENDER, TODAY, "en_GB", "GBP", OFFSETS.get(text.name, 0))
        several = [
            LetterInvoice(
                number=f"INV-023{number}", reference="PO 4711 / Harbour refurbishment", due_on=date(2026, 9, 30),
                due=Decimal("38440.00"), total=Decimal("38440.00"), paid=Decimal("38440.00"), currency="GBP",
            )
            for number in range(3)
        ]  # fmt: skip
        each = {
            "one": sample_letter(*facts),
            "several": msgspec.structs.replace(sample_letter(*facts), invoices=several, also_overdue=several),
            "worst": worst_letter(*facts),
        }
        for name, letter in each.items():
            words = render(text.subject, text.body, facts_of(letter, "de" if name == "worst" else ""))
            assert isinstance(words, Rendered)
            found[f"{text.name}, {name}"] = words.html
    return found


@pytest.mark.parametrize(("scheme", "screen"), [("light", 390), ("dark", 390), ("light", 340)])
def test_no_email_is_wider_than_a_telephone_and_none_paints_its_words(browser: Browser, scheme: str, screen: int):
    page = browser.new_context(viewport={"width": screen, "height": 844}, color_scheme=scheme).new_page()
    wide = dict[str, int]()
    for name, html in letters().items():
        page.set_content(PAGE.format(html))
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > (screen if not name.endswith("worst") else max(screen, 390)):
            wide[name] = width
        heads = page.evaluate("[...document.querySelectorAll('th')].map((each) => each.offsetHeight)")
        assert max(heads, default=0) < 60, f"{name}: a column is squeezed"
        shades = page.evaluate("[...document.querySelectorAll('p, td, th, div')].map((each) => getComputedStyle(each).color)")
        assert set(shades) == {"rgb(0, 0, 0)" if scheme == "light" else "rgb(255, 255, 255)"}, name
    assert wide == {}


LOOKING = """<p>Hello</p><img src="https://pixel.example/seen.png"><img src="//pixel.example/seen.gif">
<div style="background:url(https://pixel.example/back.png);border-image:url(https://pixel.example/edge.png) 30">words</div>
<link rel="stylesheet" href="https://pixel.example/style.css"><style>@import "https://pixel.example/more.css";</style>
<iframe src="https://pixel.example/frame"></iframe><video poster="https://pixel.example/poster.png"></video>
<svg><image href="https://pixel.example/drawn.svg"></image></svg><a href="https://pixel.example/" ping="https://pixel.example/ping">there</a>"""


def test_p3_no_email_asks_a_third_party_for_anything(browser: Browser):
    """Neither the shipped texts nor a text and a signature into which a user pasted what looks for readers."""
    signed = msgspec.structs.replace(SENDER, signature_html=LOOKING)
    pasted = render("Reminder", LOOKING + "<p>{{ signature }}</p>", facts_of(a_letter(sender=signed), ""))
    assert isinstance(pasted, Rendered)
    assert pasted.html.count("words") == 2
    page, asked = browser.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    for html in [*letters().values(), pasted.html]:
        page.set_content(PAGE.format(html))
        page.wait_for_load_state("networkidle")
    assert [url for url in asked if url.startswith("http")] == []
    page.set_content(PAGE.format(LOOKING))
    page.wait_for_load_state("networkidle")
    assert asked, "the test would not see a request"

"""The template editor in a real browser: typing, chips, the email following, versions; the same without scripts."""

import re
import time

from playwright.sync_api import Browser, Page, expect

from app.email_templates.rich_reading import from_editor
from app.email_templates.shipped import SHIPPED
from app.identity import cookies


def opened(page: Page, desk: tuple[str, str], path: str) -> list[str]:
    """What the browser complained about."""
    address, token = desk
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    page.context.add_cookies([{"name": cookies.SESSION, "value": token, "url": address}])
    for _ in range(100):
        try:
            page.goto(f"{address}{path}")
            break
        except Exception:  # it is still starting
            time.sleep(0.2)
    return troubles


def test_a_template_is_written_looked_at_saved_and_brought_back(page: Page, desk: tuple[str, str]):
    troubles = opened(page, desk, "/templates")
    page.get_by_role("link", name="When can we expect it?").click()
    body, letter = page.locator("#editor-body"), page.frame_locator("iframe[name=letter]").locator("body")
    expect(letter).to_contain_text("Hello Maria,")

    body.locator(".chip", has_text="due date").first.hover()
    expect(page.locator(".chip-value")).to_have_text("Mon 23 November 2026")

    body.evaluate("field => field.editor.setSelectedRange([0, 0])")
    page.keyboard.type("Your number with us is {")
    search = page.get_by_label("Search placeholders")
    expect(search).to_be_focused()
    page.keyboard.type("account num")
    page.keyboard.press("Enter")
    expect(body.locator(".chip").first).to_have_text("account number")
    page.keyboard.type(". ")
    expect(letter).to_contain_text("Your number with us is HAR-014. Hello Maria,")
    expect(page.locator("#told")).to_contain_text("account_number is blank for some customers")

    page.get_by_label("Written to").select_option("worst")
    expect(page.locator("#told")).to_contain_text("Line 1 For this customer account_number is blank")
    body.locator(".chip", has_text="account number").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("If it is blank").select_option("words")
    dialog.get_by_label("Write instead").fill("not known")
    dialog.get_by_role("button", name="Done").click()
    expect(body.locator(".chip").first).to_have_text("account number | not known")
    expect(letter).to_contain_text("Your number with us is not known. Hello,")
    expect(page.locator("#told .notes")).to_have_count(0)

    page.keyboard.press("{")
    expect(search).to_be_focused()
    page.keyboard.press("Escape")
    expect(body).to_be_focused()
    expect(body).to_contain_text("{")
    page.keyboard.press("Backspace")

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("Saved.")
    page.get_by_role("link", name="Versions").click()
    page.get_by_role("link", name="Version 1", exact=True).click()
    expect(page.locator(".compared ins").first).to_contain_text("account_number | not known")
    page.get_by_role("button", name="Restore version 1").click()
    expect(page.locator("#notices")).to_contain_text("Version 1 is in use again")
    expect(body.locator(".chip").first).to_have_text("greeting")
    assert troubles == []


def test_what_is_typed_fast_behind_a_placeholder_stays_where_it_was_typed(page: Page, desk: tuple[str, str]):
    troubles = opened(page, desk, "/templates/3")
    body = page.locator("#editor-body")
    expect(body.locator(".chip").first).to_have_text("greeting")
    page.evaluate("() => { window.requestAnimationFrame = (draw) => setTimeout(draw, 200); }")
    body.evaluate("field => { field.focus(); field.editor.setSelectedRange([0, 0]); }")
    page.keyboard.type("{")
    page.get_by_label("Search placeholders").fill("account num")
    page.keyboard.press("Enter")
    page.keyboard.type(". Hello, ")
    page.keyboard.press("Backspace")
    page.keyboard.type("; ")
    expect(page.locator("input[name=rich_body]")).to_have_value(re.compile(r"Hello,;(?:&nbsp;|\s)<"))
    sent = from_editor(body.evaluate("field => field.value"))
    assert sent.startswith("{{ account_number }}. Hello,; {{ greeting }},")
    assert troubles == []


def test_without_a_mouse_a_placeholder_is_chosen_with_an_arrow_or_from_the_list_below(page: Page, desk: tuple[str, str]):
    troubles = opened(page, desk, "/templates/3")
    body, dialog = page.locator("#editor-body"), page.get_by_role("dialog")
    expect(body.locator(".chip").first).to_have_text("greeting")
    body.evaluate("field => { field.focus(); field.editor.setSelectedRange([0, 0]); }")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Now: Hello Maria")
    dialog.get_by_label("If it is blank").select_option("words")
    dialog.get_by_label("Write instead").fill("Good day")
    page.keyboard.press("Enter")
    expect(body.locator(".chip").first).to_have_text("greeting | Good day")

    chips = page.locator("[data-chips]")
    expect(chips.locator("button").first).to_have_text("greeting | Good day")
    chips.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Write instead")).to_have_value("Good day")
    dialog.get_by_role("button", name="Take it out").click()
    expect(body.locator(".chip").first).not_to_have_text("greeting | Good day")
    expect(chips.locator("button").first).not_to_have_text("greeting | Good day")
    assert troubles == []


def test_every_shipped_text_is_the_same_after_the_editor_had_it(page: Page, desk: tuple[str, str]):
    troubles = opened(page, desk, "/templates")
    links = [link.get_attribute("href") for link in page.locator("td.p-title a").all()]
    page.on("dialog", lambda dialog: dialog.accept())
    assert len(links) == len(SHIPPED)
    for link, text in zip(links, SHIPPED, strict=True):
        page.goto(f"{desk[0]}{link}")
        expect(page.locator("#editor-body .chip").first).to_be_visible()
        sent = page.locator("#editor-body").evaluate(
            "field => { field.editor.setSelectedRange([0, 0]); field.editor.insertString('x'); return field.value; }"
        )
        assert from_editor(sent) == "x" + text.body.strip("\n") + "\n"
    assert troubles == []


def test_bold_italic_lists_and_links_come_out_as_they_were_set(page: Page, desk: tuple[str, str]):
    troubles = opened(page, desk, "/templates/new")
    body = page.locator("#editor-body")
    expect(body.locator(".chip").first).to_be_visible()
    page.get_by_label("Name", exact=True).fill("By hand")
    body.focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Backspace")
    bar = page.get_by_role("toolbar", name="Formatting")
    page.keyboard.type("Now ")
    bar.get_by_role("button", name="Bold").click()
    page.keyboard.type("bold")
    bar.get_by_role("button", name="Bold").click()
    page.keyboard.type(" then ")
    bar.get_by_role("button", name="Italic").click()
    page.keyboard.type("leaning")
    bar.get_by_role("button", name="Italic").click()
    page.keyboard.press("Enter")
    bar.get_by_role("button", name="• List").click()
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    bar.get_by_role("button", name="Link").click()
    page.get_by_label("Where the link leads").fill("{{ pay_link }}")
    page.get_by_role("button", name="Set link").click()
    letter = page.frame_locator("iframe[name=letter]")
    expect(letter.locator("b")).to_have_text("bold")
    expect(letter.locator("i")).to_have_text("leaning")
    expect(letter.locator("li").first).to_have_text("one")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("By hand is saved.")
    stored = page.locator("textarea[name=body]").input_value()
    assert stored.startswith("Now **bold** then __leaning__\n- one\n- two")
    assert "({{ pay_link }})" in stored
    assert troubles == []


def test_leaving_with_unsaved_words_is_asked_about(page: Page, desk: tuple[str, str]):
    opened(page, desk, "/templates/1")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    expect(page.locator("#editor-body .chip").first).to_be_visible()
    page.locator("#editor-body").click()
    page.keyboard.type("x")
    page.get_by_role("link", name="Leave without saving").click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/templates/1")


def test_without_scripts_the_same_text_is_a_plain_field(browser: Browser, desk: tuple[str, str]):
    page = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    opened(page, desk, "/templates/1")
    field = page.locator("textarea[name=body]")
    assert field.input_value() == SHIPPED[0].body
    field.fill("{{ greeting }},\n\n**By hand.**\n")
    page.get_by_role("button", name="Show the email").click()
    expect(page.frame_locator("iframe[name=letter]").locator("b")).to_have_text("By hand.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#notices")).to_contain_text(re.compile("Saved"))
    assert page.locator("textarea[name=body]").input_value() == "{{ greeting }},\n\n**By hand.**\n"

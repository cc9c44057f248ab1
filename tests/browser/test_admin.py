"""/admin in a real browser: its pages run under our policy without a complaint, and its forms do what they say."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.conftest import opened_at, served


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with served("tests.browser.installation", 8795, tmp_path_factory.mktemp("installation")) as found:
        yield found


@pytest.fixture(scope="module")
def at_the_installation(browser: Browser, installation: tuple[str, str]) -> Iterator[Page]:
    with opened_at(browser, *installation) as page:
        page.set_default_timeout(20_000)
        yield page


@pytest.fixture
def page(at_the_installation: Page) -> Iterator[Page]:
    """422 is how a form is told what is wrong with it, 405 how a row is told that it stays."""
    troubles: list[str] = []

    def note(message: ConsoleMessage) -> None:
        is_known = re.search(r"status of (422|405)", message.text) or "favicon" in message.location["url"]
        if message.type in ("error", "warning") and not is_known:
            troubles.append(message.text)

    at_the_installation.on("console", note)
    at_the_installation.on("pageerror", lambda error: troubles.append(str(error)))
    yield at_the_installation
    at_the_installation.remove_listener("console", note)
    assert troubles == []


def fill_in(page: Page, form: str, **fields: str) -> None:
    page.goto("/admin/")
    page.locator(".sidebar").get_by_role("link", name=form, exact=True).click()
    expect(page.get_by_role("heading", name=form)).to_be_visible()
    for name, value in fields.items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name="Do it").click()


def says(page: Page, words: str) -> None:
    expect(page.locator("#success_message")).to_contain_text(words)


def test_the_forms_come_before_the_tables_and_nothing_is_offered_that_is_refused(page: Page) -> None:
    page.goto("/admin/")
    forms, tables = (page.locator(".sidebar p", has_text=word) for word in ("Forms", "Tables"))
    expect(forms).to_be_visible()
    above, below = forms.bounding_box(), tables.bounding_box()
    assert above is not None and below is not None and above["y"] < below["y"]
    page.goto("/admin/#/failed_job/")
    expect(page.get_by_text("workers.mail.sweep")).to_be_visible()
    for refused in ("Add Row", "Export CSV"):
        expect(page.get_by_text(refused, exact=True).first).to_be_hidden()


def test_an_organisation_is_made_paused_and_resumed(page: Page) -> None:
    fill_in(page, "Create an organisation", business="Quay Books Ltd", email="ida@quay.example")
    says(page, "An invitation to own it is on its way to ida@quay.example")
    fill_in(page, "Pause chasing", organisation="Meridian Ltd", reason="moving to a new ledger", until="2099-12-04")
    says(page, "Chasing of Meridian Ltd is paused until Friday 4 December 2099")
    page.goto("/admin/#/organisation/")
    expect(page.get_by_text("moving to a new ledger")).to_be_visible()
    fill_in(page, "Resume chasing", organisation="Meridian Ltd")
    says(page, "goes on where it stopped")


def test_what_is_wrong_with_a_form_is_told_on_it(page: Page) -> None:
    fill_in(page, "Resume chasing", organisation="Nowhere Ltd")
    expect(page.get_by_text("There is no organisation with this number or name.")).to_be_visible()
    fill_in(page, "Send product mail again")
    expect(page.get_by_text("number field", exact=False)).to_be_visible()


def test_jobs_mail_and_key(page: Page) -> None:
    fill_in(page, "Try failed jobs again")
    says(page, "2 jobs are being tried again: workers.mail.sweep, workers.sync.push.")
    fill_in(page, "Send product mail again", number="1")
    says(page, "Message 1 is on its way again.")
    fill_in(page, "Change the sealing key", restarted="true")
    says(page, "sealed with the first key of SECRET_KEY")


def test_people(page: Page) -> None:
    fill_in(page, "Remove a lost second factor", email="tom@borealis.example", how="Rang him on his extension")
    says(page, "Tom Hale signs in with the password alone now")
    fill_in(page, "Sign somebody out", email="mia@borealis.example")
    says(page, "Mia Chen is signed out in every browser.")
    page.goto("/admin/#/users/4/")
    page.locator("[name=name]").fill("Vera Linden")
    expect(page.locator("[name=password_hash]").first).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    page.goto("/admin/#/users/")
    expect(page.get_by_text("Vera Linden")).to_be_visible()
    page.goto("/admin/#/audit_value/")
    expect(page.get_by_text("Vera Linden")).to_be_visible()
    expect(page.get_by_text("Rang him on his extension")).to_be_visible()


def test_what_is_only_looked_at_says_so(page: Page) -> None:
    page.goto("/admin/#/organisation/1/")
    page.locator("[name=name]").fill("Somebody else")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This table is changed by the product only.")).to_be_visible()


def test_it_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/admin/#/forms/pause-chasing/")
    expect(page.get_by_role("heading", name="Pause chasing")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1440, "height": 900})

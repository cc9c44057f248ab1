"""/templates/{id}: written, looked at with a real customer, saved, brought back."""

import httpx
import pytest

from app.customers.tables import PortalLink
from app.email_templates.drafts import Papers
from app.email_templates.queries import TemplateText, template_for, templates_of
from app.email_templates.rich import to_editor
from app.organisations.membership import Role
from app.schedules.actions import ship
from tests.cast import NOW, Firm, a_customer, an_invoice
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_sender
from tests.web.conftest import SignIn


@pytest.fixture
async def firm_text(borealis: Firm) -> TemplateText:
    await ship(borealis.id, NOW)
    return next(each for each in await templates_of(borealis.id) if each.name == "Firm")


def form_of(text: TemplateText, **changes: str) -> dict[str, str]:
    return {
        "template": str(text.id), "name": text.name, "subject": text.subject, "body": text.body, "language": "",
        "stamp": str(text.version), **changes,
    }  # fmt: skip


async def test_what_the_editor_sends_is_saved_as_text(
    client: httpx.AsyncClient, sign_in: SignIn, firm_text: TemplateText
) -> None:
    await sign_in(Role.MANAGER)
    sent = form_of(firm_text, rich_subject=to_editor("About {{ invoice_number }}"), rich_body=to_editor("Please **pay**.\n"))
    answer = await client.post(f"/templates/{firm_text.id}", data=sent)
    assert answer.status_code == 303
    saved = await template_for(firm_text.id)
    assert (saved.subject, saved.body, saved.version) == ("About {{ invoice_number }}", "Please **pay**.\n", 2)
    assert "approvals of the old words end" in (await client.get(answer.headers["location"])).text


async def test_what_goes_with_a_text_is_kept_with_it_and_makes_no_version(
    client: httpx.AsyncClient, sign_in: SignIn, firm_text: TemplateText
) -> None:
    await sign_in(Role.MANAGER)
    assert "With it, where a new step uses this text" in (await client.get(f"/templates/{firm_text.id}")).text
    answer = await client.post(f"/templates/{firm_text.id}", data=form_of(firm_text, papers="1", statement="1"))
    assert "Saved.</" in (page := (await client.get(answer.headers["location"])).text)
    assert "written anew" not in page
    saved = await template_for(firm_text.id)
    assert (saved.papers, saved.version) == (Papers(invoices=False, statement=True, portal=False), 1)
    await client.post(f"/templates/{firm_text.id}", data=form_of(firm_text, body="Pay.\n"))
    assert (await template_for(firm_text.id)).papers == saved.papers, "a form that does not ask leaves them"


async def test_a_text_that_nothing_can_be_written_from_is_not_saved_and_not_lost(
    client: httpx.AsyncClient, sign_in: SignIn, firm_text: TemplateText
) -> None:
    await sign_in(Role.MANAGER)
    page = await client.post(f"/templates/{firm_text.id}", data=form_of(firm_text, body="Hi\n{{ first_name }} wrote this"))
    assert page.status_code == 422
    assert "Line 2: There is no placeholder “first_name”." in page.text
    assert "wrote this" in page.text
    assert (await template_for(firm_text.id)).version == 1


async def test_who_saves_over_a_newer_version_is_told_and_keeps_the_words(
    client: httpx.AsyncClient, sign_in: SignIn, firm_text: TemplateText
) -> None:
    await sign_in(Role.MANAGER)
    await client.post(f"/templates/{firm_text.id}", data=form_of(firm_text, body="First."))
    page = await client.post(f"/templates/{firm_text.id}", data=form_of(firm_text, body="Second."))
    assert page.status_code == 422
    assert "Somebody saved this text meanwhile." in page.text
    assert "Second." in page.text
    assert (await template_for(firm_text.id)).body == "First.\n"


@pytest.mark.parametrize(("field", "value", "said"), [
    ("name", "", "Give the template a name"),
    ("name", "thank you", "Another template has this name already"),
    ("name", "x" * 121, "120 characters at most"),
    ("subject", "", "The subject is empty"),
    ("subject", "x" * 501, "500 characters at most"),
    ("body", "  ", "The text is empty"),
])  # fmt: skip
async def test_what_is_missing_is_said_at_its_field(
    client: httpx.AsyncClient, sign_in: SignIn, firm_text: TemplateText, field: str, value: str, said: str
) -> None:
    await sign_in(Role.MANAGER)
    page = await client.post(f"/templates/{firm_text.id}", data=form_of(firm_text, **{field: value}))
    assert page.status_code == 422
    assert said in page.text


async def test_more_than_anybody_writes_is_refused_and_not_cut_silently(
    client: httpx.AsyncClient, sign_in: SignIn, firm_text: TemplateText
) -> None:
    await sign_in(Role.MANAGER)
    page = await client.post(f"/templates/{firm_text.id}", data=form_of(firm_text, rich_body="<div>a<br></div>" * 3_000))
    assert page.status_code == 422
    assert "The text is too long" in page.text
    assert (await template_for(firm_text.id)).version == 1


async def test_the_preview_is_the_letter_to_the_chosen_customer(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm, firm_text: TemplateText, htmx: dict[str, str]
) -> None:
    ada = await a_customer(borealis.organisation, "Ada <b>Ltd</b>", first_name="Ada")
    await an_invoice(ada, "INV-77", total="77.70")
    await sign_in()
    form = form_of(firm_text, body="{{ greeting }} of {{ customer_name }}\n{{ invoice_number }}\n", customer=str(ada.id))
    fragment = (await client.post("/templates/preview", data=form, headers=htmx)).text
    assert "Hello Ada of Ada &amp;lt;b&amp;gt;Ltd" in fragment
    assert "INV-77" in fragment
    framed = await client.post("/templates/preview", data=form)
    assert "Hello Ada of Ada &lt;b&gt;Ltd&lt;/b&gt;" in framed.text
    assert "sandbox" in framed.headers["content-security-policy"]


async def test_nothing_is_made_by_looking(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm, firm_text: TemplateText
) -> None:
    ada = await a_customer(borealis.organisation)
    await an_invoice(ada)
    await sign_in()
    await client.post("/templates/preview", data=form_of(firm_text, customer=str(ada.id)))
    assert await PortalLink.count() == 0
    assert (await template_for(firm_text.id)).version == 1


async def test_the_hard_cases_are_offered(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm, firm_text: TemplateText
) -> None:
    long = await a_customer(borealis.organisation, "A very long name indeed " * 5, first_name="Bo")
    many = await a_customer(borealis.organisation, "Many Currencies", first_name="Cy")
    for currency in ("GBP", "EUR", "USD"):
        await an_invoice(many, currency=currency)
    await an_invoice(long)
    await sign_in()
    page = (await client.get(f"/templates/{firm_text.id}")).text
    assert "Longest name: A very long name" in page
    assert "Most currencies, most invoices: Many Currencies" in page
    assert "The worst case, invented" in page
    worst = (await client.get(f"/templates/{firm_text.id}/letter?customer=worst")).text
    assert "Müller-Lüdenscheidt" in worst
    assert "Beteiligungen>" not in worst


async def test_a_customer_is_found_by_a_part_of_the_name(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm, meridian: Firm
) -> None:
    await a_customer(borealis.organisation, "Copper Kettle")
    await a_customer(meridian.organisation, "Copper of another")
    await sign_in()
    found = (await client.get("/templates/preview/customers?q=PPER")).text
    assert "Copper Kettle" in found
    assert "another" not in found
    assert "Nobody has this in their name" in (await client.get("/templates/preview/customers?q=%25")).text


async def test_another_organisations_customer_is_not_written_to(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: Firm, firm_text: TemplateText
) -> None:
    stranger = await a_customer(meridian.organisation)
    await sign_in()
    answer = await client.post("/templates/preview", data=form_of(firm_text, customer=str(stranger.id)))
    assert answer.status_code == 404


async def test_a_language_begins_with_the_text_for_everybody_and_is_taken_out_again(
    client: httpx.AsyncClient, sign_in: SignIn, firm_text: TemplateText
) -> None:
    await sign_in(Role.MANAGER)
    page = (await client.get(f"/templates/{firm_text.id}?language=de")).text
    assert "German (new)" in page
    await client.post(f"/templates/{firm_text.id}", data=form_of(firm_text, body="Bitte.", language="de", stamp="0"))
    assert (await template_for(firm_text.id, "de")).body == "Bitte.\n"
    await client.post(f"/templates/{firm_text.id}/languages/de/removal")
    assert (await template_for(firm_text.id, "de")).body == firm_text.body
    assert (await client.get(f"/templates/{firm_text.id}?language=xx")).status_code == 404


async def test_a_version_is_compared_and_restored(client: httpx.AsyncClient, sign_in: SignIn, firm_text: TemplateText) -> None:
    await sign_in(Role.MANAGER)
    await client.post(f"/templates/{firm_text.id}", data=form_of(firm_text, body="Pay <now>."))
    page = (await client.get(f"/templates/{firm_text.id}/versions?number=1")).text
    assert "<ins>Pay &lt;now&gt;.</ins>" in page
    assert "Yours sincerely,</del>" in page
    await client.post(f"/templates/{firm_text.id}/versions/1/restore")
    assert (await template_for(firm_text.id)).body == firm_text.body
    assert (await client.post(f"/templates/{firm_text.id}/versions/99/restore")).status_code == 404


async def test_without_a_sender_the_test_says_what_to_do(
    client: httpx.AsyncClient, sign_in: SignIn, firm_text: TemplateText
) -> None:
    await sign_in(Role.MANAGER)
    page = await client.post(f"/templates/{firm_text.id}/trial", data=form_of(firm_text, body="Unsaved words."))
    assert "there is no sender yet; add one under Senders" in page.text
    assert "Unsaved words." in page.text
    assert (await template_for(firm_text.id)).version == 1


async def test_a_test_goes_to_the_member_alone_with_the_words_that_stand_there(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm, firm_text: TemplateText
) -> None:
    member = await sign_in(Role.MANAGER)
    with CountingServer() as server:
        await a_sender(borealis.id, server.port)
        form = form_of(firm_text, body="Unsaved **words**, {{ contact_first_name }}.")
        page = await client.post(f"/templates/{firm_text.id}/trial", data=form)
    assert f"A test is on its way to {member.email}." in page.text
    [mail] = server.messages
    assert (mail["To"], mail["Cc"]) == (member.email, None)
    body = mail.get_body(("html",))
    assert body is not None
    assert "Unsaved <b>words</b>, Maria." in body.get_content()
    assert (await template_for(firm_text.id)).version == 1


async def test_a_template_that_is_not_saved_yet_can_be_looked_at(
    client: httpx.AsyncClient, sign_in: SignIn, htmx: dict[str, str]
) -> None:
    await sign_in(Role.MANAGER)
    form = {"template": "0", "name": "", "subject": "About {{ invoice_number }}", "body": "{{ greeting }}"}
    fragment = await client.post("/templates/preview", data=form, headers=htmx)
    assert fragment.status_code == 200
    assert "About INV-0231" in fragment.text

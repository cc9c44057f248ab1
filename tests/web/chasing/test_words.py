"""/reminders/{id}/words: one email edited before it is approved, by those who work; approved by those who may."""

import re
from html import unescape

import httpx
import pytest

from app.chasing.actions import plan_customers
from app.chasing.tables import Reminder, Wording
from app.clock import now
from app.invoices.tables import Invoice
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from tests import cast
from tests.web.chasing.ready import owing, planned, ready
from tests.web.conftest import SignIn


@pytest.fixture
async def reminder(borealis: cast.Firm) -> Reminder:
    await Organisation.update({Organisation.review_mode: True}).where(Organisation.id == borealis.id)
    await ready(borealis)
    await owing(borealis, "Harbour Foods Ltd", number="INV-0231", total="900.00")
    await planned(borealis)
    return await newest()


async def newest() -> Reminder:
    row = await Reminder.objects().order_by(Reminder.id, ascending=False).first()
    assert row is not None
    return row


async def form_of(client: httpx.AsyncClient, reminder: Reminder, **changes: str) -> dict[str, str]:
    page = (await client.get(f"/reminders/{reminder.id}/words")).text
    fields = {name: unescape(value) for name, value in re.findall(r'name="(seen|to|cc|subject)"[^>]*value="([^"]*)"', page)}
    body = re.search(r'<textarea[^>]*name="body"[^>]*>(.*?)</textarea>', page, re.S)
    assert body is not None
    return {**fields, "body": unescape(body[1]), "attaches_invoices": "1", "do": "save", **changes}


async def message_of(reminder: Reminder) -> Message:
    row = await Message.objects().get(Message.id == reminder.message)
    assert row is not None
    return row


async def test_the_queue_leads_to_it_by_key(client: httpx.AsyncClient, sign_in: SignIn, reminder: Reminder) -> None:
    await sign_in("controller")
    assert f'href="/reminders/{reminder.id}/words" data-key="e"' in (await client.get("/approvals")).text
    await sign_in("viewer")
    assert "/words" not in (await client.get("/approvals")).text


async def test_saved_it_waits_with_a_mark_and_is_shown_as_it_will_go(
    client: httpx.AsyncClient, sign_in: SignIn, reminder: Reminder
) -> None:
    await sign_in("controller")
    form = await form_of(client, reminder, subject="About Tuesday", to="ada@harbour.example, bo@harbour.example")
    answer = await client.post(f"/reminders/{reminder.id}/words", data=form)
    assert answer.headers["location"] == f"/approvals?at={reminder.id}"
    page = (await client.get("/approvals")).text
    assert "About Tuesday" in page
    assert "Edited by Tom Hale" in page
    assert "ada@harbour.example, bo@harbour.example" in page
    assert (await message_of(reminder)).state == "planned"


async def test_a_manager_saves_and_approves_in_one_go(client: httpx.AsyncClient, sign_in: SignIn, reminder: Reminder) -> None:
    await sign_in("manager")
    await client.post(f"/reminders/{reminder.id}/words", data=await form_of(client, reminder, do="approve"))
    assert (await message_of(reminder)).state == "approved"


async def test_a_controllers_approval_is_only_a_save(client: httpx.AsyncClient, sign_in: SignIn, reminder: Reminder) -> None:
    await sign_in("controller")
    await client.post(f"/reminders/{reminder.id}/words", data=await form_of(client, reminder, do="approve"))
    assert (await message_of(reminder)).state == "planned"


async def test_mistakes_come_back_with_what_was_written(client: httpx.AsyncClient, sign_in: SignIn, reminder: Reminder) -> None:
    await sign_in("controller")
    form = await form_of(client, reminder, body="Dear {{ nonsense }}", cc="nobody")
    answer = await client.post(f"/reminders/{reminder.id}/words", data=form)
    assert answer.status_code == 422
    assert "“nobody” is no email address" in answer.text
    assert "Dear {{ nonsense }}" in answer.text
    assert await Wording.count() == 0


async def test_what_is_written_can_be_looked_at_first_and_does_nothing(
    client: httpx.AsyncClient, sign_in: SignIn, reminder: Reminder
) -> None:
    await sign_in("controller")
    form = await form_of(client, reminder, body='Hello <img src="https://spy.example/x"> <b onclick="x()">you</b>')
    letter = await client.post(f"/reminders/{reminder.id}/words/letter", data=form)
    assert "<img" not in letter.text
    assert "<b onclick" not in letter.text
    assert "default-src 'none'" in letter.headers["content-security-policy"]
    assert await Wording.count() == 0


async def test_written_while_it_changed_it_is_kept_for_the_one_in_its_place(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, reminder: Reminder
) -> None:
    await sign_in("controller")
    form = await form_of(client, reminder, subject="My own words")
    await Invoice.update({Invoice.outstanding: 1_000_000, Invoice.outstanding_base: 1_000_000}).where(
        Invoice.number == "INV-0231"
    )
    await plan_customers(borealis.id, [reminder.customer], now())
    answer = await client.post(f"/reminders/{reminder.id}/words", data=form)
    heir = await newest()
    assert answer.headers["location"] == f"/reminders/{heir.id}/words?kept=1"
    page = (await client.get(answer.headers["location"])).text
    assert "It changed while you wrote." in page
    assert "My own words" in page
    assert "What was written for it is kept" in (await client.get("/approvals")).text


async def test_the_templates_words_again(client: httpx.AsyncClient, sign_in: SignIn, reminder: Reminder) -> None:
    await sign_in("controller")
    await client.post(f"/reminders/{reminder.id}/words", data=await form_of(client, reminder, subject="My own words"))
    assert "Use the template's words again" in unescape((await client.get(f"/reminders/{reminder.id}/words")).text)
    answer = await client.post(f"/reminders/{reminder.id}/words/end")
    assert answer.status_code == 303
    assert "My own words" not in (await client.get("/approvals")).text


async def test_what_has_left_is_not_edited(client: httpx.AsyncClient, sign_in: SignIn, reminder: Reminder) -> None:
    await sign_in("controller")
    form = await form_of(client, reminder)
    await Message.update({Message.state: "sent"}).where(Message.id == reminder.message)
    assert (await client.get(f"/reminders/{reminder.id}/words")).headers["location"] == "/approvals"
    answer = await client.post(f"/reminders/{reminder.id}/words", data=form)
    assert answer.status_code == 422
    assert "It does not wait any more" in answer.text


@pytest.mark.parametrize("path", ["words", "words/letter", "words/end"])
async def test_a_viewer_may_not(client: httpx.AsyncClient, sign_in: SignIn, reminder: Reminder, path: str) -> None:
    await sign_in("viewer")
    assert (await client.post(f"/reminders/{reminder.id}/{path}", data={})).status_code == 403


@pytest.mark.parametrize("path", ["words", "words/letter", "words/end", "skip/end"])
async def test_another_organisations_email_is_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm, reminder: Reminder, path: str
) -> None:
    await sign_in(meridian.anna)
    assert (await client.post(f"/reminders/{reminder.id}/{path}", data={})).status_code == 404


async def test_decisions_are_taken_back_from_the_page(client: httpx.AsyncClient, sign_in: SignIn, reminder: Reminder) -> None:
    await sign_in("manager")
    await client.post(f"/reminders/{reminder.id}/approval", data={"fingerprint": reminder.fingerprint})
    page = (await client.get("/approvals")).text
    assert "not gone yet" in page
    moment = re.findall(r'name="approved_at" value="([^"]+)"', page)[0]
    await client.post("/approvals/end", data={"approved_at": moment})
    assert (await message_of(reminder)).state == "planned"
    await client.post(f"/reminders/{reminder.id}/skip", data={})
    assert "Do not skip" in (await client.get("/approvals")).text
    await client.post(f"/reminders/{reminder.id}/skip/end")
    assert "1 of 1" in (await client.get("/approvals")).text


async def test_a_controller_takes_no_approval_back(client: httpx.AsyncClient, sign_in: SignIn, reminder: Reminder) -> None:
    await sign_in("manager")
    await client.post(f"/reminders/{reminder.id}/approval", data={"fingerprint": reminder.fingerprint})
    await sign_in("controller")
    assert "Take back" not in (await client.get("/approvals")).text
    assert (await client.post("/approvals/end", data={"approved_at": now().isoformat()})).status_code == 403


async def test_an_unreadable_moment_is_not_there(client: httpx.AsyncClient, sign_in: SignIn, reminder: Reminder) -> None:
    await sign_in("manager")
    assert (await client.post("/approvals/end", data={"approved_at": "yesterday"})).status_code == 404

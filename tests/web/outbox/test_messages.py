"""Messages: exactly what was sent, safely shown, and what a person decides."""

from email import message_from_bytes, policy

import httpx

from app.chasing.tables import Reminder
from app.customers.tables import Customer
from app.mail.actions import deliver
from app.organisations.membership import Role
from app.outbox.file_actions import keep
from app.outbox.messages import Attachment
from app.outbox.states import State
from app.outbox.tables import Message
from tests.cast import NOW, Firm, a_customer
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_letter, a_mailbox, a_sender, always_same, state_of
from tests.web.conftest import SignIn

TOKEN = "p_0123456789abcdefghijklmnopqrstuv"


async def sent_with_everything(firm: Firm, server: CountingServer) -> int:
    content = b"%PDF-1.7 \xc3\xa9"
    file = Attachment(await keep(content, "application/pdf", NOW), "Rechnung Ä.pdf", "application/pdf", len(content))
    message = await a_letter(
        await a_sender(firm.id, server.port),
        text=f"See https://t.example/p/{TOKEN}",
        html=f'<p>See <a href="https://t.example/p/{TOKEN}">here</a><script>alert(1)</script></p>',
        portal_token=TOKEN,
        attachments=(file,),
    )
    mailbox = a_mailbox(server.port)
    assert await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW) is State.SENT
    await mailbox.close()
    return message


async def test_the_eml_is_byte_for_byte_what_the_mail_server_got(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm
) -> None:
    await sign_in(Role.VIEWER)
    with CountingServer() as server:
        message = await sent_with_everything(borealis, server)
        answer = await client.get(f"/messages/{message}.eml")
        assert answer.status_code == 200
        assert answer.content == server.taken[0]
    parsed = message_from_bytes(answer.content, policy=policy.default)
    assert [part.get_filename() for part in parsed.iter_attachments()] == ["Rechnung Ä.pdf"]  # type: ignore[attr-defined]


async def test_the_portal_token_is_masked_where_it_is_stored_and_whole_where_it_is_shown(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm
) -> None:
    await sign_in()
    with CountingServer() as server:
        message = await sent_with_everything(borealis, server)
    row = await Message.select().where(Message.id == message).first()
    assert row is not None
    assert TOKEN not in repr(row)
    assert TOKEN in (await client.get(f"/messages/{message}")).text
    assert TOKEN in (await client.get(f"/messages/{message}/letter")).text


async def test_the_letter_is_shown_where_nothing_can_run(client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm) -> None:
    await sign_in()
    with CountingServer() as server:
        message = await sent_with_everything(borealis, server)
    answer = await client.get(f"/messages/{message}/letter")
    rules = answer.headers["content-security-policy"]
    assert "default-src 'none'" in rules
    assert "sandbox" in rules
    assert "allow-scripts" not in rules
    assert "allow-same-origin" not in rules


async def test_an_unknown_one_can_be_marked_as_sent_by_a_controller_and_not_by_a_viewer(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm
) -> None:
    with CountingServer() as server:
        server.drop_after_data = True
        message = await a_letter(await a_sender(borealis.id, server.port))
        await deliver(message, mailbox=a_mailbox(server.port), recheck=always_same, worker="w", now=NOW)
    await sign_in(Role.VIEWER)
    assert (await client.post(f"/messages/{message}/mark-as-sent")).status_code == 403
    await sign_in(Role.CONTROLLER)
    assert "Invoice INV-1" in (await client.get("/messages")).text
    assert (await client.post(f"/messages/{message}/mark-as-sent")).status_code == 303
    assert await state_of(message) is State.SENT
    assert (await client.post(f"/messages/{message}/mark-as-sent")).status_code == 409
    assert "whether it went" in (await client.get("/messages?state=unknown")).text
    assert "Invoice INV-1" in (await client.get("/messages")).text, "with nothing to decide, the sent ones come first"


async def test_a_waiting_one_can_be_cancelled(client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm) -> None:
    message = await a_letter(await a_sender(borealis.id, 1))
    await sign_in(Role.CONTROLLER)
    assert (await client.post(f"/messages/{message}/cancellation")).status_code == 303
    assert await state_of(message) is State.CANCELLED
    assert "Cancelled by Tom Hale" in (await client.get("/messages?state=cancelled")).text


async def test_a_cancelled_reminder_is_not_planned_again_on_the_same_day(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm
) -> None:
    customer = await a_customer(borealis.organisation)
    message = await a_letter(await a_sender(borealis.id, 1), customer_id=customer.id)
    await Reminder(organisation=borealis.id, customer=customer.id, message=message, kind="reminder").save()
    await sign_in(Role.CONTROLLER)
    assert (await client.post(f"/messages/{message}/cancellation")).status_code == 303
    assert await state_of(message) is State.CANCELLED
    row = await Customer.objects().get(Customer.id == customer.id)
    assert row is not None
    assert row.skipped_until_on is not None


async def test_another_organisation_finds_none_of_it(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm, meridian: Firm
) -> None:
    message = await a_letter(await a_sender(borealis.id, 1))
    await sign_in(meridian.anna)
    for path in (f"/messages/{message}", f"/messages/{message}.eml", f"/messages/{message}/letter"):
        assert (await client.get(path)).status_code == 404, path
    for act in ("sending-again", "mark-as-sent", "cancellation"):
        assert (await client.post(f"/messages/{message}/{act}")).status_code == 404, act
    assert "Invoice INV-1" not in (await client.get("/messages?state=waiting")).text


async def test_nonsense_is_no_message(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in()
    for path in ("/messages/x", "/messages/99999999999999999999", "/messages/7.eml", "/messages?state=x"):
        assert (await client.get(path)).status_code == 404, path

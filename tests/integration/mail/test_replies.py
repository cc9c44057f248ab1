"""Replies, read from a real mailbox: whose they are, that they hold chasing, and that the mailbox stays as it was."""

from datetime import timedelta

import pytest

from app.activity.tables import Activity, Notice, Task
from app.customers.tables import Customer, Recipient
from app.mail.reading_actions import read_mailbox, to_read
from app.mail.tables import Incoming, Sender
from tests.cast import NOW, a_customer, a_recipient, an_invoice, borealis, meridian
from tests.dovecot import Dovecot
from tests.integration.mail.conftest import a_read_sender, a_reminder_that_went
from tests.unit.mail.arrived import OURS, a_complaint, a_mail, a_report

pytestmark = pytest.mark.usefixtures("database")


async def only() -> Incoming:
    rows = await Incoming.objects()
    assert len(rows) == 1
    return rows[0]


async def test_a_reply_stands_on_the_timeline_and_holds_its_customer(dovecot: Dovecot) -> None:
    firm = await borealis()
    sender = await a_read_sender(firm, dovecot)
    message = await a_reminder_that_went(firm, sender)
    dovecot.deliver(
        sender.imap_username, a_mail("We pay on Friday.\n\n> Dear Ann", In_Reply_To=OURS, From_="bob@elsewhere.example")
    )
    outcome = await read_mailbox(sender.id, NOW)
    assert (outcome.taken, outcome.trouble) == (1, "")
    mail = await only()
    assert (mail.customer_id, mail.answers_message, mail.kind) == (message.customer_id, message.id, "reply")
    assert (mail.text, mail.quoted, mail.decided_at) == ("We pay on Friday.", "> Dear Ann", None)
    assert await Customer.exists().where(
        Customer.id == message.customer_id, Customer.replied_at == NOW, Customer.reconsider_at == NOW
    )
    line = await Activity.objects().get(Activity.kind == "reply")
    assert line is not None
    assert (line.sentence, line.by, line.customer_id) == ("We pay on Friday.", "the customer", message.customer_id)


async def test_reading_marks_moves_and_deletes_nothing(dovecot: Dovecot) -> None:
    firm = await borealis()
    sender = await a_read_sender(firm, dovecot)
    await a_reminder_that_went(firm, sender)
    dovecot.deliver(sender.imap_username, a_mail("One", In_Reply_To=OURS), a_mail("Private", From_="friend@home.example"))
    before = [content for _, content in dovecot.folder_of(sender.imap_username)]
    await read_mailbox(sender.id, NOW)
    after = dovecot.folder_of(sender.imap_username)
    assert [content for _, content in after] == before
    assert not [flags for flags, _ in after if b"Seen" in flags or b"Deleted" in flags]


async def test_what_is_read_again_does_nothing_twice(dovecot: Dovecot) -> None:
    """The place was lost, the mailbox was rebuilt, and another mailbox got a copy."""
    firm = await borealis()
    sender, other = await a_read_sender(firm, dovecot), await a_read_sender(firm, dovecot, address="b@borealis.example")
    await a_reminder_that_went(firm, sender)
    for box in (sender, other):
        dovecot.deliver(box.imap_username, a_mail("We pay.", In_Reply_To=OURS))
    assert (await read_mailbox(sender.id, NOW)).taken == 1
    assert (await read_mailbox(sender.id, NOW)).looked_at == 0
    for lost in ({Sender.last_uid: 0}, {Sender.uid_validity: 7}, {Sender.uid_validity: None}):
        await Sender.update(lost).where(Sender.id == sender.id)
        assert (await read_mailbox(sender.id, NOW)).taken == 0
    assert (await read_mailbox(other.id, NOW)).taken == 0
    assert await Activity.count().where(Activity.kind == "reply") == 1


async def test_only_what_is_new_is_looked_at(dovecot: Dovecot) -> None:
    firm = await borealis()
    sender = await a_read_sender(firm, dovecot)
    await a_reminder_that_went(firm, sender)
    dovecot.deliver(sender.imap_username, a_mail("One", In_Reply_To=OURS, Message_ID="<1@x>"))
    assert (await read_mailbox(sender.id, NOW)).looked_at == 1
    dovecot.deliver(sender.imap_username, a_mail("Two", In_Reply_To=OURS, Message_ID="<2@x>"))
    outcome = await read_mailbox(sender.id, NOW)
    assert (outcome.looked_at, outcome.taken) == (1, 1)


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"From_": "AP@harbour.example", "Subject": "Statement please"}, True),
        ({"From_": "boss@harbour.example", "Subject": "AW: Invoice INV-1"}, True),
        ({"From_": "boss@harbour.example", "Subject": "Where is INV-77?"}, True),
        ({"From_": "boss@harbour.example", "Subject": "Lunch"}, False),
        ({"From_": "someone@gmail.com", "Subject": "Re: Invoice INV-1"}, False),
        ({"From_": "accounts@borealis.example", "Subject": "Re: Invoice INV-1"}, False),
        ({"From_": "ap@harbour.example", "Precedence": "bulk", "Subject": "Our newsletter"}, True),
    ],
)
async def test_whose_it_is_without_a_thread(headers: dict[str, str], found: bool, dovecot: Dovecot) -> None:
    """By its writer, else by a subject of ours from the same business. Other people's mail is not kept."""
    firm = await borealis()
    sender = await a_read_sender(firm, dovecot)
    message = await a_reminder_that_went(firm, sender)
    customer = await Customer.objects().get(Customer.id == message.customer_id)
    assert customer is not None
    await an_invoice(customer, "INV-77")
    await read_mailbox(sender.id, NOW)
    dovecot.deliver(sender.imap_username, a_mail("Hello", **headers))
    assert (await read_mailbox(sender.id, NOW)).taken == int(found)
    if found:
        assert (await only()).customer_id == customer.id
    held = await Customer.exists().where(Customer.replied_at.is_not_null())
    assert held == (found and "Precedence" not in headers)


async def test_the_first_look_back_takes_answers_and_no_other_mail(dovecot: Dovecot) -> None:
    firm = await borealis()
    sender = await a_read_sender(firm, dovecot)
    await a_reminder_that_went(firm, sender)
    old = a_mail("An order", From_="ap@harbour.example", Subject="Order 9", Message_ID="<9@x>")
    dovecot.deliver(sender.imap_username, old, a_mail("We pay.", In_Reply_To=OURS))
    await read_mailbox(sender.id, NOW)
    assert (await only()).text == "We pay."


@pytest.mark.parametrize(("since", "holds"), [(timedelta(hours=-1), True), (timedelta(0), True), (timedelta(hours=1), False)])
async def test_mail_that_came_since_reading_was_switched_on_is_new(since: timedelta, holds: bool, dovecot: Dovecot) -> None:
    """The first look comes minutes later: who wrote in between wrote to be read."""
    firm = await borealis()
    at = NOW - timedelta(days=10)
    sender = await a_read_sender(firm, dovecot, reads_since_at=at.replace(microsecond=500_000) + since)
    await a_reminder_that_went(firm, sender)
    dovecot.deliver(sender.imap_username, a_mail("We pay.", From_="ap@harbour.example", Subject="Your letter"), at=at)
    await read_mailbox(sender.id, NOW)
    assert await Incoming.exists() is holds
    assert await Customer.exists().where(Customer.replied_at.is_not_null()) is holds


async def test_another_organisations_messages_are_no_match(dovecot: Dovecot) -> None:
    firm, others = await borealis(), await meridian()
    theirs = await a_read_sender(others, dovecot, address="a@meridian.example")
    await a_reminder_that_went(firm, await a_read_sender(firm, dovecot))
    dovecot.deliver(theirs.imap_username, a_mail("We pay.", In_Reply_To=OURS))
    assert (await read_mailbox(theirs.id, NOW)).taken == 0


async def test_a_note_of_absence_holds_nobody_and_one_of_departure_asks_for_the_new_contact(dovecot: Dovecot) -> None:
    firm = await borealis()
    sender = await a_read_sender(firm, dovecot)
    message = await a_reminder_that_went(firm, sender)
    gone = "Ann has left the company. Write to bob@harbour.example."
    dovecot.deliver(
        sender.imap_username,
        a_mail("Back on Monday.", In_Reply_To=OURS, Auto_Submitted="auto-replied", Message_ID="<1@x>"),
        a_mail(gone, In_Reply_To=OURS, Auto_Submitted="auto-replied", Message_ID="<2@x>"),
    )
    assert (await read_mailbox(sender.id, NOW)).taken == 2
    assert not await Customer.exists().where(Customer.replied_at.is_not_null())
    tasks = await Task.objects()
    assert [(task.customer_id, "bob@harbour.example" in task.sentence) for task in tasks] == [(message.customer_id, True)]


async def test_d2_a_bounce_marks_the_address_once_and_a_temporary_one_does_not(dovecot: Dovecot) -> None:
    firm = await borealis()
    sender = await a_read_sender(firm, dovecot)
    message = await a_reminder_that_went(firm, sender)
    dovecot.deliver(sender.imap_username, a_report(action="delayed", status="4.4.1", answer="smtp; 421 busy"))
    await read_mailbox(sender.id, NOW)
    assert not await Recipient.exists().where(Recipient.bounced_at.is_not_null())
    dovecot.deliver(sender.imap_username, *(a_report(message_id=f"<d{number}@mx>") for number in range(3, 6)))
    await read_mailbox(sender.id, NOW)
    assert await Recipient.exists().where(Recipient.customer == message.customer_id, Recipient.bounced_at == NOW)
    tasks = await Task.objects()
    assert ["Find a working address" in task.sentence for task in tasks] == [True]
    assert not await Customer.exists().where(Customer.replied_at.is_not_null())


async def test_d2_a_complaint_ends_writing_to_that_address(dovecot: Dovecot) -> None:
    firm = await borealis()
    sender = await a_read_sender(firm, dovecot)
    message = await a_reminder_that_went(firm, sender)
    customer = await Customer.objects().get(Customer.id == message.customer_id)
    assert customer is not None
    await a_recipient(customer, "other@harbour.example")
    dovecot.deliver(sender.imap_username, a_complaint(), a_complaint("<f2@isp.example>"))
    await read_mailbox(sender.id, NOW)
    marked = await Recipient.select(Recipient.email).where(Recipient.bounced_at.is_not_null()).output(as_list=True)
    assert marked == ["ap@harbour.example"]
    assert await Task.count() == 1


async def test_a_forged_report_about_somebody_elses_address_marks_nobody_here(dovecot: Dovecot) -> None:
    firm, others = await borealis(), await meridian()
    stranger = await a_customer(others.organisation)
    await a_recipient(stranger, "ap@harbour.example")
    sender = await a_read_sender(firm, dovecot)
    dovecot.deliver(sender.imap_username, a_report())
    await read_mailbox(sender.id, NOW)
    assert not await Recipient.exists().where(Recipient.bounced_at.is_not_null())


async def test_a_refused_password_stops_the_reading_and_says_what_to_do(dovecot: Dovecot) -> None:
    from app.sealing import seal

    firm = await borealis()
    sender = await a_read_sender(firm, dovecot, imap_password_sealed=seal("wrong"))
    outcome = await read_mailbox(sender.id, NOW)
    assert "refused the user name or password" in outcome.trouble
    assert "b'" not in outcome.trouble, "the server's words, not our way of holding them"
    row = await Sender.objects().get(Sender.id == sender.id)
    assert row is not None
    assert "app password" in row.read_advice
    assert await to_read() == [], "asking on would lock the account"
    assert await Notice.exists().where(Notice.kind == "mailbox_unread", Notice.cleared_at.is_null())
    await Sender.update({Sender.imap_password_sealed: seal("secret")}).where(Sender.id == sender.id)
    assert (await read_mailbox(sender.id, NOW)).trouble == ""
    assert await to_read() == [sender.id]
    assert not await Notice.exists().where(Notice.kind == "mailbox_unread", Notice.cleared_at.is_null())


async def test_a_server_that_is_away_is_tried_again_and_told_of_after_a_while() -> None:
    firm = await borealis()
    sender = await a_read_sender(firm, type("Nowhere", (), {"port": 1})())  # type: ignore[arg-type]
    for attempt in range(3):
        assert not await Notice.exists().where(Notice.kind == "mailbox_unread")
        await read_mailbox(sender.id, NOW + timedelta(minutes=attempt))
    assert await Notice.exists().where(Notice.kind == "mailbox_unread")
    assert await to_read() == [sender.id]


async def test_a_huge_mail_is_read_from_its_beginning(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.mail import imap_gateway

    monkeypatch.setattr(imap_gateway, "LARGEST", 2_000)
    monkeypatch.setattr(imap_gateway, "BEGINNING", 1_000)
    firm = await borealis()
    sender = await a_read_sender(firm, dovecot)
    await a_reminder_that_went(firm, sender)
    dovecot.deliver(sender.imap_username, a_mail("We pay.\n" + "x" * 60_000, In_Reply_To=OURS))
    await read_mailbox(sender.id, NOW)
    mail = await only()
    assert mail.text.startswith("We pay.")
    assert len(mail.text) < 1_000
    assert "too large" in mail.note

"""Copies of what was sent, in the mailbox's own Sent folder: once, byte for byte, and never in the way of the mail."""

from datetime import timedelta

import pytest

from app.mail.actions import deliver
from app.mail.copy_actions import make_copies, waiting_for_copies
from app.mail.queries import eml
from app.mail.tables import Sender, SentCopy
from app.outbox.queries import message as message_by_id
from app.outbox.states import State
from tests.cast import NOW, borealis
from tests.dovecot import CAN_RUN, Dovecot
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_letter, a_mailbox, always_same
from tests.integration.mail.conftest import a_read_sender

pytestmark = pytest.mark.usefixtures("database")


async def a_sent_one(sender: Sender, server: CountingServer) -> int:
    message = await a_letter(sender)
    box = a_mailbox(server.port)
    assert await deliver(message, mailbox=box, recheck=always_same, worker="w", now=NOW) is State.SENT
    await box.close()
    return message


async def test_what_went_lies_in_the_sent_folder_once_and_byte_for_byte(dovecot: Dovecot) -> None:
    firm = await borealis()
    with CountingServer() as server:
        sender = await a_read_sender(firm, dovecot, keeps_copies=True)
        message = await a_sent_one(sender, server)
    assert await waiting_for_copies(NOW) == [sender.id]
    assert await make_copies(sender.id, NOW) == 1
    await SentCopy.update({SentCopy.state: "waiting"}).where(SentCopy.message_id == message)
    await make_copies(sender.id, NOW)
    row = await message_by_id(message)
    assert row is not None
    copies = dovecot.folder_of(sender.imap_username, "Sent")
    assert [content for _, content in copies] == [await eml(row)]
    assert b"Seen" in copies[0][0]
    assert await waiting_for_copies(NOW + timedelta(days=1)) == []


async def test_without_the_wish_no_copy_is_made(dovecot: Dovecot) -> None:
    firm = await borealis()
    with CountingServer() as server:
        await a_sent_one(await a_read_sender(firm, dovecot, keeps_copies=False), server)
    assert await SentCopy.count() == 0


async def test_a_copy_that_cannot_be_made_is_tried_again_and_then_told() -> None:
    firm = await borealis()
    with CountingServer() as server:
        nowhere = await a_read_sender(firm, type("Nowhere", (), {"port": 1})(), keeps_copies=True)  # type: ignore[arg-type]
        message = await a_sent_one(nowhere, server)
    later = NOW
    for _ in range(5):
        assert await waiting_for_copies(later) == [nowhere.id]
        assert await make_copies(nowhere.id, later) == 0
        later += timedelta(hours=7)
    copy = await SentCopy.objects().get(SentCopy.message_id == message)
    assert copy is not None
    assert copy.state == "failed"
    assert "No copy could be put" in copy.answer
    assert await waiting_for_copies(later) == []


@pytest.mark.skipif(not CAN_RUN, reason="no Dovecot, or not root")
async def test_a_mailbox_without_a_folder_for_it_says_so() -> None:
    firm = await borealis()
    with Dovecot(has_sent=False) as server, CountingServer() as smtp:
        sender = await a_read_sender(firm, server, keeps_copies=True)
        await a_sent_one(sender, smtp)
        await make_copies(sender.id, NOW)
    copy = await SentCopy.objects().first()
    assert copy is not None
    assert "no folder for sent mail" in copy.answer

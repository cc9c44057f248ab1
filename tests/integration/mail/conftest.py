"""A mailbox on a real IMAP server, and a reminder of ours that went from it."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from app.mail.tables import Sender
from app.outbox.tables import Message
from tests.cast import NOW, Firm, a_customer, a_recipient
from tests.dovecot import CAN_RUN, PASSWORD, Dovecot
from tests.faults.mail.letters import a_letter, a_sender
from tests.unit.mail.arrived import OURS

_users = count(1)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    if not CAN_RUN:
        pytest.skip("no Dovecot, or not root")
    with Dovecot() as server:
        yield server


async def a_read_sender(firm: Firm, server: Dovecot, port: int = 1, **facts: Any) -> Sender:
    """A mailbox whose inbox is read; a user of its own for each."""
    from app.sealing import seal

    user = f"user{next(_users)}"
    reading = {
        "reads_replies": True, "imap_host": "127.0.0.1", "imap_port": server.port, "imap_tls": "none",
        "imap_username": user, "imap_password_sealed": seal(PASSWORD),
    }  # fmt: skip
    return await a_sender(firm.id, port, **{**reading, **facts})


async def a_reminder_that_went(firm: Firm, sender: Sender, message_id: str = OURS) -> Message:
    """To ap@harbour.example, about INV-1."""
    customer = await a_customer(firm.organisation)
    await a_recipient(customer, "ap@harbour.example")
    number = await a_letter(sender, customer_id=customer.id)
    sent: dict[Any, Any] = {Message.state: "sent", Message.sent_at: NOW, Message.mime_message_id: message_id}
    await Message.update(sent).where(Message.id == number)
    row = await Message.objects().get(Message.id == number)
    assert row is not None
    return row

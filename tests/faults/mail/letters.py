"""Messages and mailboxes for the tests of delivery."""

from typing import Any

from app.mail.access import Access
from app.mail.gateway import Mailbox
from app.mail.rechecks import Found, Same
from app.mail.tables import Sender
from app.outbox.actions import draft
from app.outbox.messages import NewMessage
from app.outbox.states import Kind, State
from app.outbox.tables import Message
from tests.cast import NOW


async def a_sender(organisation_id: int, port: int, **facts: Any) -> Sender:
    """A mailbox at a test server, without pause between its messages."""
    standard: dict[str, Any] = {
        "kind": "normal", "name": "Anna Berg", "address": "accounts@borealis.example", "host": "127.0.0.1", "tls": "none",
        "seconds_between": 0, "daily_cap": 10_000,
    }  # fmt: skip
    row = Sender(organisation=organisation_id, port=port, **{**standard, **facts})
    await row.save()
    return row


async def a_letter(sender: Sender, **facts: Any) -> int:
    standard: dict[str, Any] = {
        "kind": Kind.REMINDER,
        "to": ("ap@harbour.example",),
        "subject": "Invoice INV-1",
        "text": "Hello",
        "html": "<p>Hello</p>",
    }
    new = NewMessage(organisation_id=sender.organisation, sender_id=sender.id, **{**standard, **facts})
    message_id = await draft(new, NOW)
    assert message_id is not None
    return message_id


def a_mailbox(port: int, timeout: float = 5.0) -> Mailbox:
    access = Access(host="127.0.0.1", port=port, tls="none", name="Anna Berg", address="accounts@borealis.example")
    return Mailbox(access, timeout=timeout)


async def always_same(_: Message) -> Found:
    return Same()


async def state_of(message_id: int) -> State:
    row = await Message.objects().get(Message.id == message_id)
    assert row is not None
    return State(row.state)

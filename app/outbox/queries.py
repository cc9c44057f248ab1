"""Reads of messages and stored files."""

from datetime import datetime
from typing import Any

from app.outbox.messages import headers_of
from app.outbox.states import FREED, State
from app.outbox.tables import Message, StoredFile


def may_leave(now: datetime) -> Any:
    """The condition under which a message can be claimed now."""
    released = (Message.state == State.APPROVED.value) | (
        (Message.state == State.PLANNED.value) & Message.needs_approval.eq(False)
    )
    begun = Message.not_before_at.is_null() | (Message.not_before_at <= now)
    not_over = Message.not_after_at.is_null() | (Message.not_after_at >= now)
    rested = Message.next_attempt_at.is_null() | (Message.next_attempt_at <= now)
    return released & begun & not_over & rested


async def message(message_id: int) -> Message | None:
    return await Message.objects().get(Message.id == message_id)


async def waiting(message_id: int, now: datetime) -> Message | None:
    """The message if it can be claimed now."""
    return await Message.objects().get((Message.id == message_id) & may_leave(now))


async def due(sender_id: int | None, now: datetime, limit: int) -> tuple[int, ...]:
    """The ids of a mailbox's messages that may leave now, the weightiest first."""
    own = Message.sender_id.is_null() if sender_id is None else Message.sender_id == sender_id
    ids = (
        await Message.select(Message.id)
        .where(may_leave(now), own)
        .order_by(Message.weight, ascending=False)
        .order_by(Message.id)
        .limit(limit)
        .output(as_list=True)
    )
    return tuple(ids)


async def mailboxes_with_due(now: datetime) -> tuple[int | None, ...]:
    """The senders that have something to send now; None is the product's own mailbox."""
    rows = await Message.select(Message.sender_id).where(may_leave(now)).distinct()
    return tuple(row["sender_id"] for row in rows)


async def claims() -> list[Message]:
    return await Message.objects().where(Message.state == State.SENDING.value)


async def lapsed(now: datetime) -> list[Message]:
    """Put off at least once, and their window is over."""
    waiting = Message.state.is_in([State.PLANNED.value, State.APPROVED.value])
    return await Message.objects().where(waiting, Message.attempts > 0, Message.not_after_at < now)


async def is_key_taken(message: Message) -> bool:
    """Whether another living or sent message has this one's unique key."""
    if message.unique_key is None:
        return False
    alive = Message.state.not_in([state.value for state in FREED])
    return bool(await Message.exists().where(Message.unique_key == message.unique_key, alive, Message.id != message.id))


async def thread_headers(message_id: int, sender_id: int | None) -> dict[str, str]:
    """In-Reply-To and References (RFC 5322, 3.6.4) that go on in that message's thread; none from another mailbox."""
    before = await message(message_id)
    if before is None or not before.mime_message_id or before.sender_id != sender_id or before.state != State.SENT:
        return {}
    earlier = headers_of(before.headers).get("References", "").split()
    return {
        "In-Reply-To": before.mime_message_id,
        "References": " ".join([*earlier[:1], *earlier[1:][-8:], before.mime_message_id]),
    }


async def file(digest: str) -> StoredFile | None:
    return await StoredFile.objects().get(StoredFile.hash == digest)


async def files(digests: list[str]) -> dict[str, bytes]:
    """The contents by hash; a file that is not there is missing in the answer."""
    if not digests:
        return {}
    rows = await StoredFile.objects().where(StoredFile.hash.is_in(digests))
    return {row.hash: bytes(row.content) for row in rows}


async def has_unknown(organisation_id: int) -> bool:
    """Whether a message of this organisation waits for a person to say whether it went."""
    return bool(await Message.exists().where(Message.organisation_id == organisation_id, Message.state == State.UNKNOWN.value))

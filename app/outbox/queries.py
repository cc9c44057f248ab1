"""Reads of messages and stored files."""

from datetime import datetime
from typing import Any

from app.database import in_one_go, loaded
from app.one_go import Statement
from app.outbox.messages import headers_of
from app.outbox.states import FREED, State
from app.outbox.tables import Message, StoredFile

MAY_LEAVE = """(state = 'approved' OR (state = 'planned' AND needs_approval = FALSE))
  AND (not_before_at IS NULL OR not_before_at <= {}) AND (not_after_at IS NULL OR not_after_at >= {})
  AND (next_attempt_at IS NULL OR next_attempt_at <= {})"""
"""The condition under which a message can be claimed now; it takes the instant three times."""


async def message(message_id: int) -> Message | None:
    return await Message.objects().get(Message.id == message_id)


async def waiting(message_id: int, now: datetime) -> Message | None:
    """The message if it can be claimed now."""
    found = await in_one_go([Statement(f"SELECT * FROM message WHERE id = {{}} AND {MAY_LEAVE}", (message_id, now, now, now))])  # noqa: S608
    return message_from(found[0][0]) if found and found[0] else None


def message_from(row: dict[str, Any]) -> Message:
    return loaded(Message, row)


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

"""Putting the words into a message that was drafted without any."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from app.outbox.messages import Attachment, as_json, masked
from app.outbox.states import WAITING
from app.outbox.tables import Message
from app.sealing import seal


class Words(Struct, frozen=True, kw_only=True):
    """`portal_token` as it stands in text and html: it is masked there and sealed. `headers` continue a thread."""

    subject: str
    text: str
    html: str
    portal_token: str = ""
    attachments: Sequence[Attachment] = ()
    headers: Mapping[str, str] = {}


async def put_words(message_id: int, words: Words, now: datetime) -> bool:
    """Whether the message still waited. Its approval lives on: it was given for the facts that the words tell."""
    token = words.portal_token
    values: dict[Any, Any] = {
        Message.subject: masked(words.subject, token),
        Message.text: masked(words.text, token),
        Message.html: masked(words.html, token),
        Message.portal_token_sealed: seal(token) if token else "",
        Message.attachments: as_json(tuple(words.attachments)),
        Message.headers: as_json(dict(words.headers)),
        Message.written_at: now,
    }
    waiting = Message.state.is_in([state.value for state in WAITING])
    return bool(await Message.update(values).where(Message.id == message_id, waiting).returning(Message.id))


async def readdress(message_id: int, to: Sequence[str], cc: Sequence[str]) -> bool:
    """Whether the message still waited, and goes to these addresses now."""
    values: dict[Any, Any] = {Message.to_addresses: as_json(tuple(to)), Message.cc_addresses: as_json(tuple(cc))}
    waiting = Message.state.is_in([state.value for state in WAITING])
    return bool(await Message.update(values).where(Message.id == message_id, waiting).returning(Message.id))

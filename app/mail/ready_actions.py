"""A message made ready before its turn: put together while those before it are on their way."""

import contextlib
from datetime import datetime

import msgspec
from msgspec import Struct

from app.mail import queries
from app.mail.delivery_actions import Departure
from app.mail.gateway import Envelope, Mailbox
from app.mail.mime import UnusableAddressError, mime, own_headers, usable
from app.mail.picture_queries import pictured_attachments
from app.mail.unsubscribe_actions import unsubscribe_headers
from app.outbox.answers import Answer, PutOff, RecipientRefused
from app.outbox.messages import Attachment, addresses_of, as_json, attachments_of, headers_of
from app.outbox.tables import Message

_THREAD = ("In-Reply-To", "References")
_WORDS = ("to_addresses", "cc_addresses", "subject", "text", "html", "portal_token_sealed")


class Ready(Struct, frozen=True):
    """What it takes to claim it, and what would go over the wire: None where that is still to be seen."""

    message: Message
    mime_message_id: str
    headers: dict[str, str]
    attachments: tuple[Attachment, ...]
    envelope: Envelope | None = None


async def made_ready(message: Message, departure: Departure, now: datetime) -> Ready:
    """What cannot be put together is found out again, and told, in its turn. Raise UnusableAddressError for our own."""
    access = departure.mailbox.access
    message_id = message.mime_message_id or queries.message_id_of(message, access.domain)
    thread = {name: value for name, value in headers_of(message.headers).items() if name in _THREAD}
    own = own_headers(access.name, access.address, access.reply_to, message_id, now)
    offered = await unsubscribe_headers(message, departure.offers_unsubscribe)
    pictured = await pictured_attachments(message)
    attachments = attachments_of(message.attachments) if pictured is None else pictured
    ready = Ready(message, message_id, {**own, **thread, **offered}, attachments)
    with contextlib.suppress(Exception):
        found = await _wrapped(message, ready.headers, attachments, departure.mailbox)
        return msgspec.structs.replace(ready, envelope=found if isinstance(found, Envelope) else None)
    return ready


async def envelope_of(claimed: Message, ready: Ready, mailbox: Mailbox) -> Envelope | Answer:
    """What goes over the wire; or, where there is none, the answer that spares asking the mail server."""
    if ready.envelope is not None and _is_still(ready, claimed):
        return ready.envelope
    return await _wrapped(claimed, headers_of(claimed.headers), attachments_of(claimed.attachments), mailbox)


def _is_still(ready: Ready, claimed: Message) -> bool:
    """Whether it was claimed with the words that it was made ready with."""
    same = all(getattr(ready.message, name) == getattr(claimed, name) for name in _WORDS)
    return same and claimed.headers == as_json(ready.headers) and claimed.attachments == as_json(ready.attachments)


async def _wrapped(
    message: Message, headers: dict[str, str], attachments: tuple[Attachment, ...], mailbox: Mailbox
) -> Envelope | Answer:
    recipients = [*addresses_of(message.to_addresses), *addresses_of(message.cc_addresses)]
    try:
        content = mime(await queries.letter_of(message, headers, attachments))
        return Envelope(mailbox.access.address, tuple(usable(address) for address in recipients), content)
    except UnusableAddressError as wrong:
        return RecipientRefused(wrong.address, str(wrong))
    except queries.FileIsMissingError:
        return PutOff("an attachment is not there yet")

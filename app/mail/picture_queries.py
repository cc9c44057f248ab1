"""The pictures that letters show: which of a sender's go with a message, and how a page shows them."""

import base64
import re
from collections.abc import Sequence

import msgspec

from app.mail.tables import Sender
from app.outbox import queries as outbox
from app.outbox.messages import Attachment, attachments_of
from app.outbox.tables import Message

_LOGO = re.compile(r'"cid:logo-([0-9a-f]{64})\.png"')


async def pictured_attachments(message: Message) -> tuple[Attachment, ...] | None:
    """What goes with it: its own files and the pictures of the signature that its HTML shows. None: nothing changes."""
    pictures = await _pictures_of(message.sender_id, message.html)
    if not pictures:
        return None
    own = [each for each in attachments_of(message.attachments) if not each.shown_as]
    return (*own, *(msgspec.structs.replace(each, shown_as=each.name) for each in pictures))


async def _pictures_of(sender_id: int | None, html: str) -> list[Attachment]:
    if '"cid:' not in html:
        return []
    row = await Sender.select(Sender.pictures).where(Sender.id == sender_id).first() if sender_id is not None else None
    own = [each for each in attachments_of(row["pictures"]) if f'"cid:{each.name}"' in html] if row else []
    return [*own, *await _logos_in(html)]


async def _logos_in(html: str) -> list[Attachment]:
    """The logo of a business says in its name which stored file it is."""
    wanted = list(dict.fromkeys(_LOGO.findall(html)))
    stored = await outbox.files(wanted)
    return [Attachment(each, f"logo-{each}.png", "image/png", len(stored[each])) for each in wanted if each in stored]


async def with_pictures_of(message_id: int, html: str) -> str:
    """The HTML as the message would show it once it has gone."""
    row = await Message.select(Message.sender_id).where(Message.id == message_id).first()
    return await with_pictures(html, row["sender_id"] if row else None)


async def with_pictures(html: str, sender_id: int | None, kept: Sequence[Attachment] = ()) -> str:
    """The HTML for a page of ours: pictures stand in it as data, for nothing is fetched from within a letter. `kept`
    are those that went with a message; before it goes, the sender's of today."""
    pictures = [each for each in kept if each.shown_as] or await _pictures_of(sender_id, html)
    contents = await outbox.files([each.hash for each in pictures])
    for each in pictures:
        if each.hash in contents:
            data = base64.b64encode(contents[each.hash]).decode()
            html = html.replace(f'"cid:{each.shown_as or each.name}"', f'"data:{each.media_type};base64,{data}"')
    return html

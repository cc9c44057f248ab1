"""The pictures of a sender's signature."""

import re
from datetime import datetime

from app.database import transaction
from app.mail.pictures_gateway import as_png
from app.mail.sender_actions import note_change
from app.mail.signature_queries import unsigned
from app.mail.tables import Sender
from app.organisations.membership import SignedIn
from app.outbox.file_actions import keep
from app.outbox.messages import Attachment, as_json, attachments_of
from app.problems import Problem

MOST = 5


class TooManyPictures(Problem):
    """A signature carries five pictures at most. Remove one first."""

    status = 422


async def add_picture(member: SignedIn, row: Sender, content: bytes, name: str, now: datetime, address: str = "") -> str:
    """Keep it under a name that is free, and put it at the end of what signs; its name. Raise NotAPicture."""
    picture = as_png(content)
    standing = attachments_of(row.pictures)
    if len(standing) >= MOST:
        raise TooManyPictures
    stem = re.sub(r"[^a-z0-9]+", "-", name.rpartition(".")[0].lower()).strip("-")[:30] or "picture"
    taken = {each.name for each in standing}
    free = next(each for each in (f"{stem}.png", *(f"{stem}-{n}.png" for n in range(2, 9))) if each not in taken)
    async with transaction():
        kept = Attachment(await keep(picture, "image/png", now), free, "image/png", len(picture))
        html = f'{row.signature_html.strip() or await unsigned(row)}\n<p><img src="cid:{free}" alt=""></p>'.strip()
        await Sender.update({Sender.pictures: as_json([*standing, kept]), Sender.signature_html: html}).where(
            Sender.id == row.id
        )
        await note_change(member, row, ("pictures", "signature_html"), now, address)
    return free


async def remove_picture(member: SignedIn, row: Sender, name: str, now: datetime, address: str = "") -> None:
    """The words of the signature stay; only what shows this picture goes with it."""
    left = [each for each in attachments_of(row.pictures) if each.name != name]
    shows = re.compile(rf'(?:<p>\s*)?<img\b[^>]*\bsrc="cid:{re.escape(name)}"[^>]*>(?:\s*</p>)?')
    async with transaction():
        html = shows.sub("", row.signature_html).strip()
        await Sender.update({Sender.pictures: as_json(left), Sender.signature_html: html}).where(Sender.id == row.id)
        await note_change(member, row, ("pictures", "signature_html"), now, address)

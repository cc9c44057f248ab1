"""What arrived, newest last, as plain values."""

from collections import deque
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import count
from typing import NamedTuple

from msgspec import Struct

KEEPS = 1_000


class Part(NamedTuple):
    name: str
    media_type: str
    content: bytes


class Arrived(Struct, frozen=True, kw_only=True):
    """One mail as it came; `recipients` are those of the envelope, so copies show too."""

    number: int
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    parts: tuple[Part, ...]
    raw: bytes


class Mailbox:
    """Keeps the last thousand mails in memory."""

    def __init__(self) -> None:
        self._mails: deque[Arrived] = deque(maxlen=KEEPS)
        self._numbers = count(1)

    def take(self, raw: bytes, recipients: tuple[str, ...], at: datetime) -> Arrived:
        message = BytesParser(policy=policy.default).parsebytes(raw)
        mail = Arrived(
            number=next(self._numbers),
            at=at,
            sender=str(message["From"] or ""),
            recipients=recipients,
            subject=str(message["Subject"] or ""),
            text=_body(message, "plain"),
            html=_body(message, "html"),
            parts=tuple(_part(part) for part in message.iter_attachments()),
            raw=raw,
        )
        self._mails.append(mail)
        return mail

    def all(self) -> list[Arrived]:
        return list(self._mails)

    def get(self, number: int) -> Arrived | None:
        return next((mail for mail in self._mails if mail.number == number), None)


def _body(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def _part(part: EmailMessage) -> Part:
    content = part.get_content()
    data = content if isinstance(content, bytes) else str(content).encode()
    return Part(part.get_filename() or "attachment", part.get_content_type(), data)

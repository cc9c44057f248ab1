"""A message before it is stored, and how the portal token in it is masked."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.outbox.states import Kind

MASK = "p_hidden-in-the-stored-copy"
"""Stands for the portal token in stored texts; no token can look like it, for tokens are longer."""


class Attachment(Struct, frozen=True):
    """A file of the message; its bytes are the StoredFile of this hash."""

    hash: str
    name: str
    media_type: str
    size: int
    shown_as: str = ""
    """For a picture within the letter: the name by which its HTML shows it, `<img src="cid:logo.png">`."""


class NewMessage(Struct, frozen=True, kw_only=True):
    """What the outbox needs to know.

    unique_key      what must not be mailed twice; None where repeating is right
    sender_id       the mailbox; None: the product's own
    portal_token    as it stands in text and html; it is masked and sealed there before they are stored
    continues       the message whose thread this one goes on in: its id
    thread          In-Reply-To and References of a mail that it answers, which is none of ours
    not_before_at   the window in UTC within which it may leave; None: at once, or at any later time
    weight          ten-thousandths of base currency; the larger goes first where a day's cap is short
    """

    organisation_id: int | None
    kind: Kind
    to: tuple[str, ...]
    subject: str
    text: str
    html: str = ""
    cc: tuple[str, ...] = ()
    customer_id: int | None = None
    sender_id: int | None = None
    unique_key: str | None = None
    attachments: tuple[Attachment, ...] = ()
    portal_token: str = ""
    continues: int | None = None
    thread: dict[str, str] = {}
    planned_on: date | None = None
    not_before_at: datetime | None = None
    not_after_at: datetime | None = None
    needs_approval: bool = False
    weight: int = 0


def masked(text: str, token: str) -> str:
    return text.replace(token, MASK) if token else text


def unmasked(text: str, token: str) -> str:
    return text.replace(MASK, token) if token else text


def addresses_of(column: str) -> tuple[str, ...]:
    """The addresses in a JSON column."""
    return msgspec.json.decode(column, type=tuple[str, ...])


def attachments_of(column: str) -> tuple[Attachment, ...]:
    return msgspec.json.decode(column, type=tuple[Attachment, ...])


def headers_of(column: str) -> dict[str, str]:
    return msgspec.json.decode(column, type=dict[str, str])


def as_json(value: object) -> str:
    return msgspec.json.encode(value).decode()

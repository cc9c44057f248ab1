"""Reads of senders, and of messages with everything that was sent."""

import hmac
from datetime import datetime

from msgspec import Struct

from app.customers.tables import Customer
from app.mail.access import Access, access_from_url, tls_mode
from app.mail.mime import FilePart, Letter, mime
from app.mail.tables import Sender
from app.organisations.membership import SignedIn
from app.organisations.tables import Organisation
from app.outbox import queries as outbox
from app.outbox.messages import Attachment, addresses_of, attachments_of, headers_of, unmasked
from app.outbox.states import MEANING, State
from app.outbox.tables import Message
from app.problems import NotFound
from app.sealing import unseal
from app.settings import settings


class SenderView(Struct, frozen=True, kw_only=True):
    """A mailbox as pages, templates and the planner need it: everything but its password."""

    id: int
    kind: str
    name: str
    address: str
    reply_to: str
    phone: str
    signature_html: str
    host: str
    port: int
    tls: str
    username: str
    has_password: bool
    proved_at: datetime | None
    stopped_at: datetime | None
    stopped_reason: str
    trouble: str
    seconds_between: int
    daily_cap: int
    account: str
    pictures: tuple[Attachment, ...]
    reads_replies: bool
    imap_host: str
    read_at: datetime | None
    read_trouble: str
    read_advice: str
    reading_stopped_at: datetime | None
    keeps_copies: bool
    has_imap_password: bool
    is_signed_in: bool
    domain_checked_at: datetime | None

    @property
    def can_send(self) -> bool:
        return self.stopped_at is None


async def senders_of(organisation_id: int) -> tuple[SenderView, ...]:
    """The organisation's active mailboxes, the normal one first."""
    rows = await Sender.objects().where(Sender.organisation == organisation_id, Sender.is_active.eq(True))
    return tuple(sender_view(row) for row in sorted(rows, key=lambda row: (row.kind != "normal", row.id)))


async def lacking_particulars(organisation_id: int) -> tuple[str, ...]:
    """Which of the registered particulars, that a company must show on its letters, Xero does not have."""
    row = await Organisation.objects().get(Organisation.id == organisation_id)
    assert row is not None
    named = {"registered name": row.legal_name, "registration number": row.registration_number,
             "registered office": row.registered_office}  # fmt: skip
    return tuple(name for name, value in named.items() if not value.strip())


async def sender_for(member: SignedIn, sender_id: int) -> Sender:
    """Raise NotFound when it is not a mailbox of the member's organisation."""
    mine = (Sender.id == sender_id) & (Sender.organisation == member.organisation_id) & Sender.is_active.eq(True)
    row = await Sender.objects().get(mine)
    if row is None:
        raise NotFound
    return row


async def sender(sender_id: int) -> Sender | None:
    return await Sender.objects().get(Sender.id == sender_id)


def sender_view(row: Sender) -> SenderView:
    same = {name: getattr(row, name) for name in SenderView.__struct_fields__ if hasattr(row, name) and name != "pictures"}
    return SenderView(
        has_password=bool(row.password_sealed),
        has_imap_password=bool(row.imap_password_sealed),
        is_signed_in=bool(row.tokens_sealed),
        pictures=attachments_of(row.pictures),
        **same,
    )


def access_of(row: Sender) -> Access:
    return Access(
        host=row.host,
        port=row.port,
        tls=tls_mode(row.tls),
        name=row.name,
        address=row.address,
        reply_to=row.reply_to,
        username=row.username,
        password=unseal(row.password_sealed) if row.password_sealed else "",
    )


def imap_access_of(row: Sender) -> Access:
    """Where no user name is given for reading, that of sending is meant, and its password with it."""
    sealed = row.imap_password_sealed if row.imap_username else row.password_sealed
    return Access(
        host=row.imap_host,
        port=row.imap_port,
        tls=tls_mode(row.imap_tls),
        name=row.name,
        address=row.address,
        username=row.imap_username or row.username or row.address,
        password=unseal(sealed) if sealed else "",
    )


def system_access() -> Access | None:
    """The product's own mailbox; None while SMTP_URL is empty."""
    return access_from_url(settings().smtp_url, settings().smtp_from)


def message_id_of(message: Message, domain: str) -> str:
    """The Message-ID: the same for every attempt, unguessable, different in every installation."""
    key = settings().secret_keys[-1].encode()
    made = message.created_at.isoformat() if message.created_at else ""
    digest = hmac.digest(key, f"{message.id} {made}".encode(), "sha256").hex()[:24]
    return f"<{message.id}.{digest}@{domain}>"


class FileIsMissingError(LookupError):
    """An attachment of the message is not stored any more."""


async def letter_of(message: Message, headers: dict[str, str], wanted: tuple[Attachment, ...]) -> Letter:
    """The message with its token put back. Raise FileIsMissingError."""
    token = unseal(message.portal_token_sealed) if message.portal_token_sealed else ""
    contents = await outbox.files([attachment.hash for attachment in wanted])
    if any(attachment.hash not in contents for attachment in wanted):
        raise FileIsMissingError
    return Letter(
        to=addresses_of(message.to_addresses),
        cc=addresses_of(message.cc_addresses),
        subject=unmasked(message.subject, token),
        text=unmasked(message.text, token),
        html=unmasked(message.html, token),
        headers=headers,
        files=[FilePart(each.name, each.media_type, contents[each.hash], each.shown_as) for each in wanted],
    )


async def eml(message: Message) -> bytes:
    """The message byte for byte as it was, or would be, given to the mail server."""
    return mime(await letter_of(message, headers_of(message.headers), attachments_of(message.attachments)))


class ShownMessage(Struct, frozen=True, kw_only=True):
    """A message as its page shows it, with the portal's address whole."""

    id: int
    state: State
    meaning: str
    reason: str
    subject: str
    sent_from: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    headers: dict[str, str]
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    customer_id: int | None
    sender_id: int | None
    at: datetime | None
    is_emptied: bool


def shown(message: Message) -> ShownMessage:
    token = unseal(message.portal_token_sealed) if message.portal_token_sealed else ""
    headers = headers_of(message.headers)
    return ShownMessage(
        id=message.id,
        state=State(message.state),
        meaning=MEANING[State(message.state)],
        reason=message.state_reason or message.last_answer,
        subject=message.subject,
        sent_from=headers.get("From", ""),
        to=addresses_of(message.to_addresses),
        cc=addresses_of(message.cc_addresses),
        headers=headers,
        text=unmasked(message.text, token),
        html=unmasked(message.html, token),
        attachments=attachments_of(message.attachments),
        customer_id=message.customer_id,
        sender_id=message.sender_id,
        at=message.sent_at or message.claimed_at or message.not_before_at,
        is_emptied=message.emptied_at is not None,
    )


class MessageLine(Struct, frozen=True):
    """One line of a list of messages."""

    id: int
    state: State
    customer: str
    to: str
    subject: str
    reason: str
    at: datetime | None


async def messages_of(member: SignedIn, states: tuple[State, ...], limit: int = 200) -> tuple[MessageLine, ...]:
    """The organisation's messages in these states, the latest first."""
    rows = (
        await Message.objects()
        .where(Message.organisation_id == member.organisation_id, Message.state.is_in([s.value for s in states]))
        .order_by(Message.id, ascending=False)
        .limit(limit)
    )
    ids = sorted({row.customer_id for row in rows if row.customer_id})
    found = await Customer.select(Customer.id, Customer.name).where(Customer.id.is_in(ids)) if ids else []
    names = {row["id"]: row["name"] for row in found}
    return tuple(_line(row, names.get(row.customer_id, "")) for row in rows)


def _line(row: Message, customer: str) -> MessageLine:
    at = row.sent_at or row.claimed_at or row.not_before_at or row.created_at
    to = ", ".join(addresses_of(row.to_addresses))
    reason = row.state_reason or row.last_answer or MEANING[State(row.state)]
    return MessageLine(row.id, State(row.state), customer, to, row.subject, reason, at)


async def message_for(member: SignedIn, message_id: int) -> Message:
    """Raise NotFound when it is not a message of the member's organisation."""
    mine = (Message.id == message_id) & (Message.organisation_id == member.organisation_id)
    row = await Message.objects().get(mine)
    if row is None:
        raise NotFound
    return row

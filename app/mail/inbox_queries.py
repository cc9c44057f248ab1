"""Reads of what arrived: the list of those that wait for a person, and one mail with what belongs to it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from app.customers.days import local_time
from app.customers.tables import Customer
from app.database import fetch
from app.mail.reading import Nature
from app.mail.tables import Incoming, Sender, SentCopy
from app.organisations.membership import SignedIn
from app.outbox.messages import Attachment, attachments_of
from app.outbox.tables import Message
from app.problems import NotFound


class Tab(StrEnum):
    WAITING = "waiting"
    SNOOZED = "snoozed"
    AUTOMATIC = "automatic"
    DEALT_WITH = "dealt-with"


LABELS = {
    Tab.WAITING: "Waiting",
    Tab.SNOOZED: "Snoozed",
    Tab.AUTOMATIC: "Automatic and returned",
    Tab.DEALT_WITH: "Dealt with",
}
KINDS = {
    Nature.REPLY: "Reply",
    Nature.AUTOMATIC: "Automatic",
    Nature.LEFT: "Has left",
    Nature.BOUNCE: "Not delivered",
    Nature.DELAY: "Delayed",
    Nature.COMPLAINT: "Complaint",
}
_BEGINNING = 160


class InboxLine(Struct, frozen=True, kw_only=True):
    """One line of the inbox; instants by the organisation's clock."""

    id: int
    kind: str
    label: str
    customer: str
    writer: str
    subject: str
    beginning: str
    arrived_at: datetime
    decision: str
    snoozed_until_on: date | None


class ShownMail(Struct, frozen=True, kw_only=True):
    """A mail as its page shows it: words only, never its HTML. Instants by the organisation's clock."""

    id: int
    kind: str
    label: str
    waits: bool
    customer_id: int | None
    writer: str
    address: str
    answer_to: str
    subject: str
    text: str
    quoted: str
    note: str
    files: tuple[Attachment, ...]
    arrived_at: datetime
    mailbox: str
    answers_message: int | None
    answers_subject: str
    decision: str
    decided_by: str
    decided_at: datetime | None
    snoozed_until_on: date | None


async def inbox_of(member: SignedIn, tab: Tab, today: date, limit: int = 200) -> tuple[InboxLine, ...]:
    """Those that wait oldest first, for they are answered in that order; the rest latest first."""
    rows = await Incoming.objects().where(_in_tab(member.organisation_id, tab, today)).order_by(
        Incoming.arrived_at, Incoming.id, ascending=tab is Tab.WAITING
    ).limit(limit)  # fmt: skip
    ids = sorted({row.customer_id for row in rows if row.customer_id})
    found = await Customer.select(Customer.id, Customer.name).where(Customer.id.is_in(ids)) if ids else []
    names = {row["id"]: row["name"] for row in found}
    return tuple(_line(member, row, names.get(row.customer_id, "")) for row in rows)


def _line(member: SignedIn, row: Incoming, customer: str = "") -> InboxLine:
    return InboxLine(
        id=row.id,
        kind=row.kind,
        label=KINDS[Nature(row.kind)],
        customer=customer,
        writer=row.from_name or row.from_address,
        subject=row.subject or "(no subject)",
        beginning=(" ".join(row.text.split()) if row.kind in ("reply", "automatic", "left") else row.note)[:_BEGINNING],
        arrived_at=local_time(row.arrived_at, member),
        decision=row.decision,
        snoozed_until_on=row.snoozed_until_on,
    )


def _in_tab(organisation_id: int, tab: Tab, today: date) -> Any:
    here = Incoming.organisation_id == organisation_id
    is_reply = Incoming.kind == Nature.REPLY.value
    waits = Incoming.decided_at.is_null()
    later = Incoming.snoozed_until_on > today
    match tab:
        case Tab.WAITING:
            return here & is_reply & waits & (Incoming.snoozed_until_on.is_null() | (Incoming.snoozed_until_on <= today))
        case Tab.SNOOZED:
            return here & is_reply & waits & later
        case Tab.AUTOMATIC:
            return here & (Incoming.kind != Nature.REPLY.value)
        case Tab.DEALT_WITH:
            return here & is_reply & Incoming.decided_at.is_not_null()


async def waiting_count(organisation_id: int, today: date) -> int:
    return int(await Incoming.count().where(_in_tab(organisation_id, Tab.WAITING, today)))


async def next_waiting(organisation_id: int, today: date) -> int | None:
    """The reply that has waited longest."""
    row = await Incoming.select(Incoming.id).where(_in_tab(organisation_id, Tab.WAITING, today)).order_by(
        Incoming.arrived_at, Incoming.id
    ).first()  # fmt: skip
    return row["id"] if row else None


class Place(Struct, frozen=True):
    """Where a reply stands among those that wait; 0 for no neighbour."""

    number: int
    waiting: int
    before: int
    after: int


async def place_of(organisation_id: int, incoming_id: int, today: date) -> Place | None:
    """None when it does not wait."""
    ids = await Incoming.select(Incoming.id).where(_in_tab(organisation_id, Tab.WAITING, today)).order_by(
        Incoming.arrived_at, Incoming.id
    ).output(as_list=True)  # fmt: skip
    if incoming_id not in ids:
        return None
    at = ids.index(incoming_id)
    return Place(at + 1, len(ids), ids[at - 1] if at else 0, ids[at + 1] if at + 1 < len(ids) else 0)


async def decided_just_now(member: SignedIn, incoming_id: int) -> InboxLine | None:
    """None where nothing is decided about it (any more), or it is another organisation's."""
    mine = (Incoming.id == incoming_id) & (Incoming.organisation_id == member.organisation_id)
    decided = Incoming.decided_at.is_not_null() | Incoming.snoozed_until_on.is_not_null()
    row = await Incoming.objects().get(mine & decided)
    return _line(member, row) if row is not None else None


async def incoming_for(member: SignedIn, incoming_id: int) -> Incoming:
    """Raise NotFound when it is not a mail of the member's organisation."""
    mine = (Incoming.id == incoming_id) & (Incoming.organisation_id == member.organisation_id)
    row = await Incoming.objects().get(mine)
    if row is None:
        raise NotFound
    return row


async def shown_mail(member: SignedIn, row: Incoming) -> ShownMail:
    mailbox = await Sender.select(Sender.address).where(Sender.id == row.sender).first()
    about = (
        await Message.select(Message.subject).where(Message.id == row.answers_message).first() if row.answers_message else None
    )
    same = {name: getattr(row, name) for name in _SAME}
    return ShownMail(
        label=KINDS[Nature(row.kind)],
        waits=row.kind == Nature.REPLY.value and row.decided_at is None,
        writer=row.from_name or row.from_address,
        address=row.from_address,
        answer_to=row.reply_to or row.from_address,
        files=attachments_of(row.attachments),
        arrived_at=local_time(row.arrived_at, member),
        decided_at=local_time(row.decided_at, member) if row.decided_at else None,
        mailbox=mailbox["address"] if mailbox else "",
        answers_subject=about["subject"] if about else "",
        **same,
    )


_SAME = (
    "id", "kind", "customer_id", "subject", "text", "quoted", "note", "answers_message", "decision", "decided_by",
    "snoozed_until_on",
)  # fmt: skip


async def also_waiting(row: Incoming) -> list[Incoming]:
    """The other replies of the same customer that wait, the newest first: one decision settles them together."""
    same = (Incoming.customer_id == row.customer_id) & (Incoming.id != row.id) & (Incoming.kind == Nature.REPLY.value)
    return await Incoming.objects().where(same, Incoming.decided_at.is_null()).order_by(Incoming.id, ascending=False).limit(20)


async def arrived_about(member: SignedIn, message_id: int) -> tuple[InboxLine, ...]:
    """What came back for one of our messages, in its order."""
    rows = await Incoming.objects().where(Incoming.answers_message == message_id).order_by(Incoming.id)
    return tuple(_line(member, row) for row in rows)


async def copy_of(message_id: int) -> SentCopy | None:
    """What became of the copy in the mailbox's Sent folder; None where none is wanted."""
    return await SentCopy.objects().get(SentCopy.message_id == message_id)


async def unread_boxes(organisation_id: int) -> list[dict[str, Any]]:
    """The mailboxes whose replies are read, with when and what was in the way."""
    sql = (
        "SELECT id, address, read_at, read_trouble FROM sender WHERE organisation = {}"
        " AND is_active = TRUE AND reads_replies = TRUE ORDER BY id"
    )
    return await fetch(sql, organisation_id)

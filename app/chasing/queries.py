"""What the pages of customers and invoices tell of chasing: what lies ahead, what is planned, what went."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from app.chasing.tables import Outlook
from app.chasing.tones import Tone, label_of, sentence_case, tone_of
from app.database import fetch
from app.money import amount
from app.outbox.messages import addresses_of
from app.outbox.states import State
from components.format import as_day

NOT_PLANNED_YET = "Not planned yet: this is decided with the next run."


class Ahead(Struct, frozen=True, kw_only=True):
    """Why or why not one invoice is chased; `behind` are further reasons, `label` the leading one in a few words."""

    sentence: str
    label: str
    tone: Tone
    behind: tuple[str, ...] = ()
    until_on: date | None = None
    next_step: str = ""
    next_on: date | None = None


class OpenInvoice(Struct, frozen=True, kw_only=True):
    """An open invoice of a customer with what lies ahead of it."""

    id: int
    number: str
    reference: str
    currency: str
    due_on: date | None
    total: Decimal
    outstanding: Decimal
    outstanding_base: int
    expected_on: date | None
    ahead: Ahead


class Mailed(Struct, frozen=True, kw_only=True):
    """An email to a customer that went, is going, or of which nobody knows."""

    id: int
    kind: str
    state: State
    subject: str
    to: tuple[str, ...]
    at: datetime | None


_OPEN = """
SELECT i.id, i.number, i.reference, i.currency, i.due_on, i.total, i.outstanding, i.outstanding_base, e.expected_on,
       o.hold, o.sentence, o.behind, o.until_on, o.next_step, o.next_on
FROM invoice i LEFT JOIN outlook o ON o.invoice = i.id LEFT JOIN expected_date e ON e.invoice = i.id
WHERE i.customer = {} AND i.is_open = TRUE ORDER BY i.due_on NULLS LAST, i.number LIMIT {}
"""


async def open_invoices_of(customer_id: int, limit: int = 500) -> tuple[OpenInvoice, ...]:
    """Oldest due first."""
    return tuple(_open_invoice(row) for row in await fetch(_OPEN, customer_id, limit))


def _open_invoice(row: dict[str, Any]) -> OpenInvoice:
    return OpenInvoice(
        id=row["id"],
        number=row["number"],
        reference=row["reference"],
        currency=row["currency"],
        due_on=as_day(row["due_on"]),
        total=amount(row["total"]),
        outstanding=amount(row["outstanding"]),
        outstanding_base=row["outstanding_base"],
        expected_on=as_day(row["expected_on"]),
        ahead=ahead_of(row) if row["sentence"] else unplanned(),
    )


def reasons_of(invoices: Iterable[OpenInvoice]) -> tuple[str, ...]:
    """Why these are not chased, each reason once: that of the largest sum first, what stands behind others last."""
    largest = sorted(invoices, key=lambda each: -each.outstanding_base)
    leading = [each.ahead.sentence for each in largest]
    return tuple(dict.fromkeys([*leading, *(sentence for each in largest for sentence in each.ahead.behind)]))


def unplanned() -> Ahead:
    return Ahead(sentence=NOT_PLANNED_YET, label="Not planned yet", tone="held")


def ahead_of(row: dict[str, Any]) -> Ahead:
    return Ahead(
        sentence=sentence_case(row["sentence"]),
        label=label_of(row["hold"]),
        tone=tone_of(row["hold"]),
        behind=tuple(sentence_case(each) for each in msgspec.json.decode(row["behind"])),
        until_on=as_day(row["until_on"]),
        next_step=row["next_step"],
        next_on=as_day(row["next_on"]),
    )


async def outlook_of(invoice_id: int) -> Ahead:
    row = await Outlook.select().where(Outlook.invoice == invoice_id).first()
    return ahead_of(row) if row else unplanned()


async def awaiting_approval(invoice_id: int) -> int:
    """The reminder about this invoice that waits for a manager; 0 where none does."""
    rows = await fetch(
        "SELECT r.id FROM reminder r JOIN message m ON m.id = r.message JOIN reminder_invoice ri ON ri.reminder = r.id"
        " WHERE ri.invoice = {} AND ri.occurrence > 0 AND m.state = 'planned' AND m.needs_approval = TRUE"
        " ORDER BY r.id DESC LIMIT 1",
        invoice_id,
    )
    return rows[0]["id"] if rows else 0


_MAILED = """
SELECT m.id, m.kind, m.state, m.subject, m.to_addresses, m.sent_at, m.claimed_at, m.created_at FROM message m
WHERE m.state IN ('sending', 'sent', 'unknown', 'failed') AND m.organisation_id = {}
"""


async def mail_of_invoice(organisation_id: int, invoice_id: int) -> tuple[Mailed, ...]:
    """Every email that named the invoice, the newest first."""
    named = (
        " AND m.id IN (SELECT r.message FROM reminder r JOIN reminder_invoice ri ON ri.reminder = r.id"
        " WHERE ri.invoice = {}) ORDER BY m.id DESC"
    )
    return tuple(_mailed(row) for row in await fetch(_MAILED + named, organisation_id, invoice_id))


async def mail_by_id(organisation_id: int, message_ids: Collection[int]) -> dict[int, Mailed]:
    if not message_ids:
        return {}
    chosen = ", ".join(str(int(number)) for number in set(message_ids))
    return {row["id"]: _mailed(row) for row in await fetch(f"{_MAILED} AND m.id IN ({chosen})", organisation_id)}


def _mailed(row: dict[str, Any]) -> Mailed:
    return Mailed(
        id=row["id"],
        kind=row["kind"],
        state=State(row["state"]),
        subject=row["subject"] or "(no subject)",
        to=addresses_of(row["to_addresses"]),
        at=row["sent_at"] or row["claimed_at"] or row["created_at"],
    )


class Promised(Struct, frozen=True):
    """Living promises within some days: their sum in base currency and their number."""

    amount: Decimal
    count: int


async def promised_between(organisation_id: int, first: date, last: date) -> Promised:
    rows = await fetch(
        "SELECT SUM(i.outstanding_base) AS promised, COUNT(*) AS number FROM promise p JOIN invoice i ON i.id = p.invoice"
        " WHERE p.organisation = {} AND p.state = 'active' AND p.promised_on >= {} AND p.promised_on <= {}",
        organisation_id, first, last,
    )  # fmt: skip
    return Promised(amount(rows[0]["promised"]), rows[0]["number"])

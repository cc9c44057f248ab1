"""Reminders that wait for a person, and what is planned or under way for the present chase day."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from app.chasing.marks import Facts, Waiting, exceptional, in_order, marks_of, seen_as
from app.chasing.tables import Reminder
from app.database import fetch
from app.money import amount
from app.organisations.membership import SignedIn
from app.outbox.messages import addresses_of
from app.outbox.states import State
from app.problems import NotFound
from components.format import as_day

WHYS = {
    "review": "It waits because review mode asks about every email.",
    "step": "It waits because its step asks for a manager's approval.",
    "amount": "It waits because it carries more than your approval limit.",
    "skipped": "It waits because it was skipped before.",
    "changed": "It waits because its facts changed after it was written.",
}


class Line(Struct, frozen=True):
    """An invoice in a reminder; `step_number` 0: only listed as also overdue, or thanked for."""

    invoice_id: int
    number: str
    due_on: date | None
    amount: Decimal
    currency: str
    is_carried: bool


class PlannedReminder(Struct, frozen=True, kw_only=True):
    """A reminder or thank-you that has not left yet, or is leaving; `weight` is its sum in base currency.

    seen_as names this version of its facts and words: an approval is given for it.
    """

    id: int
    message_id: int
    kind: str
    state: State
    customer_id: int
    customer: str
    template: str
    step_number: int
    reason: str
    seen_as: str
    edited_by: str
    has_kept_words: bool
    needs_approval: bool
    why: str
    was_approved: bool
    died_because: str
    planned_on: date | None
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    weight: Decimal
    lines: tuple[Line, ...]

    @property
    def carried(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_carried) or self.lines

    @property
    def also(self) -> tuple[Line, ...]:
        """Listed as also overdue."""
        return tuple(line for line in self.lines if not line.is_carried) if self.kind == "reminder" else ()


_PLANNED = """
SELECT r.id, r.message, r.kind, m.state, r.customer, c.name, r.template_name, r.step_number, r.reason, r.fingerprint,
       r.wording_id, r.kept_wording_id, w.made_by, m.needs_approval, r.approval_why, r.was_approved, r.died_because,
       m.planned_on, r.sender_kind, s.name AS sender_name, s.address AS sender_address, m.to_addresses, m.cc_addresses,
       m.weight
FROM reminder r JOIN message m ON m.id = r.message JOIN customer c ON c.id = r.customer
LEFT JOIN sender s ON s.id = m.sender_id LEFT JOIN wording w ON w.id = r.wording_id
WHERE r.organisation = {}
"""
_WAITS = "m.state = 'planned' AND m.needs_approval = TRUE"


_DONE = "('sending', 'sent', 'unknown')"
_QUEUE = f"""
SELECT r.id, r.kind, r.was_approved, r.died_because, r.wording_id, r.sender_kind, r.approval_why, m.weight, m.to_addresses,
       o.approve_above, r.step_offset, last.offset_days AS last_offset, before.to_addresses AS last_to,
       before.id IS NOT NULL AS was_reminded,
       EXISTS (SELECT 1 FROM credit c WHERE c.customer = r.customer AND c.remaining > 0) AS has_credit,
       EXISTS (SELECT 1 FROM dispute d WHERE d.customer = r.customer AND d.resolved_at IS NULL) AS has_dispute,
       EXISTS (SELECT 1 FROM message p WHERE p.customer_id = r.customer AND p.state = 'failed'
               AND (before.id IS NULL OR p.id > before.id))
       OR EXISTS (SELECT 1 FROM template_failure f WHERE f.customer = r.customer AND f.template_id = r.template_id)
       AS has_failed
FROM reminder r JOIN message m ON m.id = r.message JOIN organisation o ON o.id = r.organisation
LEFT JOIN (SELECT schedule, MAX(offset_days) AS offset_days, COUNT(*) AS steps FROM schedule_step GROUP BY schedule) last
       ON last.schedule = r.schedule_id AND last.steps > 1
LEFT JOIN message before ON before.id = (SELECT MAX(p.id) FROM message p WHERE p.customer_id = r.customer
               AND p.kind IN ('reminder', 'chase_now') AND p.state IN {_DONE})
WHERE r.organisation = {{}} AND {_WAITS}
"""  # noqa: S608  all of it is ours


async def queue_of(member: SignedIn) -> tuple[Waiting, ...]:
    """What nothing but a person can let go: what stands out first, then the largest sums."""
    return in_order(exceptional([_waiting(row) for row in await fetch(_QUEUE, member.organisation_id)]))


def _waiting(row: dict[str, Any]) -> Waiting:
    facts = Facts(
        kind=row["kind"],
        weight=amount(row["weight"]),
        was_approved=bool(row["was_approved"]),
        has_changed=bool(row["died_because"]),
        is_edited=row["wording_id"] is not None,
        is_escalated=row["sender_kind"] == "escalated",
        was_reminded=bool(row["was_reminded"]),
        approve_above=amount(row["approve_above"]) if row["approve_above"] is not None else None,
        is_last=row["last_offset"] is not None and row["step_offset"] >= row["last_offset"],
        has_credit=bool(row["has_credit"]),
        has_dispute=bool(row["has_dispute"]),
        has_failed=bool(row["has_failed"]),
        goes_elsewhere=bool(row["was_reminded"]) and not _known(row["to_addresses"], row["last_to"]),
    )
    return Waiting(row["id"], facts.weight, marks_of(facts))


def _known(to: str, before: str) -> bool:
    """Whether it goes to nobody but whom the last one went to."""
    return {each.lower() for each in addresses_of(to)} <= {each.lower() for each in addresses_of(before)}


async def planned_reminders(member: SignedIn, reminder_ids: Collection[int]) -> tuple[PlannedReminder, ...]:
    """These reminders, in this order, as far as they are still there."""
    ids = ", ".join(str(int(number)) for number in reminder_ids) or "0"
    found = {each.id: each for each in await _planned(member, f" AND r.id IN ({ids})")}
    return tuple(found[number] for number in reminder_ids if number in found)


async def reminder_for(member: SignedIn, reminder_id: int) -> Reminder:
    mine = (Reminder.id == reminder_id) & (Reminder.organisation == member.organisation_id)
    row = await Reminder.objects().where(mine).first()
    if row is None:
        raise NotFound
    return row


async def _planned(member: SignedIn, condition: str) -> tuple[PlannedReminder, ...]:
    rows = await fetch(_PLANNED + condition, member.organisation_id)
    lines = await _lines([row["id"] for row in rows])
    return tuple(_reminder(row, tuple(lines[row["id"]])) for row in rows)


async def _lines(reminder_ids: Collection[int]) -> dict[int, list[Line]]:
    lines: dict[int, list[Line]] = defaultdict(list)
    chosen = sorted(reminder_ids)
    for start in range(0, len(chosen), 1000):
        ids = ", ".join(str(int(number)) for number in chosen[start : start + 1000])
        rows = await fetch(
            "SELECT ri.reminder, ri.invoice, i.number, i.due_on, ri.amount, ri.currency, ri.is_carried"  # noqa: S608
            f" FROM reminder_invoice ri JOIN invoice i ON i.id = ri.invoice WHERE ri.reminder IN ({ids})"
            " ORDER BY ri.is_carried DESC, i.due_on, i.number"
        )
        for row in rows:
            lines[row["reminder"]].append(_line(row))
    return lines


def _line(row: dict[str, Any]) -> Line:
    due_on, sum_ = as_day(row["due_on"]), amount(row["amount"])
    return Line(row["invoice"], row["number"], due_on, sum_, row["currency"], bool(row["is_carried"]))


def _reminder(row: dict[str, Any], lines: tuple[Line, ...]) -> PlannedReminder:
    return PlannedReminder(
        id=row["id"],
        message_id=row["message"],
        kind=row["kind"],
        state=State(row["state"]),
        customer_id=row["customer"],
        customer=row["name"],
        template=row["template_name"],
        step_number=row["step_number"],
        reason=row["reason"],
        seen_as=seen_as(row["fingerprint"], row["wording_id"]),
        edited_by=row["made_by"] or "",
        has_kept_words=row["kept_wording_id"] is not None,
        needs_approval=bool(row["needs_approval"]),
        why=WHYS.get(row["approval_why"], ""),
        was_approved=bool(row["was_approved"]),
        died_because=row["died_because"],
        planned_on=as_day(row["planned_on"]),
        sender=f"{row['sender_name']} <{row['sender_address']}>" if row["sender_address"] else "",
        to=addresses_of(row["to_addresses"]),
        cc=addresses_of(row["cc_addresses"]),
        weight=amount(row["weight"]),
        lines=lines,
    )

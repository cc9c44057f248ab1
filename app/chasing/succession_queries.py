"""What a reminder written anew takes over from the one in whose place it stands: since when it waits, what changed, and the
words that a person had written for it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from app.chasing.changes import PlannedEmail, WantedEmail, what_changed
from app.chasing.reminder import Address, DueReminder
from app.chasing.sentences import say_amount
from app.database import fetch
from app.money import amount
from app.outbox.messages import addresses_of

Version = dict[str, str]
"""Each invoice's number, and in words what an email says of it."""


class Inherited(NamedTuple):
    """`changed` is a sentence; empty for what stands in nobody's place. `loses_words`: a person had written them."""

    planned_on: date | None = None
    was_approved: bool = False
    changed: str = ""
    kept_wording_id: int | None = None
    loses_words: bool = False


NOTHING = Inherited()


class _Before(NamedTuple):
    row: dict[str, Any]
    said: Version


async def inherited(added: Iterable[tuple[WantedEmail, PlannedEmail | None]]) -> dict[int, Inherited]:
    """By the id of the reminder that dies, for each in whose place one stands."""
    pairs = [(wanted, before) for wanted, before in added if before is not None]
    before = await _before([planned.reminder_id for _, planned in pairs])
    return {
        planned.reminder_id: _inherited(wanted, planned, before[planned.reminder_id])
        for wanted, planned in pairs
        if planned.reminder_id in before
    }


def _inherited(wanted: WantedEmail, planned: PlannedEmail, before: _Before) -> Inherited:
    row = before.row
    other = "" if row["wording_id"] else _what_else(wanted, row)
    return Inherited(
        planned_on=planned.planned_on,
        was_approved=planned.approved,
        changed=what_changed(before.said, _said(wanted), was="approved" if planned.approved else "shown", other=other),
        kept_wording_id=row["wording_id"] or row["kept_wording_id"],
        loses_words=row["wording_id"] is not None,
    )


def _said(wanted: WantedEmail) -> Version:
    email = wanted.email
    if not isinstance(email, DueReminder):
        return {paid.number: say_amount(paid.amount, paid.currency) for paid in email.invoices}
    carried = {i.number: f"step {i.step_number}, {say_amount(i.amount, i.currency)}" for i in email.carried}
    return {**carried, **{i.number: f"also listed, {say_amount(i.amount, i.currency)}" for i in email.also_overdue}}


def _what_else(wanted: WantedEmail, row: dict[str, Any]) -> str:
    """What changed besides the invoices, where it can be told."""
    email, found = wanted.email, list[str]()
    if isinstance(email, DueReminder):
        if email.template_id != row["template_id"]:
            found.append(f"“{email.template}” took the place of “{row['template_name']}”")
        if email.sender != row["sender_kind"]:
            found.append(f"it comes from the {email.sender} sender")
    if _addressed(email.recipients) != (set(addresses_of(row["to_addresses"])), set(addresses_of(row["cc_addresses"]))):
        found.append("its recipients changed")
    return "; ".join(found)


def _addressed(recipients: Iterable[Address]) -> tuple[set[str], set[str]]:
    every = list(recipients)
    return {email for email, kind in every if kind == "to"}, {email for email, kind in every if kind == "cc"}


async def _before(reminder_ids: Collection[int]) -> dict[int, _Before]:
    found: dict[int, _Before] = {}
    chosen = sorted(set(reminder_ids))
    for start in range(0, len(chosen), 1000):
        ids = ", ".join(str(int(number)) for number in chosen[start : start + 1000])
        rows = await fetch(
            "SELECT r.id, r.template_id, r.template_name, r.sender_kind, r.wording_id, r.kept_wording_id,"  # noqa: S608  ids
            f" m.to_addresses, m.cc_addresses FROM reminder r JOIN message m ON m.id = r.message WHERE r.id IN ({ids})"
        )
        said = await _lines(ids)
        found.update({row["id"]: _Before(row, said[row["id"]]) for row in rows})
    return found


async def _lines(ids: str) -> dict[int, Version]:
    said: dict[int, Version] = defaultdict(dict)
    for row in await fetch(
        "SELECT ri.reminder, ri.is_carried, ri.occurrence, ri.step_number, ri.amount, ri.currency, i.number"  # noqa: S608
        f" FROM reminder_invoice ri JOIN invoice i ON i.id = ri.invoice WHERE ri.reminder IN ({ids})"
        " ORDER BY ri.is_carried DESC, i.due_on, i.number"
    ):
        sum_ = say_amount(amount(row["amount"]), row["currency"])
        place = f"step {row['step_number']}, " if row["is_carried"] else "" if row["occurrence"] else "also listed, "
        said[row["reminder"]][row["number"]] = place + sum_
    return said

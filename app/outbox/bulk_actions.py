"""Many messages at once: a run drafts and cancels thousands in one transaction."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec

from app.database import execute_many, insert_returning, transaction
from app.outbox.states import State
from app.outbox.tables import Message


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A message without its words yet: those are written right before it leaves.

    unique_key   what must not exist twice among the living and the sent
    sender_id    the mailbox
    window       from when until when it may leave
    weight       overdue in base currency, ten-thousandths
    """

    unique_key: str
    organisation_id: int
    customer_id: int
    kind: str
    to: Sequence[str]
    cc: Sequence[str]
    planned_on: date
    sender_id: int | None
    window: tuple[datetime, datetime]
    needs_approval: bool
    weight: int


COLUMNS = (
    "unique_key", "organisation_id", "customer_id", "kind", "state", "to_addresses", "cc_addresses",
    "planned_on", "sender_id", "not_before_at", "not_after_at", "needs_approval", "weight", "created_at",
)  # fmt: skip


async def draft_many(drafts: Sequence[Draft], now: datetime) -> dict[str, int]:
    """Message ids by unique key; a key that already lives or was sent is left out."""
    rows = [
        (
            draft.unique_key, draft.organisation_id, draft.customer_id, draft.kind, "planned",
            _json(draft.to), _json(draft.cc), draft.planned_on, draft.sender_id, *draft.window,
            draft.needs_approval, draft.weight, now,
        )
        for draft in drafts
    ]  # fmt: skip
    return await insert_returning("message", COLUMNS, rows, "unique_key")


async def cancel_many(messages: Collection[tuple[int, str]], now: datetime) -> None:
    """Cancel those that have not begun to leave; each comes with its reason."""
    async with transaction():
        await execute_many(
            "UPDATE message SET state = 'cancelled', state_reason = {} WHERE id = {} AND state IN ('planned', 'approved')",
            [(reason, message_id) for message_id, reason in messages],
        )


class Renewal(NamedTuple):
    """What may become of a message that lives on: when and from where it leaves, and whether it needs a person."""

    message_id: int
    sender_id: int | None
    planned_on: date
    window: tuple[datetime, datetime]
    needs_approval: bool


async def renew_many(renewals: Collection[Renewal]) -> None:
    """A message that has begun to leave is not touched."""
    async with transaction():
        await execute_many(
            "UPDATE message SET sender_id = {}, planned_on = {}, not_before_at = {}, not_after_at = {}, needs_approval = {}"
            " WHERE id = {} AND state IN ('planned', 'approved')",
            [(each.sender_id, each.planned_on, *each.window, each.needs_approval, each.message_id) for each in renewals],
        )


def _json(addresses: Sequence[str]) -> str:
    return msgspec.json.encode(list(addresses)).decode()


async def take_back_approvals(organisation_id: int, kinds: Collection[str], approved_at: datetime) -> tuple[int, ...]:
    """Those approved at that moment that have not begun to leave wait for a person again; the ids of them."""
    values: dict[Any, Any] = {Message.state: State.PLANNED.value, Message.approved_at: None, Message.approved_by: ""}
    mine = (Message.organisation_id == organisation_id) & Message.kind.is_in(list(kinds))
    taken = (Message.state == State.APPROVED.value) & Message.needs_approval.eq(True) & (Message.approved_at == approved_at)
    rows = await Message.update(values).where(mine, taken).returning(Message.id)
    return tuple(row["id"] for row in rows)


async def open_until(message_ids: Collection[int], until: datetime) -> None:
    """They may leave until then."""
    if message_ids:
        await Message.update({Message.not_after_at: until}).where(Message.id.is_in(list(message_ids)))


async def ask_again(message_id: int) -> bool:
    """Whether it had not begun to leave, and needs a person from now on."""
    waiting = Message.state.is_in([State.PLANNED.value, State.APPROVED.value])
    asked = Message.update({Message.needs_approval: True}).where(Message.id == message_id, waiting)
    return bool(await asked.returning(Message.id))

"""Releasing statements that wait for a person."""

from datetime import datetime
from typing import Any

from app.activity.actions import record
from app.customers.actions import reconsider
from app.database import transaction
from app.organisations.membership import SignedIn
from app.outbox.actions import approve as approve_messages
from app.outbox.states import State
from app.outbox.tables import Message
from app.statements.queries import statement_for


async def approve_waiting(member: SignedIn, up_to: int, now: datetime) -> int:
    """Release every statement that waits, up to this message: what was written since then has not been seen. How many."""
    return await _release(member, await _waiting(member, Message.id <= up_to), now)


async def approve_one(member: SignedIn, statement_id: int, now: datetime) -> bool:
    """Whether it still waited. Raise NotFound for another organisation's."""
    row = await statement_for(member, statement_id)
    return bool(await _release(member, await _waiting(member, Message.id == row.message_id), now))


async def _waiting(member: SignedIn, which: Any) -> list[dict[str, Any]]:
    mine = (Message.organisation_id == member.organisation_id) & (Message.kind == "statement")
    waits = (Message.state == State.PLANNED.value) & Message.needs_approval.eq(True)
    return await Message.select(Message.id, Message.customer_id).where(mine, waits, which)


async def _release(member: SignedIn, rows: list[dict[str, Any]], now: datetime) -> int:
    customers = {row["id"]: row["customer_id"] for row in rows}
    async with transaction():
        released = await approve_messages(list(customers), member.name, now)
        for message_id in released:
            await record(
                organisation_id=member.organisation_id, kind="email_decided", sentence=f"{member.name} approved the statement",
                by=member.name, now=now, customer_id=customers[message_id], message_id=message_id,
            )  # fmt: skip
        await reconsider([customers[each] for each in released], now)
    return len(released)

"""Every change of a message's state. Each is a compare-and-swap: who comes second changes nothing."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from app.database import in_one_go, is_duplicate, transaction
from app.one_go import Statement
from app.outbox import queries
from app.outbox.holders import is_gone
from app.outbox.messages import Attachment, NewMessage, as_json, masked
from app.outbox.states import CLAIM_OUTLIVES, FREED, WAITING, State, backoff
from app.outbox.tables import Message
from app.problems import OutOfDate
from app.sealing import seal

on_freed: list[Callable[[int], Awaitable[None]]] = []
"""Told the id of each message that failed or was cancelled, in the same transaction: its step is free again."""

_UNCLAIMED: dict[Any, Any] = {Message.claimed_by: "", Message.claimed_at: None}


async def draft(new: NewMessage, now: datetime) -> int | None:
    """Keep a message to be sent, planned; None when its unique key is already planned, sent or under way."""
    message = Message(**await _columns(new), state=State.PLANNED.value, created_at=now)
    rows = await Message.insert(message).on_conflict(action="DO NOTHING").returning(Message.id)
    return int(rows[0]["id"]) if rows else None


async def rewrite(message_id: int, new: NewMessage) -> bool:
    """Put other words into a message that still waits. An approval dies with the words it was given for.

    Its unique key and its attempts stay, except that another key is taken over. Whether there was such a message.
    """
    columns = {getattr(Message, name): value for name, value in (await _columns(new)).items()}
    approval = {Message.state: State.PLANNED.value, Message.approved_at: None, Message.approved_by: ""}
    return await _move(message_id, WAITING, {**columns, **approval})


async def _columns(new: NewMessage) -> dict[str, Any]:
    headers = await queries.thread_headers(new.continues, new.sender_id) if new.continues else new.thread
    return {
        "organisation_id": new.organisation_id,
        "customer_id": new.customer_id,
        "kind": new.kind.value,
        "unique_key": new.unique_key,
        "sender_id": new.sender_id,
        "to_addresses": as_json(new.to),
        "cc_addresses": as_json(new.cc),
        "subject": masked(new.subject, new.portal_token),
        "text": masked(new.text, new.portal_token),
        "html": masked(new.html, new.portal_token),
        "attachments": as_json(new.attachments),
        "headers": as_json(headers),
        "portal_token_sealed": seal(new.portal_token) if new.portal_token else "",
        "planned_on": new.planned_on,
        "not_before_at": new.not_before_at,
        "not_after_at": new.not_after_at,
        "needs_approval": new.needs_approval,
        "weight": new.weight,
    }


async def approve(message_ids: Collection[int], by: str, now: datetime) -> tuple[int, ...]:
    """Release those that are planned; the ids of them."""
    if not message_ids:
        return ()
    rows = (
        await Message.update({Message.state: State.APPROVED.value, Message.approved_at: now, Message.approved_by: by[:120]})
        .where(Message.id.is_in(list(message_ids)), Message.state == State.PLANNED.value)
        .returning(Message.id)
    )
    return tuple(row["id"] for row in rows)


async def withdraw_approval(message_id: int) -> bool:
    """An approval dies: what it was given for has changed."""
    values = {Message.state: State.PLANNED.value, Message.approved_at: None, Message.approved_by: ""}
    return await _move(message_id, {State.APPROVED}, values)


async def cancel(message_id: int, reason: str, now: datetime) -> bool:
    """Whether it still waited and is cancelled now. `reason` is a sentence."""
    return await _free(message_id, WAITING, State.CANCELLED, reason)


async def claim(
    message_id: int, worker: str, now: datetime, *, headers: dict[str, str] | None = None, mime_message_id: str = "",
    attachments: Sequence[Attachment] | None = None, reservation: Statement | None = None,
) -> Message | None:  # fmt: skip
    """Take a message for sending, so that nobody else can. None when it is not to be sent, or is somebody's.

    Only what was approved, or needs no approval, within its window and not before its next attempt. The commit
    survives a power cut: a claim that is forgotten could be sent twice. `reservation`: what must come true with it.
    """
    files = None if attachments is None else as_json(tuple(attachments))
    changes = (worker, now, None if headers is None else as_json(headers), mime_message_id or None, files)
    claim = Statement(_CLAIM, (*changes, message_id, now, now, now), decides=True)
    done = await in_one_go([reservation, claim] if reservation else [claim], durable=True, apart=True)
    return queries.message_from(done[-1][0]) if done else None


_CLAIM = f"""
UPDATE message SET state = 'sending', claimed_by = {{}}, claimed_at = {{}}, headers = COALESCE({{}}, headers),
  mime_message_id = COALESCE({{}}, mime_message_id), attachments = COALESCE({{}}, attachments)
WHERE id = {{}} AND {queries.MAY_LEAVE} RETURNING *
"""  # noqa: S608


async def settle_sent(message: Message, answer: str, now: datetime) -> bool:
    """Sent; also where a sweep took the claim for abandoned meanwhile, for the mail server's answer is proof."""
    return await in_one_go([sent(message, answer, now)]) is not None


def sent(message: Message, answer: str, now: datetime) -> Statement:
    """What `settle_sent` does, to be done in one go with what else follows from it."""
    return Statement(_SENT, (now, answer, message.id, message.claimed_by), decides=True)


_SENT = """
UPDATE message SET state = 'sent', sent_at = {}, last_answer = {}, state_reason = ''
WHERE id = {} AND state IN ('sending', 'unknown') AND claimed_by = {} RETURNING id
"""


async def settle_failed(message: Message, reason: str, answer: str) -> bool:
    mine = Message.claimed_by == message.claimed_by
    return await _free(message.id, {State.SENDING}, State.FAILED, reason, {Message.last_answer: answer}, mine)


async def settle_cancelled(message: Message, reason: str) -> bool:
    """What was claimed turned out to be about nothing any more."""
    mine = Message.claimed_by == message.claimed_by
    return await _free(message.id, {State.SENDING}, State.CANCELLED, reason, _UNCLAIMED, mine)


async def settle_unknown(message: Message, answer: str) -> bool:
    """Parked for a person: it may have gone. Nothing resends it."""
    values = {Message.state: State.UNKNOWN.value, Message.state_reason: answer, Message.last_answer: answer}
    return await _move(message.id, {State.SENDING}, values, Message.claimed_by == message.claimed_by)


async def settle_retry(message: Message, answer: str, now: datetime) -> State:
    """Put off by the mail server: it waits longer each time; cancelled when the next time lies beyond its window."""
    again_at = now + backoff(message.attempts + 1)
    if message.not_after_at is not None and again_at > message.not_after_at:
        reason = f"The mail server put it off until its time was over; it said last: {answer}"
        mine = Message.claimed_by == message.claimed_by
        await _free(message.id, {State.SENDING}, State.CANCELLED, reason, {Message.last_answer: answer}, mine)
        return State.CANCELLED
    values = {
        Message.attempts: message.attempts + 1, Message.next_attempt_at: again_at, Message.last_answer: answer,
        Message.state_reason: "",
    }  # fmt: skip
    return await release(message, values)


async def rest(message_id: int, until: datetime, why: str = "") -> bool:
    """Whether it still waits: then it is not tried again before that instant, and others get their turn. `why` is a
    sentence for whoever looks at it meanwhile."""
    return await _move(message_id, WAITING, {Message.next_attempt_at: until, Message.state_reason: why})


async def release(message: Message, values: dict[Any, Any] | None = None) -> State:
    """Give a claim back before anything was transmitted. Its approval lives on: whether it still holds is decided when
    the message is next looked at."""
    before = State.APPROVED if message.approved_at else State.PLANNED
    moved = {**(values or {}), **_UNCLAIMED, Message.state: before.value}
    await _move(message.id, {State.SENDING}, moved, Message.claimed_by == message.claimed_by)
    return before


async def park_abandoned(now: datetime) -> tuple[int, ...]:
    """Claims whose process is gone, or that are older than any delivery lasts, become unknown; the ids of them."""
    rows = await queries.claims()
    gone = [row for row in rows if is_gone(row.claimed_by) or _is_stale(row, now)]
    reason = "The process that was sending it ended before the mail server's answer was recorded"
    values = {Message.state: State.UNKNOWN.value, Message.state_reason: reason}
    parked = [r.id for r in gone if await _move(r.id, {State.SENDING}, values, Message.claimed_by == r.claimed_by)]
    return tuple(parked)


def _is_stale(row: Message, now: datetime) -> bool:
    return row.claimed_at is None or now - row.claimed_at > CLAIM_OUTLIVES


async def lapse(now: datetime) -> tuple[int, ...]:
    """Cancel what was put off and whose window is over meanwhile; the ids of them."""
    rows = await queries.lapsed(now)
    reason = "The mail server put it off until its time was over"
    return tuple(
        [r.id for r in rows if await _free(r.id, WAITING, State.CANCELLED, f"{reason}; it said last: {r.last_answer}")]
    )


async def send_again(message_id: int, by: str, now: datetime) -> None:
    """A person decides that an unknown or failed message goes (again), now. Its Message-ID stays.

    Raise OutOfDate when it is neither, or when what it is about was planned anew meanwhile.
    """
    message = await queries.message(message_id)
    if message is None or await queries.is_key_taken(message):
        raise OutOfDate
    values = {
        Message.state: State.APPROVED.value, Message.approved_at: now, Message.approved_by: by[:120],
        Message.attempts: 0, Message.next_attempt_at: None, Message.not_before_at: None, Message.not_after_at: None,
        Message.state_reason: "", **_UNCLAIMED,
    }  # fmt: skip
    try:
        moved = await _move(message_id, {State.UNKNOWN, State.FAILED}, values)
    except Exception as error:
        if is_duplicate(error):  # it was planned anew since we looked
            raise OutOfDate from error
        raise
    if not moved:
        raise OutOfDate


async def mark_as_sent(message_id: int, by: str, now: datetime) -> None:
    """A person knows that an unknown message went. Raise OutOfDate when it is not unknown."""
    values = {Message.state: State.SENT.value, Message.sent_at: now, Message.state_reason: f"Marked as sent by {by}"}
    if not await _move(message_id, {State.UNKNOWN}, values):
        raise OutOfDate


async def _move(message_id: int, before: Collection[State], values: dict[Any, Any], further: Any = None) -> bool:
    states: Sequence[str] = [state.value for state in before]
    query = Message.update(values).where(Message.id == message_id, Message.state.is_in(list(states)))
    return bool(await (query.where(further) if further is not None else query).returning(Message.id))


async def _free(
    message_id: int,
    before: Collection[State],
    after: State,
    reason: str,
    values: dict[Any, Any] | None = None,
    further: Any = None,
) -> bool:
    assert after in FREED
    moved = {**(values or {}), Message.state: after.value, Message.state_reason: reason}
    async with transaction():
        if not await _move(message_id, before, moved, further):
            return False
        for tell in on_freed:
            await tell(message_id)
    return True

"""Reading a mailbox's inbox from where it was left, mail by mail: a death in between reads one mail twice, which does
nothing twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

from msgspec import Struct

from app import leases
from app.activity.actions import clear_notice, raise_notice
from app.mail import matching_queries
from app.mail.access_actions import inbox_access
from app.mail.bounces import may_report
from app.mail.imap_gateway import Brief, Inbox, signed_in
from app.mail.incoming_actions import take_in
from app.mail.reading import Arrival, Nature, read
from app.mail.reading_trouble import Unreadable
from app.mail.tables import Sender
from app.sealing import new_token

LOOKS_BACK = timedelta(days=14)
"""How far back a mailbox is looked through that was never read before, or whose UIDs are void."""
AT_ONCE = 50
MOST = 2_000
"""Mails looked at in one go; the next tick goes on."""
LEASE_SECONDS = 540.0
TELLS_AFTER = 3
"""Failures in a row before everybody is told."""
NOTICE = "mailbox_unread"


class Outcome(Struct, frozen=True):
    """`trouble` empty: the inbox was read."""

    looked_at: int = 0
    taken: int = 0
    trouble: str = ""
    is_elsewhere: bool = False
    """Another process is reading it just now."""


async def to_read() -> list[int]:
    """The mailboxes whose inbox is read, but for those that refused us."""
    reads = Sender.is_active.eq(True) & Sender.reads_replies.eq(True) & Sender.reading_stopped_at.is_null()
    return list(await Sender.select(Sender.id).where(reads).order_by(Sender.id).output(as_list=True))


async def read_mailbox(sender_id: int, now: datetime) -> Outcome:
    """Never raises for what the mailbox does: that is told in the outcome and on the page of the sender."""
    row = await Sender.objects().get(Sender.id == sender_id)
    if row is None or not row.reads_replies or not row.is_active:
        return Outcome(is_elsewhere=True)
    name, holder = f"inbox:{sender_id}", new_token("i")
    if not await leases.take(name, holder, now, seconds=LEASE_SECONDS):
        return Outcome(is_elsewhere=True)
    try:
        async with signed_in(await inbox_access(row, now)) as inbox:
            outcome = await _read_on(row, inbox, now)
        await _went_well(row, now)
    except Unreadable as trouble:
        await _went_wrong(row, trouble, now)
        outcome = Outcome(trouble=trouble.reason)
    finally:
        await leases.let_go(name, holder)
    return outcome


async def _read_on(row: Sender, inbox: Inbox, now: datetime) -> Outcome:
    validity = await inbox.open()
    is_first = row.uid_validity != validity
    uids = await inbox.since((now - LOOKS_BACK).date()) if is_first else await inbox.after(row.last_uid)
    answers_only = is_first and row.uid_validity is None
    taken, looked = 0, uids[:MOST]
    for start in range(0, len(looked), AT_ONCE):
        for brief in await inbox.briefs(looked[start : start + AT_ONCE]):
            taken += await _look_at(row, inbox, brief, now, answers_only=answers_only and not _is_new(row, brief))
        await _remember(row, validity, looked[start : start + AT_ONCE])
    if not looked:
        await _remember(row, validity, [0 if is_first else row.last_uid])
    return Outcome(len(looked), taken)


def _is_new(row: Sender, brief: Brief) -> bool:
    """Whether it arrived since the inbox was to be read. Servers tell that in whole seconds."""
    return row.reads_since_at is not None and brief.arrived_at >= row.reads_since_at.replace(microsecond=0)


async def _remember(row: Sender, validity: int, uids: Sequence[int]) -> None:
    values: dict[Any, Any] = {Sender.uid_validity: validity, Sender.last_uid: max(uids)}
    await Sender.update(values).where(Sender.id == row.id)
    row.uid_validity, row.last_uid = validity, max(uids)


async def _look_at(row: Sender, inbox: Inbox, brief: Brief, now: datetime, *, answers_only: bool) -> bool:
    """Whether the mail was kept. Of other people's mail only the headers are seen, and nothing is kept.

    `answers_only`: in the first look back, mail from before reading was switched on that answers nothing of ours holds nobody.
    """
    head = _arrival(brief.head, is_whole=False)
    if head is None:
        return False
    is_report = may_report(message_from_bytes(brief.head))
    match = None if is_report else await matching_queries.match_of(row.organisation, head)
    if not is_report and (match is None or (answers_only and match.message_id is None)):
        return False
    content, is_whole = await inbox.content(brief)
    arrival = _arrival(content or brief.head, is_whole=is_whole) or head
    if is_report or arrival.report is not None:
        match = await matching_queries.match_of(row.organisation, arrival)
    if match is None or (answers_only and match.message_id is None):
        return False
    if arrival.nature is Nature.REPLY and match.customer_id is None:
        return False
    return await take_in(row, arrival, match, arrived_at=brief.arrived_at, now=now) is not None


def _arrival(content: bytes, *, is_whole: bool) -> Arrival | None:
    """None for what nobody can read: nested thousands deep, made to break readers."""
    try:
        return read(content, is_whole=is_whole)
    except (RecursionError, MemoryError):
        return None


async def _went_well(row: Sender, now: datetime) -> None:
    well: dict[Any, Any] = {
        Sender.read_at: now, Sender.read_trouble: "", Sender.read_advice: "", Sender.read_failures: 0,
        Sender.reading_stopped_at: None,
    }  # fmt: skip
    await Sender.update(well).where(Sender.id == row.id)
    if row.read_failures:
        await tell_unread(row.organisation, now)


async def _went_wrong(row: Sender, trouble: Unreadable, now: datetime) -> None:
    """A refusal stops the reading until a person has looked; anything else is tried again."""
    failures = row.read_failures + 1
    wrong: dict[Any, Any] = {
        Sender.read_trouble: trouble.reason, Sender.read_advice: trouble.advice, Sender.read_failures: failures,
        Sender.reading_stopped_at: now if trouble.is_final else None,
    }  # fmt: skip
    await Sender.update(wrong).where(Sender.id == row.id)
    if trouble.is_final or failures >= TELLS_AFTER:
        await tell_unread(row.organisation, now)


async def tell_unread(organisation_id: int, now: datetime) -> None:
    """A notice while an inbox cannot be read: who replied there would be chased as if they had not."""
    mine = (Sender.organisation == organisation_id) & Sender.is_active.eq(True) & Sender.reads_replies.eq(True)
    rows = await Sender.objects().where(mine, Sender.read_failures > 0).order_by(Sender.id)
    bad = [row for row in rows if row.reading_stopped_at is not None or row.read_failures >= TELLS_AFTER]
    if not bad:
        await clear_notice(organisation_id, NOTICE, now)
        return
    sentence = f"Replies to {bad[0].address} cannot be read: {bad[0].read_trouble}."
    what_to_do = "Until that works, look for replies in the mailbox yourself: customers who replied are not held."
    await raise_notice(organisation_id, NOTICE, sentence, what_to_do, now)

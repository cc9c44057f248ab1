"""Changes to mailboxes: made, changed, stopped, taken up again, paced."""

from datetime import date, datetime, timedelta
from typing import Any

from app.activity.actions import audit, clear_notice, raise_notice
from app.customers.actions import reconsider_everyone
from app.database import in_one_go, transaction
from app.mail import queries
from app.mail.forms import SECRETS, SenderForm
from app.mail.tables import Sender
from app.one_go import Statement
from app.organisations.membership import SignedIn
from app.sealing import seal

STOPPED, UNREACHABLE = "mailbox_stopped", "mailbox_unreachable"


async def create(member: SignedIn, form: SenderForm, now: datetime, address: str = "") -> int:
    async with transaction():
        since = now if form.reads_replies else None
        row = Sender(organisation=member.organisation_id, reads_since_at=since, **form.columns(), **_sealed(form))
        await row.save()
        await _audit(member, "create sender", row.id, now, address)
        await reconsider_everyone(member.organisation_id, now)
    return int(row.id)


async def update(member: SignedIn, row: Sender, form: SenderForm, now: datetime, address: str = "") -> None:
    """Another server, account or password has to be proved anew, and lets a reading that had stopped begin again."""
    columns = form.columns(row.account)
    changes: dict[Any, Any] = {name: value for name, value in columns.items() if getattr(row, name) != value}
    changes |= _sealed(form)
    names = tuple(name.removesuffix("_sealed") for name in changes)
    if not changes:
        return
    if {"host", "port", "tls", "username", "password", "address"} & set(names):
        changes["proved_at"] = None
    if {"host", "address", "dkim_selector"} & set(names):
        changes |= {"domain_checked_at": None, "domain_findings": "[]"}
    if {"imap_host", "imap_port", "imap_tls", "imap_username", "imap_password", "password", "reads_replies"} & set(names):
        changes |= {"reading_stopped_at": None, "read_trouble": "", "read_advice": "", "read_failures": 0}
    if {"imap_host", "imap_username"} & set(names):
        changes |= {"uid_validity": None, "last_uid": 0, "read_at": None}
    if columns.get("reads_replies") and {"imap_host", "imap_username", "reads_replies"} & set(names):
        changes["reads_since_at"] = now
    async with transaction():
        await Sender.update(changes).where(Sender.id == row.id)
        await _audit(member, "change sender", row.id, now, address, names)
        await reconsider_everyone(member.organisation_id, now)


async def note_change(member: SignedIn, row: Sender, fields: tuple[str, ...], now: datetime, address: str) -> None:
    """Call it in the transaction that changes these: letters are written anew."""
    await _audit(member, "change sender", row.id, now, address, fields)
    await reconsider_everyone(member.organisation_id, now)


def _sealed(form: SenderForm) -> dict[Any, Any]:
    """The passwords that were given."""
    given = {name: getattr(form, name) for name in SECRETS}
    return {f"{name}_sealed": seal(secret) for name, secret in given.items() if secret}


async def remove(member: SignedIn, row: Sender, now: datetime, address: str = "") -> None:
    """It sends nothing any more; what it sent keeps its name."""
    async with transaction():
        await Sender.update({Sender.is_active: False}).where(Sender.id == row.id)
        await _audit(member, "remove sender", row.id, now, address)
        await reconsider_everyone(member.organisation_id, now)


async def stop(sender_id: int, reason: str, now: datetime) -> None:
    """Nothing more leaves from this mailbox until somebody has looked."""
    changes: dict[Any, Any] = {Sender.stopped_at: now, Sender.stopped_reason: reason}
    await Sender.update(changes).where(Sender.id == sender_id, Sender.stopped_at.is_null())
    row = await queries.sender(sender_id)
    if row is not None:
        sentence = f"The mailbox {row.address} has stopped: its mail server said “{reason}”."
        what_to_do = "Put its settings right under Senders, then use Send test. Nobody's address was marked."
        await raise_notice(row.organisation, STOPPED, sentence, what_to_do, now)
        await reconsider_everyone(row.organisation, now)


async def take_up_again(row: Sender, now: datetime, *, proved: bool = False) -> None:
    """A person has looked, or a test went through: it sends again."""
    changes: dict[Any, Any] = {Sender.stopped_at: None, Sender.stopped_reason: "", Sender.trouble: ""}
    if proved:
        changes[Sender.proved_at] = now
    async with transaction():
        await Sender.update(changes).where(Sender.id == row.id)
        await _clear_unless_others(row.organisation, now)
        await reconsider_everyone(row.organisation, now)


async def set_trouble(sender_id: int, trouble: str, now: datetime) -> None:
    """The mail server cannot be reached; empty: it can again."""
    await Sender.update({Sender.trouble: trouble}).where(Sender.id == sender_id)
    row = await queries.sender(sender_id)
    if row is None:
        return
    if not trouble:
        await _clear_unless_others(row.organisation, now)
        return
    sentence = f"The mail server of {row.address} is not answering: {trouble}."
    what_to_do = "It is tried again by itself, until today's chasing ends. If it stays away, check Senders."
    await raise_notice(row.organisation, UNREACHABLE, sentence, what_to_do, now)


async def _clear_unless_others(organisation_id: int, now: datetime) -> None:
    others = await queries.senders_of(organisation_id)
    if all(other.can_send for other in others):
        await clear_notice(organisation_id, STOPPED, now)
    if not any(other.trouble for other in others):
        await clear_notice(organisation_id, UNREACHABLE, now)


async def reserve(sender_id: int, now: datetime, today: date) -> bool:
    """Whether this mailbox may send one more just now: not stopped, within its day's cap, its last one long enough ago.

    `today` is the day in the organisation's timezone. All processes together keep the pace; a ring may come half a gap
    early.
    """
    row = await queries.sender(sender_id)
    return row is not None and await in_one_go([reservation(row, now, today)]) is not None


def reservation(row: Sender, now: datetime, today: date) -> Statement:
    """What `reserve` does, to be done in one go with the claim: without the one there is not the other. Nor of a copy that
    was restored and that no owner has confirmed."""
    gap = timedelta(seconds=row.seconds_between)
    next_at = max(row.next_send_at or now, now) + gap
    return Statement(_RESERVE, (next_at, today, today, row.id, now + gap / 2, today), decides=True)


_RESERVE = """
UPDATE sender SET next_send_at = {}, counted = CASE WHEN counted_on = {} THEN counted + 1 ELSE 1 END, counted_on = {}
WHERE id = {} AND stopped_at IS NULL AND is_active AND (next_send_at IS NULL OR next_send_at <= {})
AND daily_cap > CASE WHEN counted_on = {} THEN counted ELSE 0 END
AND NOT EXISTS (SELECT 1 FROM organisation WHERE organisation.id = sender.organisation AND organisation.restored) RETURNING id
"""


async def _audit(member: SignedIn, act: str, sender_id: int, now: datetime, address: str, fields: tuple[str, ...] = ()) -> None:
    await audit(
        organisation_id=member.organisation_id,
        user_id=member.user_id,
        act=act,
        subject=f"sender {sender_id}",
        now=now,
        fields=fields,
        address=address,
    )

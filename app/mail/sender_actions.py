"""Changes to mailboxes: made, changed, stopped, taken up again, paced."""

from datetime import date, datetime, timedelta
from typing import Any

from app.activity.actions import audit, clear_notice, raise_notice
from app.customers.actions import reconsider_everyone
from app.database import transaction
from app.mail import queries
from app.mail.forms import SenderForm
from app.mail.tables import Sender
from app.organisations.membership import SignedIn
from app.sealing import seal

STOPPED, UNREACHABLE = "mailbox_stopped", "mailbox_unreachable"


async def create(member: SignedIn, form: SenderForm, now: datetime, address: str = "") -> int:
    async with transaction():
        sealed = seal(form.password) if form.password else ""
        row = Sender(organisation=member.organisation_id, password_sealed=sealed, **form.columns())
        await row.save()
        await _audit(member, "create sender", row.id, now, address)
        await reconsider_everyone(member.organisation_id, now)
    return int(row.id)


async def update(member: SignedIn, row: Sender, form: SenderForm, now: datetime, address: str = "") -> None:
    """Another server, account or password has to be proved anew."""
    changes: dict[Any, Any] = {name: value for name, value in form.columns().items() if getattr(row, name) != value}
    names = tuple(changes)
    if form.password:
        changes["password_sealed"] = seal(form.password)
        names = (*names, "password")
    if {"host", "port", "tls", "username", "password", "address"} & set(names):
        changes["proved_at"] = None
    if not changes:
        return
    async with transaction():
        await Sender.update(changes).where(Sender.id == row.id)
        await _audit(member, "change sender", row.id, now, address, names)
        await reconsider_everyone(member.organisation_id, now)


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
    if row is None or row.stopped_at is not None or not row.is_active:
        return False
    gap = timedelta(seconds=row.seconds_between)
    before, so_far = row.next_send_at, row.counted if row.counted_on == today else 0
    if so_far >= row.daily_cap or (before is not None and before > now + gap / 2):
        return False
    changes: dict[Any, Any] = {
        Sender.next_send_at: max(before or now, now) + gap,
        Sender.counted_on: today,
        Sender.counted: so_far + 1,
    }
    unchanged = Sender.next_send_at.is_null() if before is None else Sender.next_send_at == before
    return bool(await Sender.update(changes).where(Sender.id == sender_id, unchanged).returning(Sender.id))


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

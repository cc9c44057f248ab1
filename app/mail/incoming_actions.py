"""What a mail that arrived does: a reply holds chasing, a bounce marks the address, a complaint ends writing to it."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from msgspec import Struct

from app.activity.actions import record
from app.activity.task_actions import open_task
from app.activity.tasks import TaskKind
from app.customers.actions import reconsider
from app.customers.tables import Customer, Recipient
from app.database import fetch, transaction
from app.mail.bounces import Failure, Fate
from app.mail.envelopes import addresses_in
from app.mail.matching import domain_of
from app.mail.matching_queries import Match
from app.mail.reading import Arrival, Nature
from app.mail.tables import Incoming, Sender
from app.outbox.file_actions import keep
from app.outbox.messages import Attachment, as_json

ON_THE_TIMELINE = 2_000
_NOT_MARKED = """
SELECT r.id, r.customer FROM recipient r JOIN customer c ON c.id = r.customer
WHERE c.organisation = {} AND LOWER(r.email) = {} AND r.bounced_at IS NULL
"""


class Taken(Struct, frozen=True):
    """A mail that is kept, with what it takes to act on it."""

    id: int
    organisation_id: int
    customer_id: int | None
    match: Match
    arrival: Arrival
    at: datetime


async def take_in(sender: Sender, arrival: Arrival, match: Match, *, arrived_at: datetime, now: datetime) -> int | None:
    """Keep the mail and do what it calls for, once: the same mail again, or in another mailbox, does nothing (None)."""
    async with transaction():
        row = await _row(sender, arrival, match, arrived_at, now)
        rows = await Incoming.insert(row).on_conflict(action="DO NOTHING").returning(Incoming.id)
        if not rows:
            return None
        taken = Taken(rows[0]["id"], sender.organisation, match.customer_id, match, arrival, now)
        await _EFFECTS[arrival.nature](taken)
    return taken.id


async def _row(sender: Sender, arrival: Arrival, match: Match, arrived_at: datetime, now: datetime) -> Incoming:
    waits = arrival.nature is Nature.REPLY
    return Incoming(
        organisation_id=sender.organisation,
        sender=sender.id,
        customer_id=match.customer_id,
        answers_message=match.message_id,
        kind=arrival.nature.value,
        fingerprint=arrival.fingerprint,
        mime_message_id=arrival.message_id,
        thread=" ".join(arrival.thread),
        from_name=arrival.from_name,
        from_address=arrival.from_address,
        reply_to=arrival.reply_to,
        subject=arrival.subject,
        text=arrival.text,
        quoted=arrival.quoted,
        attachments=await _files(arrival, now),
        note=_note(arrival),
        arrived_at=arrived_at,
        read_at=now,
        decided_at=None if waits else now,
        decided_by="" if waits else "Tactful",
    )


async def _files(arrival: Arrival, now: datetime) -> str:
    kept = [
        Attachment(await keep(file.content, file.media_type, now), file.name, file.media_type, len(file.content))
        for file in arrival.files
    ]
    return as_json(kept)


def _note(arrival: Arrival) -> str:
    failures = arrival.report.failures if arrival.report else ()
    said = [f"{each.address}: {each.answer}" for each in failures]
    left_out = f"Not kept: {', '.join(arrival.left_out)}. Look in the mailbox itself." if arrival.left_out else ""
    return "; ".join(filter(None, (*said, left_out)))[:2_000]


async def _reply(taken: Taken) -> None:
    """Chasing of the customer waits from here on; the planning that follows cancels what was about to go."""
    if taken.customer_id is not None:
        first = Customer.replied_at.is_null()
        await Customer.update({Customer.replied_at: taken.at}).where(Customer.id == taken.customer_id, first)
    await _tell(taken, "reply", taken.arrival.text[:ON_THE_TIMELINE] or "(an email without words)", by="the customer")


async def _automatic(taken: Taken) -> None:
    first = next(iter(taken.arrival.text.splitlines()), "")[:300]
    await _tell(taken, "automatic_reply", f"Automatic reply from {taken.arrival.from_address}: {first}")


async def _left(taken: Taken) -> None:
    """Nobody reads there any more: whoever looks after the customer finds the new contact."""
    address = taken.arrival.from_address
    await _tell(taken, "automatic_reply", f"{address} answers that nobody reads there any more")
    others = [each for each in addresses_in(taken.arrival.text) if domain_of(each) == domain_of(address) and each != address]
    named = f" The answer names {', '.join(others[:3])}." if others else ""
    sentence = f"Find the new contact: {address} answers that the person has left.{named}"
    await _task(taken, TaskKind.LEFT_COMPANY, f"left:{taken.id}", sentence)


async def _delay(taken: Taken) -> None:
    addresses = ", ".join(each.address for each in _failures(taken))
    await _tell(taken, "email_delayed", f"The mail server is still trying to reach {addresses}: {_failures(taken)[0].answer}")


async def _bounce(taken: Taken) -> None:
    for failure in _failures(taken):
        if failure.fate is not Fate.DELAYED:
            await _failed(taken, failure)


async def _failed(taken: Taken, failure: Failure) -> None:
    """An address that is wrong is marked, where it is one that we wrote to; the controller is told in any case."""
    marked = await _mark(taken, failure, failure.answer) if failure.fate is Fate.WRONG else 0
    what = "is wrong and not written to any more" if marked else "was not reached"
    await _tell(taken, "bounced", f"{failure.address} {what}: {failure.answer}")
    if marked:
        sentence = f"Find a working address: {failure.address} does not exist any more ({failure.answer})"
        await _task(taken, TaskKind.BOUNCE, f"bounce:{taken.id}:{failure.address}"[:120], sentence)
    elif failure.fate is Fate.REFUSED:
        sentence = f"An email did not reach {failure.address}: {failure.answer}. Ring them, or write to somebody else"
        await _task(taken, TaskKind.BOUNCE, f"refused:{taken.customer_id}:{failure.address}"[:120], sentence)


async def _complaint(taken: Taken) -> None:
    for failure in _failures(taken):
        if await _mark(taken, failure, failure.answer):
            await _tell(taken, "complaint", f"{failure.address} {failure.answer}: it is not written to any more")
            sentence = f"Ring them: {failure.address} {failure.answer}"
            await _task(taken, TaskKind.COMPLAINT, f"complaint:{taken.id}:{failure.address}"[:120], sentence)


def _failures(taken: Taken) -> tuple[Failure, ...]:
    return taken.arrival.report.failures if taken.arrival.report else ()


async def _mark(taken: Taken, failure: Failure, answer: str) -> int:
    """How many recipients of the organisation are marked by this that were not before.

    A report names the address that the mail ended at. Where that is not one we wrote to, and we wrote to one only, it
    was forwarded, and the one we wrote to does not work.
    """
    written_to = taken.match.written_to
    forwarded = failure.address not in written_to and len(written_to) == 1
    address = written_to[0] if forwarded else failure.address
    hit = await fetch(_NOT_MARKED, taken.organisation_id, address.lower())
    if hit:
        values: dict[Any, Any] = {Recipient.bounced_at: taken.at, Recipient.bounce_answer: answer}
        await Recipient.update(values).where(Recipient.id.is_in([row["id"] for row in hit]))
        await reconsider([row["customer"] for row in hit], taken.at)
    return len(hit)


async def _tell(taken: Taken, kind: str, sentence: str, by: str = "Tactful") -> None:
    await record(
        organisation_id=taken.organisation_id, kind=kind, sentence=sentence, by=by, now=taken.at,
        customer_id=taken.customer_id, facts={"incoming": taken.id},
    )  # fmt: skip
    await reconsider([taken.customer_id] if taken.customer_id else [], taken.at)


async def _task(taken: Taken, kind: TaskKind, key: str, sentence: str) -> None:
    row = await Customer.select(Customer.assigned_to).where(Customer.id == taken.customer_id).first()
    await open_task(
        kind, key, organisation_id=taken.organisation_id, sentence=sentence[:300], now=taken.at,
        customer_id=taken.customer_id, assigned_to=row["assigned_to"] if row else None,
    )  # fmt: skip


_EFFECTS: dict[Nature, Callable[[Taken], Coroutine[Any, Any, None]]] = {
    Nature.REPLY: _reply,
    Nature.AUTOMATIC: _automatic,
    Nature.LEFT: _left,
    Nature.DELAY: _delay,
    Nature.BOUNCE: _bounce,
    Nature.COMPLAINT: _complaint,
}

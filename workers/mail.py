"""Sending in the background."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from app.clock import now
from app.mail import actions, copy_actions, delivery_actions, dispute_letter_actions, domain_actions, reading_actions
from app.mail.rechecks import Found, Same
from app.outbox.holders import identity
from app.outbox.states import Kind
from app.outbox.tables import Message
from app.settings import settings
from workers.broker import actor


async def _as_written(message: Message, at: datetime) -> Found:
    return Same()


rechecks: dict[str, Callable[[Message, datetime], Awaitable[Found]]] = {
    Kind.SYSTEM.value: _as_written,
    Kind.CHASE_NOW.value: _as_written,
    Kind.STATEMENT.value: _as_written,
    Kind.ANSWER.value: _as_written,
}
"""The second look at a message right before it leaves, by its kind; chasing adds its own."""

mailboxes = delivery_actions.Mailboxes()


@actor
async def deliver(message_id: int) -> None:
    await actions.deliver(
        message_id,
        mailbox=lambda message: mailboxes.of(message, now()),
        recheck=lambda message: rechecks[message.kind](message, now()),
        worker=identity(),
        now=now(),
        clock=now,
    )


@actor
async def read_inbox(sender_id: int) -> None:
    await reading_actions.read_mailbox(sender_id, now())


@actor
async def read_inboxes() -> None:
    """Each by itself, so that a slow mail server keeps nobody else waiting."""
    for sender_id in await reading_actions.to_read():
        read_inbox.send(sender_id)


@actor
async def tell_owners_of_disputes() -> None:
    await dispute_letter_actions.tell_owners_of_disputes(settings().base_url, now())


@actor
async def check_domain(sender_id: int) -> None:
    await domain_actions.check_domain(sender_id, now())


@actor
async def check_domains() -> None:
    for sender_id in await domain_actions.to_check(now()):
        check_domain.send(sender_id)


@actor
async def make_copies(sender_id: int) -> None:
    await copy_actions.make_copies(sender_id, now())


@actor
async def copies() -> None:
    for sender_id in await copy_actions.waiting_for_copies(now()):
        make_copies.send(sender_id)


@actor
async def sweep() -> None:
    """Make visible what died, give up what is too late, ring what may leave."""
    at = now()
    await actions.park_abandoned(at)
    await actions.lapse(at)
    await mailboxes.close_idle()
    for ring in await delivery_actions.to_ring(at):
        deliver.send_with_options(args=(ring.message_id,), delay=int(ring.delay_seconds * 1000) or None)

"""G5: messages from approved to sent, every claim and record kept, beside aiosmtplib alone on one connection."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import aiosmtplib
import msgspec

from app.commands.bench import Figure
from app.commands.benches.mail_sink import sink
from app.commands.benches.rooms import in_fresh_database, in_fresh_postgres
from app.customers.tables import Customer, Summary
from app.mail import actions, delivery_actions, queries
from app.mail.rechecks import Found, Same
from app.mail.tables import Sender
from app.organisations.tables import Organisation
from app.outbox.actions import draft
from app.outbox.messages import NewMessage
from app.outbox.states import Kind, State
from app.outbox.tables import Message
from app.sealing import new_token

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
LETTERS, ROUNDS = 60, 9
MAILBOXES = 4
AT_ONCE = 4
"""Deliveries under way, as in the worker of `tactful run`: one is on the wire while the next is made ready."""
TEXT = "Dear Priya,\n\nInvoice INV-1042 over £1,240.50 was due on 14 November 2026.\n\n" * 8
HTML = "<p>Dear Priya,</p><p>Invoice <b>INV-1042</b> over £1,240.50 was due on 14 November 2026.</p>" * 8


def figures() -> Iterator[Figure]:
    with sink() as port:
        bare, ours = in_fresh_database(lambda: _seconds_each(port))
        on_postgres = in_fresh_postgres(lambda: _seconds_each(port, MAILBOXES))
    yield Figure(
        number="G5", what="deliver, all claims and records kept, SQLite", unit="ms", ours=1000 * ours,
        reference_name="aiosmtplib, one connection", reference=1000 * bare, goal=1 / 0.4,
    )  # fmt: skip
    if on_postgres is not None:
        yield Figure(
            number="G5", what=f"the same, PostgreSQL, {MAILBOXES} mailboxes", unit="ms", ours=1000 * on_postgres[1],
            reference_name="aiosmtplib, one connection", reference=1000 * on_postgres[0], goal=1 / 0.8,
        )  # fmt: skip


async def _seconds_each(port: int, mailboxes: int = 1) -> tuple[float, float]:
    """The best of rounds in turn, the reference’s and ours: what else the machine does can only add to them."""
    senders = [await _a_sender(port) for _ in range(mailboxes)]
    boxes, bare, ours = delivery_actions.Mailboxes(), list[float](), list[float]()
    for _ in range(ROUNDS + 1):
        each = [await _letters(sender, LETTERS // mailboxes) for sender in senders]
        numbers = [number for together in zip(*each, strict=True) for number in together]
        bare.append(await _bare(port, await _content(numbers[0]), LETTERS))
        ours.append(await _deliver(numbers, boxes))
    await boxes.close()
    return min(bare[1:]), min(ours[1:])


async def _bare(port: int, content: bytes, times: int) -> float:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False)
    async with client:
        began = time.perf_counter()
        for _ in range(times):
            await client.sendmail("accounts@bench.example", ["ap@customer.example"], content)
        return (time.perf_counter() - began) / times


async def _deliver(numbers: list[int], boxes: delivery_actions.Mailboxes) -> float:
    """As a worker does. Raise RuntimeError unless every one of them is sent."""
    left = iter(numbers)

    async def work() -> None:
        for number in left:
            await actions.deliver(
                number, mailbox=lambda message: boxes.of(message, NOW), recheck=_same, worker="bench", now=NOW,
                clock=lambda: NOW,
            )  # fmt: skip

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    seconds = (time.perf_counter() - began) / len(numbers)
    sent = await Message.count().where(Message.id.is_in(numbers), Message.state == State.SENT.value)
    if sent != len(numbers):
        raise RuntimeError(f"{len(numbers) - sent} of {len(numbers)} messages were not sent")
    return seconds


async def _same(_: Message) -> Found:
    return Same()


async def _content(number: int) -> bytes:
    message = await Message.objects().get(Message.id == number)
    assert message is not None
    return await queries.eml(message)


async def _a_sender(port: int) -> Sender:
    organisation = Organisation(name="Bench Ltd", set_up_at=NOW, created_at=NOW)
    await organisation.save()
    row = Sender(
        organisation=organisation.id, kind="normal", name="Tom Hale", address="accounts@bench.example", host="127.0.0.1",
        port=port, tls="none", seconds_between=0, daily_cap=100_000,
    )  # fmt: skip
    await row.save()
    return row


async def _letters(sender: Sender, count: int) -> list[int]:
    facts: dict[str, Any] = {"name": "Harbour Foods Ltd", "xero_id": new_token("c"), "created_at": NOW}
    customer = Customer(organisation=sender.organisation, **facts)
    await customer.save()
    await Summary(customer=customer.id).save()
    new = NewMessage(
        organisation_id=sender.organisation, customer_id=customer.id, kind=Kind.REMINDER, to=("",), sender_id=sender.id,
        subject="", text=TEXT, html=HTML,
    )  # fmt: skip
    each = [
        msgspec.structs.replace(
            new, to=(f"{new_token('ap')}@customer.example",), subject=f"Invoice {new_token('INV')} is overdue"
        )
        for _ in range(count)
    ]
    return [number for one in each if (number := await draft(one, NOW)) is not None]

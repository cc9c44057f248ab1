"""R4: proven refusals retry with growing waits, permanent ones stop, and each stops only what it is about."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.activity.tables import Notice
from app.customers.tables import Recipient
from app.mail.actions import deliver
from app.mail.delivery_actions import Mailboxes, to_ring
from app.mail.tables import Sender
from app.outbox.states import State
from app.outbox.tables import Message
from tests.cast import NOW, a_customer, a_recipient, borealis
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_letter, a_mailbox, a_sender, always_same, state_of

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("database")]


def one_after_the_other(answers: Iterator[str]) -> object:
    return lambda _: next(answers, None)


@pytest.mark.parametrize(
    ("verb", "code"), [("at_mail", "421 Busy"), ("at_rcpt", "450 4.2.1 Greylisted"), ("at_data", "451 4.3.0 Local error")]
)
async def test_three_temporary_refusals_and_then_exactly_one_mail(code: str, verb: str) -> None:
    firm = await borealis()
    with CountingServer() as server:
        setattr(server, verb, one_after_the_other(iter([code] * 3)))
        message = await a_letter(await a_sender(firm.id, server.port), not_after_at=NOW + timedelta(hours=8))
        mailbox, now, waits = a_mailbox(server.port), NOW, list[timedelta]()
        for _ in range(4):
            await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=now)
            row = await Message.objects().get(Message.id == message)
            assert row is not None
            if row.state == State.SENT.value:
                break
            early = row.next_attempt_at - timedelta(seconds=1)
            assert await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=early) is None
            waits.append(row.next_attempt_at - now)
            now = row.next_attempt_at
        await mailbox.close()
        assert await state_of(message) is State.SENT
        assert len(server.taken) == 1
        assert len(waits) == 3
        assert waits == sorted(set(waits)), "each wait is longer than the one before"


async def test_what_is_put_off_until_its_time_is_over_is_cancelled_and_gives_its_key_back() -> None:
    firm = await borealis()
    with CountingServer() as server:
        server.at_rcpt = lambda _: "450 Later"
        sender = await a_sender(firm.id, server.port)
        message = await a_letter(sender, not_after_at=NOW + timedelta(seconds=30), unique_key="k")
        state = await deliver(message, mailbox=a_mailbox(server.port), recheck=always_same, worker="w", now=NOW)
        assert state is State.CANCELLED
        assert await a_letter(sender, unique_key="k") != message
        assert server.taken == []


async def test_nobody_listening_is_put_off_and_told() -> None:
    firm = await borealis()
    with CountingServer() as server:
        port = server.port
    sender = await a_sender(firm.id, port)
    message = await a_letter(sender)
    await deliver(message, mailbox=a_mailbox(port), recheck=always_same, worker="w", now=NOW)
    assert await state_of(message) is State.PLANNED
    assert await Notice.exists().where(Notice.kind == "mailbox_unreachable", Notice.cleared_at.is_null())


async def test_a_connection_lost_before_the_text_is_retried_and_sent_once() -> None:
    firm = await borealis()
    with CountingServer() as server:
        sender = await a_sender(firm.id, server.port)
        message, mailbox = await a_letter(sender), a_mailbox(server.port)
        server.drop_before_data = True
        await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW)
        assert await state_of(message) is State.PLANNED
        server.drop_before_data = False
        later = NOW + timedelta(minutes=5)
        assert await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=later) is State.SENT
        await mailbox.close()
        assert len(server.taken) == 1


@pytest.mark.parametrize("answer", ["550 No such user", "550 5.1.1 Unknown", "553 5.1.3 Bad syntax", "550 5.2.1 Disabled"])
async def test_a_refused_recipient_fails_the_message_and_marks_that_address_alone(answer: str) -> None:
    firm = await borealis()
    customer = await a_customer(firm.organisation)
    gone, fine = await a_recipient(customer, "Gone@harbour.example"), await a_recipient(customer, "fine@harbour.example")
    with CountingServer() as server:
        server.at_rcpt = lambda address: answer if address.lower().startswith("gone") else None
        sender = await a_sender(firm.id, server.port)
        message = await a_letter(sender, customer_id=customer.id, to=(fine.email,), cc=(gone.email,))
        state = await deliver(message, mailbox=a_mailbox(server.port), recheck=always_same, worker="w", now=NOW)
        assert state is State.FAILED
        assert server.taken == [], "no part of it went"
        attempts = server.attempts
        assert await deliver(message, mailbox=a_mailbox(server.port), recheck=always_same, worker="w", now=NOW) is None
        assert server.attempts == attempts
    marked = await Recipient.select(Recipient.email).where(Recipient.bounced_at.is_not_null())
    assert [row["email"] for row in marked] == [gone.email]
    assert not await Sender.exists().where(Sender.stopped_at.is_not_null())


@pytest.mark.parametrize(
    ("verb", "answer"),
    [("at_mail", "530 5.7.0 Authenticate first"), ("at_rcpt", "550 5.7.1 Relaying denied"), ("at_data", "554 5.7.0 Policy")],
)
async def test_any_other_permanent_refusal_stops_the_mailbox_and_marks_nobody(answer: str, verb: str) -> None:
    firm = await borealis()
    customer = await a_customer(firm.organisation)
    recipient = await a_recipient(customer)
    with CountingServer() as server:
        setattr(server, verb, lambda _: answer)
        sender = await a_sender(firm.id, server.port)
        first, second = [await a_letter(sender, customer_id=customer.id, to=(recipient.email,)) for _ in range(2)]
        boxes = Mailboxes()
        for message in (first, second):
            await deliver(message, mailbox=lambda m: boxes.of(m, NOW), recheck=always_same, worker="w", now=NOW)
        assert await state_of(first) is State.FAILED
        assert await state_of(second) is State.PLANNED, "nothing more leaves from a stopped mailbox"
        assert await to_ring(NOW) == ()
    assert not await Recipient.exists().where(Recipient.bounced_at.is_not_null())
    assert await Sender.exists().where(Sender.stopped_at.is_not_null())
    assert await Notice.exists().where(Notice.kind == "mailbox_stopped")

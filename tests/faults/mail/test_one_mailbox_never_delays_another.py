"""A mailbox with a long trickle, or a mail server that stands still, keeps nobody else's mail waiting."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

import pytest

from app.mail import gateway
from app.mail.actions import deliver, park_abandoned
from app.mail.delivery_actions import AHEAD_SECONDS, Mailboxes, Ring, to_ring
from app.mail.tables import Sender
from app.outbox.states import CLAIM_OUTLIVES, State
from app.outbox.tables import Message
from tests.cast import NOW, borealis
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_letter, a_sender, always_same, state_of

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("database")]
THREADS = 4
STALL = 5.0


async def ring(rings: Iterator[Ring], boxes: Mailboxes) -> None:
    """One thread of a worker."""
    for each in rings:
        await deliver(each.message_id, mailbox=lambda m: boxes.of(m, NOW), recheck=always_same, worker="w", now=NOW)


async def by_a_worker(rings: tuple[Ring, ...], boxes: Mailboxes) -> None:
    left = iter(rings)
    await asyncio.gather(*(ring(left, boxes) for _ in range(THREADS)))


async def seconds_until(condition: Callable[[], Awaitable[bool]]) -> float:
    began = time.monotonic()
    while not await condition():
        assert time.monotonic() - began < 10, "it did not come true"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def test_a_mail_server_that_stands_still_holds_up_its_own_mailbox_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "TURN", 1.0)
    firm = await borealis()
    boxes = Mailboxes()
    with CountingServer() as stalled, CountingServer() as quick:
        stalled.stall_after_data = STALL
        slow, fast = await a_sender(firm.id, stalled.port), await a_sender(firm.id, quick.port, kind="escalated")
        for _ in range(20):
            await a_letter(slow, weight=9)
        others = [await a_letter(fast) for _ in range(10)]

        async def all_others_went() -> bool:
            return len(quick.taken) == len(others)

        working = asyncio.create_task(by_a_worker(await to_ring(NOW), boxes))
        assert await seconds_until(all_others_went) < STALL - 1
        await working
        await boxes.close()
        assert len(stalled.taken) == 1, "one is on the wire, and the others were not claimed"
    assert await Message.count().where(Message.sender_id == slow.id, Message.state == State.PLANNED.value) == 19
    assert await Message.count().where(Message.sender_id == fast.id, Message.state == State.SENT.value) == 10


async def test_no_claim_grows_old_in_a_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for its turn is not claimed: the sweep would take it for abandoned, a person would have it sent again,
    and then it would go twice."""
    monkeypatch.setattr(gateway, "TURN", 5.0)
    firm = await borealis()
    boxes = Mailboxes()
    with CountingServer() as server:
        server.stall_after_data = 0.5
        sender = await a_sender(firm.id, server.port)
        letters = [await a_letter(sender) for _ in range(3)]
        working = asyncio.create_task(by_a_worker(await to_ring(NOW), boxes))

        async def one_is_on_the_wire() -> bool:
            return len(server.taken) == 1

        await seconds_until(one_is_on_the_wire)
        assert await Message.count().where(Message.state == State.SENDING.value) == 1
        assert await park_abandoned(NOW + CLAIM_OUTLIVES + timedelta(seconds=1)) == 1
        await working
        await boxes.close()
        assert sorted(server.times_taken().values()) == [1, 1, 1]
    assert {await state_of(message) for message in letters} == {State.SENT}


async def test_a_long_trickle_takes_no_more_of_a_sweep_than_its_pace() -> None:
    firm = await borealis()
    slow, fast = await a_sender(firm.id, 1, seconds_between=4), await a_sender(firm.id, 2, kind="escalated")
    for _ in range(40):
        await a_letter(slow, weight=9)
    quick = [await a_letter(fast) for _ in range(5)]
    rings = await to_ring(NOW)
    assert [each.delay_seconds for each in rings if each.message_id in quick] == [0.0] * len(quick)
    assert [each.delay_seconds for each in rings if each.message_id not in quick] == [0, 4, 8]
    assert AHEAD_SECONDS == 12


async def test_a_claim_that_is_lost_takes_no_place_in_the_days_cap() -> None:
    firm = await borealis()
    with CountingServer() as server:
        sender = await a_sender(firm.id, server.port, daily_cap=2)
        letters = [await a_letter(sender) for _ in range(3)]
        boxes = Mailboxes()
        for message in (letters[0], letters[0], letters[0], letters[1], letters[2]):
            await deliver(message, mailbox=lambda m: boxes.of(m, NOW), recheck=always_same, worker="w", now=NOW)
        await boxes.close()
        assert len(server.taken) == 2
    row = await Sender.objects().get(Sender.id == sender.id)
    assert row is not None
    assert row.counted == 2


async def test_several_workers_keep_one_pace() -> None:
    """Each with its own connection, all at once: as many leave as the pace allows, and no more."""
    firm = await borealis()
    with CountingServer() as server:
        sender = await a_sender(firm.id, server.port, seconds_between=4)
        letters = [await a_letter(sender) for _ in range(6)]
        boxes = [Mailboxes() for _ in letters]
        rings = (
            deliver(message, mailbox=lambda m, box=box: box.of(m, NOW), recheck=always_same, worker="w", now=NOW)
            for message, box in zip(letters, boxes, strict=True)
        )
        await asyncio.gather(*rings)
        for box in boxes:
            await box.close()
        assert len(server.taken) == 1

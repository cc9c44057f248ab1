"""R3: where nobody can tell whether a message went, it is shown to a person and never resent by itself."""

import asyncio
from datetime import timedelta

import pytest

from app.activity.tables import Activity, Notice
from app.mail.actions import deliver, park_abandoned
from app.mail.delivery_actions import to_ring
from app.outbox.actions import claim, mark_as_sent, send_again
from app.outbox.holders import identity
from app.outbox.states import State
from app.problems import OutOfDate
from tests.cast import NOW, borealis
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_letter, a_mailbox, a_sender, always_same, state_of

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("database")]


async def test_a_connection_lost_after_the_last_dot_makes_it_unknown_and_visible() -> None:
    firm = await borealis()
    with CountingServer() as server:
        server.drop_after_data = True
        message = await a_letter(await a_sender(firm.id, server.port))
        state = await deliver(message, mailbox=a_mailbox(server.port), recheck=always_same, worker="w", now=NOW)
        assert state is State.UNKNOWN
        for days in range(3):
            assert await to_ring(NOW + timedelta(days=days)) == ()
            later = NOW + timedelta(days=days)
            await deliver(message, mailbox=a_mailbox(server.port), recheck=always_same, worker="w", now=later)
        assert len(server.taken) == 1
    assert await state_of(message) is State.UNKNOWN
    assert await Notice.exists().where(Notice.organisation_id == firm.id, Notice.kind == "unknown_send")
    assert await Activity.exists().where(Activity.message_id == message, Activity.kind == "email_unknown")


async def test_a_server_that_stalls_after_the_last_dot_makes_it_unknown() -> None:
    firm = await borealis()
    with CountingServer() as server:
        server.stall_after_data = 1.5
        message = await a_letter(await a_sender(firm.id, server.port))
        mailbox = a_mailbox(server.port, timeout=0.3)
        assert await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW) is State.UNKNOWN
        await asyncio.sleep(1.3)
        assert len(server.taken) == 1


async def test_a_person_sends_an_unknown_one_again_under_the_same_message_id() -> None:
    firm = await borealis()
    with CountingServer() as server:
        server.drop_after_data = True
        message = await a_letter(await a_sender(firm.id, server.port))
        await deliver(message, mailbox=a_mailbox(server.port), recheck=always_same, worker="w", now=NOW)
        server.drop_after_data = False
        await send_again(message, "Anna", NOW)
        state = await deliver(message, mailbox=a_mailbox(server.port), recheck=always_same, worker="w", now=NOW)
        assert state is State.SENT
        assert list(server.times_taken().values()) == [2]


async def test_a_person_marks_an_unknown_one_as_sent_once() -> None:
    firm = await borealis()
    with CountingServer() as server:
        server.drop_after_data = True
        message = await a_letter(await a_sender(firm.id, server.port))
        await deliver(message, mailbox=a_mailbox(server.port), recheck=always_same, worker="w", now=NOW)
    await mark_as_sent(message, "Anna", NOW)
    assert await state_of(message) is State.SENT
    with pytest.raises(OutOfDate):
        await mark_as_sent(message, "Tom", NOW)


async def test_a_claim_of_a_dead_process_becomes_unknown_at_once_and_one_of_a_living_does_not() -> None:
    firm = await borealis()
    sender = await a_sender(firm.id, 1)
    dead, alive, elsewhere = [await a_letter(sender) for _ in range(3)]
    machine, pid, _ = identity().split(":")
    await claim(dead, f"{machine}:{pid}:1", NOW)
    await claim(alive, identity(), NOW)
    await claim(elsewhere, "another-machine:7:7", NOW)
    assert await park_abandoned(NOW + timedelta(minutes=1)) == 1
    assert [await state_of(message) for message in (dead, alive, elsewhere)] == ["unknown", "sending", "sending"]


async def test_a_claim_of_another_machine_becomes_unknown_when_no_delivery_lasts_that_long() -> None:
    firm = await borealis()
    message = await a_letter(await a_sender(firm.id, 1))
    await claim(message, "another-machine:7:7", NOW)
    assert await park_abandoned(NOW + timedelta(minutes=6)) == 1
    assert await state_of(message) is State.UNKNOWN

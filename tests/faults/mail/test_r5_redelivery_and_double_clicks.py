"""R5: every job rung five times, twenty clicks at once: one mail."""

import asyncio

import pytest

from app.mail.actions import deliver
from app.mail.tables import Sender
from app.outbox.actions import approve, draft, mark_as_sent, send_again, settle_unknown
from app.outbox.messages import NewMessage
from app.outbox.states import Kind, State
from app.outbox.tables import Message
from app.problems import OutOfDate
from tests.cast import NOW, borealis
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_letter, a_mailbox, a_sender, always_same, state_of

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("database")]


async def test_a_message_rung_five_times_by_several_workers_leaves_once() -> None:
    firm = await borealis()
    with CountingServer() as server:
        sender = await a_sender(firm.id, server.port)
        messages = [await a_letter(sender) for _ in range(6)]
        boxes = [a_mailbox(server.port) for _ in range(5)]
        rings = [
            deliver(message, mailbox=box, recheck=always_same, worker=f"w{number}", now=NOW)
            for message in messages
            for number, box in enumerate(boxes)
        ]
        states = await asyncio.gather(*rings)
        for box in boxes:
            await box.close()
        assert sorted(server.times_taken().values()) == [1] * 6
    assert states.count(State.SENT) == 6


async def test_twenty_clicks_on_approve_release_a_message_once() -> None:
    firm = await borealis()
    message = await a_letter(await a_sender(firm.id, 1), needs_approval=True)
    clicks = await asyncio.gather(*(approve([message], "Anna", NOW) for _ in range(20)))
    assert [click for click in clicks if click] == [(message,)]


async def test_what_needs_approval_cannot_leave_without_it() -> None:
    firm = await borealis()
    with CountingServer() as server:
        message = await a_letter(await a_sender(firm.id, server.port), needs_approval=True)
        mailbox = a_mailbox(server.port)
        assert await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW) is None
        await approve([message], "Anna", NOW)
        assert await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW) is State.SENT
        await mailbox.close()


async def test_twenty_drafts_of_one_step_at_once_make_one_message() -> None:
    firm = await borealis()
    new = NewMessage(
        organisation_id=firm.id, kind=Kind.REMINDER, to=("a@b.example",), subject="S", text="T", unique_key="invoice:1:7:1"
    )
    made = await asyncio.gather(*(draft(new, NOW) for _ in range(20)))
    assert len([message for message in made if message is not None]) == 1
    assert await Message.count() == 1


async def test_twenty_clicks_on_send_again_release_it_once() -> None:
    firm = await borealis()
    message = await an_unknown_one(firm.id)
    clicks = await asyncio.gather(*(send_again(message, "Anna", NOW) for _ in range(20)), return_exceptions=True)
    assert [click for click in clicks if click is None] == [None]
    assert all(isinstance(click, OutOfDate) for click in clicks if click is not None)


async def test_of_send_again_and_mark_as_sent_at_once_one_wins() -> None:
    firm = await borealis()
    message = await an_unknown_one(firm.id)
    both = (send_again(message, "Anna", NOW), mark_as_sent(message, "Tom", NOW))
    ends = await asyncio.gather(*both, return_exceptions=True)
    assert len([end for end in ends if end is None]) == 1
    assert await state_of(message) in (State.APPROVED, State.SENT)


async def an_unknown_one(organisation_id: int) -> int:
    message = await a_letter(await a_sender(organisation_id, 1))
    values = {Message.state: State.SENDING.value, Message.claimed_by: "w", Message.claimed_at: NOW}
    await Message.update(values).where(Message.id == message)
    row = await Message.objects().get(Message.id == message)
    assert row is not None
    await settle_unknown(row, "cut off")
    return message


async def test_a_failed_one_is_sent_again_or_planned_anew_never_both() -> None:
    """A failed message has given its key back: twenty clicks and twenty drafts race for it."""
    firm = await borealis()
    sender = await a_sender(firm.id, 1)
    for number in range(5):
        key = f"invoice:{number}:7:1"
        message = await a_letter(sender, unique_key=key)
        await Message.update({Message.state: State.FAILED.value}).where(Message.id == message)
        races = [race for _ in range(20) for race in (send_again(message, "Anna", NOW), a_draft(sender, key))]
        ends = await asyncio.gather(*races, return_exceptions=True)
        assert len([end for end in ends if end is None or (isinstance(end, int))]) >= 1
        assert all(end is None or isinstance(end, int | OutOfDate) for end in ends), ends
        alive = Message.state.not_in([State.FAILED.value, State.CANCELLED.value])
        assert await Message.count().where(Message.unique_key == key, alive) == 1


async def a_draft(sender: Sender, key: str) -> int | None:
    new = NewMessage(
        organisation_id=sender.organisation, kind=Kind.REMINDER, to=("a@b.example",), subject="S", text="T", unique_key=key,
        sender_id=sender.id,
    )  # fmt: skip
    return await draft(new, NOW)


async def test_send_again_of_what_was_planned_anew_meanwhile_says_so() -> None:
    firm = await borealis()
    sender = await a_sender(firm.id, 1)
    message = await a_letter(sender, unique_key="k")
    await Message.update({Message.state: State.FAILED.value}).where(Message.id == message)
    assert await a_draft(sender, "k") is not None
    with pytest.raises(OutOfDate):
        await send_again(message, "Anna", NOW)
    assert await state_of(message) is State.FAILED

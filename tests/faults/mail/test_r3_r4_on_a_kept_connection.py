"""R3, R4 and R6 for the second letter over one connection, which hears the recipients while the claim is being made."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.mail.actions import Recheck, deliver
from app.mail.rechecks import Empty, Found, Rewritten, Same
from app.mail.tables import Sender
from app.outbox.states import State
from app.outbox.tables import Message
from tests.cast import NOW, borealis
from tests.faults.mail.letters import a_letter, a_mailbox, a_sender, always_same, state_of
from tests.faults.mail.scripted_server import ScriptedServer

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("database")]


class Kept:
    """A mailbox whose connection is open: one letter has gone over it."""

    def __init__(self, server: ScriptedServer, sender: Sender) -> None:
        self.server, self.sender = server, sender
        self.mailbox = a_mailbox(server.port, timeout=0.4)

    async def letter(self) -> int:
        return await a_letter(self.sender)

    async def sent(self, message: int, recheck: Recheck = always_same, after: timedelta = timedelta()) -> State | None:
        return await deliver(message, mailbox=self.mailbox, recheck=recheck, worker="w", now=NOW + after)


@pytest.fixture
async def kept(database: object) -> AsyncIterator[Kept]:
    firm = await borealis()
    async with ScriptedServer() as server:
        found = Kept(server, await a_sender(firm.id, server.port))
        assert await found.sent(await found.letter()) is State.SENT
        server.heard.clear()
        yield found
        await found.mailbox.close()


async def test_the_second_letter_goes_over_the_same_connection_and_its_text_after_its_claim(kept: Kept) -> None:
    message = await kept.letter()

    async def claimed(looked_at: Message) -> Found:
        if looked_at.state == State.SENDING.value:
            async with asyncio.timeout(5):
                while "RCPT" not in kept.server.heard:
                    await asyncio.sleep(0.01)
            assert "DATA" not in kept.server.heard
        return Same()

    assert await kept.sent(message, claimed) is State.SENT
    assert kept.server.heard == ["MAIL", "RCPT", "DATA", "text"]


@pytest.mark.parametrize("at", ["MAIL", "RCPT"])
@pytest.mark.parametrize("does", ["drop", "stall", "421 4.3.2 Shutting down", "451 4.3.0 Try later"])
async def test_what_surely_did_not_go_goes_later_once(kept: Kept, at: str, does: str) -> None:
    message = await kept.letter()
    kept.server.at, kept.server.does = at, does
    assert await kept.sent(message) is State.PLANNED
    kept.server.at = ""
    assert await kept.sent(message) is None, "it waits for its next attempt"
    assert await kept.sent(message, after=timedelta(minutes=5)) is State.SENT
    assert kept.server.taken == 2


async def test_a_connection_that_died_of_age_is_opened_anew_without_a_word(kept: Kept) -> None:
    message = await kept.letter()
    kept.server.hang_up()
    assert await kept.sent(message) is State.SENT
    assert kept.server.taken == 2


@pytest.mark.parametrize("at", ["DATA", "text"])
@pytest.mark.parametrize("does", ["drop", "stall"])
async def test_what_may_have_gone_is_parked(kept: Kept, at: str, does: str) -> None:
    message = await kept.letter()
    kept.server.at, kept.server.does = at, does
    assert await kept.sent(message) is State.UNKNOWN
    kept.server.at = ""
    assert await kept.sent(message, after=timedelta(days=1)) is None


@pytest.mark.parametrize("at", ["MAIL", "RCPT"])
async def test_what_is_refused_for_good_is_not_tried_again(kept: Kept, at: str) -> None:
    message = await kept.letter()
    kept.server.at, kept.server.does = at, "554 5.7.0 Not from you"
    assert await kept.sent(message) is State.FAILED
    kept.server.at = ""
    assert await kept.sent(message, after=timedelta(minutes=60)) is None
    assert kept.server.taken == 1


@pytest.mark.parametrize(("found", "state"), [(Empty("Paid."), State.CANCELLED), (Rewritten("Part-paid."), State.PLANNED)])
async def test_facts_that_change_after_the_claim_stop_it_and_the_next_goes(kept: Kept, found: Found, state: State) -> None:
    first, second = await kept.letter(), await kept.letter()
    looks = iter([Same(), found])

    async def recheck(_: Message) -> Found:
        return next(looks)

    assert await kept.sent(first, recheck) is state
    assert "DATA" not in kept.server.heard
    assert await state_of(first) is state
    assert await kept.sent(second) is State.SENT
    assert kept.server.taken == 2


async def test_a_letter_whose_claim_is_lost_leaves_nothing_of_itself(kept: Kept) -> None:
    """Two mailboxes tell the server of the same letter at once; one of them has the claim."""
    message, others = await kept.letter(), [await kept.letter() for _ in range(2)]
    other = Kept(kept.server, kept.sender)
    assert await other.sent(await kept.letter()) is State.SENT
    kept.server.heard.clear()
    ends = await asyncio.gather(kept.sent(message), other.sent(message))
    assert sorted(ends, key=str) == [None, State.SENT]
    assert kept.server.heard.count("DATA") == 1
    assert [await kept.sent(others[0]), await other.sent(others[1])] == [State.SENT, State.SENT]
    assert kept.server.taken == 5
    await other.mailbox.close()

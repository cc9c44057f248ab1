"""R3 and R4 wherever a conversation with a mail server can break: what surely did not go is sent later, once; what may
have gone is parked; what is refused for good stops."""

from datetime import timedelta

import pytest

from app.mail.access import Access
from app.mail.actions import deliver
from app.mail.gateway import Mailbox
from app.outbox.states import State
from tests.cast import NOW, borealis
from tests.faults.mail.letters import a_letter, a_sender, always_same, state_of
from tests.faults.mail.scripted_server import VERBS, ScriptedServer

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("database")]

BEFORE_THE_TEXT = VERBS[:-2]
TEMPORARY = ("421 4.3.2 Shutting down", "451 4.3.0 Try later")


def a_signed_in_mailbox(port: int) -> Mailbox:
    access = Access(
        host="127.0.0.1", port=port, tls="none", name="Anna Berg", address="accounts@borealis.example", username="anna",
        password="secret",
    )  # fmt: skip
    return Mailbox(access, timeout=0.4)


async def delivered(message: int, server: ScriptedServer, after: timedelta = timedelta()) -> State | None:
    mailbox = a_signed_in_mailbox(server.port)
    try:
        return await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW + after)
    finally:
        await mailbox.close()


@pytest.mark.parametrize(
    ("at", "does"),
    [(verb, does) for verb in BEFORE_THE_TEXT for does in ("drop", "stall")]
    + [(verb, does) for verb in VERBS for does in TEMPORARY if (verb, does) != ("EHLO", TEMPORARY[1])],
)
async def test_what_surely_did_not_go_goes_later_once(at: str, does: str) -> None:
    firm = await borealis()
    async with ScriptedServer() as server:
        message = await a_letter(await a_sender(firm.id, server.port))
        server.at, server.does = at, does
        assert await delivered(message, server) is State.PLANNED
        assert server.taken == 0
        server.at = ""
        assert await delivered(message, server) is None, "it waits for its next attempt"
        assert await delivered(message, server, timedelta(minutes=5)) is State.SENT
        assert await delivered(message, server, timedelta(minutes=9)) is None
        assert server.taken == 1


@pytest.mark.parametrize(("at", "does"), [(at, does) for at in ("DATA", "text") for does in ("drop", "stall")])
async def test_what_may_have_gone_is_parked_and_never_sent_by_itself(at: str, does: str) -> None:
    firm = await borealis()
    async with ScriptedServer() as server:
        message = await a_letter(await a_sender(firm.id, server.port))
        server.at, server.does = at, does
        assert await delivered(message, server) is State.UNKNOWN
        before, server.at = server.taken, ""
        for days in range(3):
            assert await delivered(message, server, timedelta(days=days)) is None
        assert server.taken == before
    assert await state_of(message) is State.UNKNOWN


@pytest.mark.parametrize("at", [verb for verb in VERBS if verb not in ("EHLO", "RCPT")])
async def test_what_is_refused_for_good_is_not_tried_again(at: str) -> None:
    firm = await borealis()
    async with ScriptedServer() as server:
        message = await a_letter(await a_sender(firm.id, server.port))
        server.at, server.does = at, "554 5.7.0 Not from you"
        assert await delivered(message, server) is State.FAILED
        server.at = ""
        for minutes in (0, 60, 6000):
            assert await delivered(message, server, timedelta(minutes=minutes)) is None
        assert server.taken == 0

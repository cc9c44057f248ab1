"""A mail server that is down, refuses or hangs up, and Xero away while reminders are about to leave: told on the pages
where a person looks, nothing goes twice, and what can go goes afterwards."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from app.chasing.actions import plan_organisation
from app.database import fetch
from app.mail.tables import Sender
from app.outbox.tables import Message
from app.schedules.actions import ship as ship_schedule
from tests.scenarios.answering import GREETINGS, answering
from tests.scenarios.books import odd_books, read_from_a_file
from tests.scenarios.desk import Desk
from tests.scenarios.post import PostRoom, post_room
from tests.xero_rig import Rig


@pytest.fixture
async def post(desk: Desk) -> AsyncIterator[PostRoom]:
    """Reminders to Harbour Foods and Larch & Sons are about to go; Quayside has no address."""
    async with post_room(desk) as room:
        assert await room.states() == {"planned": 2}
        yield room


async def to_port(port: int) -> None:
    await Sender.update({Sender.port: port}, force=True)


async def page_of_message(subject: str) -> str:
    (row,) = await fetch("SELECT id FROM message WHERE subject LIKE {}", f"{subject}%")
    return f"/messages/{row['id']}"


def delivered(post: PostRoom) -> list[str]:
    return sorted(str(letter["To"]) for letter in post.server.messages)


async def assert_on_every_page(desk: Desk, sentence: str) -> None:
    for path, words in (await desk.walk()).items():
        if "Skip to the page" in words:
            assert sentence in words, (path, words[:600])


async def test_a_mail_server_that_is_down_is_told_everywhere_and_everything_goes_once_it_is_back(post: PostRoom, desk: Desk):
    async with answering(b"") as port:
        pass
    await to_port(port)
    await post.round()
    assert await post.states() == {"planned": 2}
    await assert_on_every_page(desk, "is not answering: it could not be reached")
    assert "Not answering" in await desk.look("/senders")
    assert "it could not be reached" in await desk.look("/messages?state=waiting")
    await to_port(post.server.port)
    desk.rig.clock.forward(minutes=10)
    await post.round()
    assert delivered(post) == ["accounts1@example.com", "accounts2@example.com"]
    assert "is not answering" not in await desk.look("/")
    await post.round()
    assert len(post.server.taken) == 2


async def test_servers_that_are_none_are_told_after_send_test(post: PostRoom, desk: Desk):
    (row,) = await fetch("SELECT id FROM sender")
    for kind, words in GREETINGS.items():
        async with answering(words) as port:
            await to_port(port)
            answer = await desk.client.post(f"/senders/{row['id']}/test")
            assert answer.status_code == 303, (kind, answer.text[:500])
            told = await desk.look(f"/senders/{row['id']}")
            assert "The test did not go" in told, kind
            assert "Traceback" not in told and "\x00" not in told, kind
    await desk.walk()
    await to_port(post.server.port)
    await desk.client.post(f"/senders/{row['id']}/test")
    assert "the mailbox works" in await desk.look(f"/senders/{row['id']}")
    assert "has stopped" not in await desk.look("/")


async def test_a_server_that_asks_for_patience_is_asked_again_later(post: PostRoom, desk: Desk):
    post.server.at_rcpt = lambda _: "451 4.7.1 Greylisted, try again"
    await post.round()
    assert "451 4.7.1 Greylisted, try again" in await desk.look("/messages?state=waiting")
    await desk.walk()
    post.server.at_rcpt = lambda _: None
    desk.rig.clock.forward(minutes=10)
    await post.round()
    assert await post.states() == {"sent": 2} and len(post.server.taken) == 2


async def test_an_address_that_is_refused_is_told_on_its_customer_and_invoice_and_the_others_go(post: PostRoom, desk: Desk):
    post.server.at_rcpt = lambda address: "550 5.1.1 No such user" if address.startswith("accounts1@") else None
    await post.round()
    assert delivered(post) == ["accounts2@example.com"]
    (row,) = await fetch("SELECT id FROM customer WHERE name = 'Harbour Foods Ltd'")
    pages = await desk.walk()
    assert "Refused: 550 5.1.1 No such user" in pages[f"/customers/{row['id']}"]
    assert "no usable address left; bounced: accounts1@example.com" in pages[await desk.page_of("INV-1")]
    assert "The address accounts1@example.com was refused" in pages["/messages?state=failed"]
    await post.round()
    assert len(post.server.taken) == 1, "it is not tried again by itself"


async def test_a_mailbox_that_is_refused_stops_is_told_and_goes_on_after_a_good_test(post: PostRoom, desk: Desk):
    post.server.at_mail = lambda _: "535 5.7.8 Wrong password"
    await post.round()
    await assert_on_every_page(desk, "The mailbox anna@borealis.example has stopped")
    (row,) = await fetch("SELECT id FROM sender")
    assert "the mail server said “535 5.7.8 Wrong password”" in await desk.look(f"/senders/{row['id']}")
    assert not await fetch("SELECT id FROM recipient WHERE bounced_at IS NOT NULL"), "nobody's address is marked"
    post.server.at_mail = lambda _: None
    await desk.client.post(f"/senders/{row['id']}/test")
    for _ in range(3):
        desk.rig.clock.forward(minutes=20)
        await plan_organisation(desk.firm.id, post.now)
        await post.round()
    assert "has stopped" not in await desk.look("/")
    reminded = [each for each in delivered(post) if each.startswith("accounts")]
    assert reminded == ["accounts1@example.com", "accounts2@example.com"], "each of them once"


async def test_a_connection_lost_in_the_text_is_shown_and_never_sent_again_by_itself(post: PostRoom, desk: Desk):
    post.server.drop_after_data = True
    await post.round()
    assert await post.states() == {"unknown": 2}
    post.server.drop_after_data = False
    await assert_on_every_page(desk, "An email was cut off while it was being sent: it may have gone or not.")
    assert "Nobody can tell whether it went" in await desk.look("/messages?state=unknown")
    assert "is unknown until a person decides" in await desk.look(await desk.page_of("INV-1"))
    for hours in (1, 2, 24):
        desk.rig.clock.forward(hours=hours)
        await post.round()
    assert len(post.server.taken) == 2
    rows = await Message.select(Message.id).where(Message.state == "unknown")
    for row in rows:
        assert (await desk.client.post(f"/messages/{row['id']}/mark-as-sent")).status_code == 303
    assert "was cut off while" not in await desk.look("/")
    await desk.walk()


async def test_xero_away_right_before_sending_keeps_the_reminders_and_says_why(post: PostRoom, desk: Desk):
    desk.rig.clock.forward(minutes=15)
    await desk.rig.do("/control/payments", invoice="INV-3", amount="all")
    await desk.rig.do("/control/payments", invoice="INV-4", amount="all")
    await desk.rig.fault("503", times=None)
    await post.round()
    assert post.server.taken == [] and await post.states() == {"planned": 2}
    assert "It waits until Xero can be read: Xero is away (503)" in await desk.look("/messages?state=waiting")
    assert "last sync failed" in await desk.look("/")
    await desk.walk()
    await desk.rig.mend()
    desk.rig.clock.forward(minutes=15)
    await post.round()
    assert delivered(post) == ["accounts1@example.com"], "Larch & Sons have paid meanwhile"
    assert await desk.ours() == desk.theirs()


async def test_a_paper_that_xero_does_not_give_keeps_no_reminder_back(post: PostRoom, desk: Desk):
    await desk.rig.fault("truncated", times=None, path="/api.xro/2.0/Invoices/")
    await post.round()
    assert len(post.server.taken) == 2
    assert not any(_files(letter) for letter in post.server.messages), "half a paper is none"


def _files(letter: EmailMessage) -> list[str]:
    return [str(part.get_filename()) for part in letter.iter_attachments()]


async def test_customers_with_odd_names_get_a_letter_each_and_no_header_is_slipped_in(
    client: Any, sign_in: Any, borealis: Any, rig: Rig, tmp_path: Path, switchboard: Any
):
    odd = Rig(books=read_from_a_file(odd_books(), tmp_path))
    odd.clock = rig.clock
    odd.ledger.clock._source = rig.clock
    switchboard.current = odd.cable
    member = await sign_in("owner")
    await ship_schedule(borealis.id, rig.clock())
    await odd.connect(member)
    desk = Desk(client, odd, borealis, member)
    async with post_room(desk) as post:
        planned = (await post.states())["planned"]
        await post.round()
        assert await post.states() == {"sent": planned}, await fetch("SELECT state, state_reason, last_answer FROM message")
        assert planned > 25 and len(post.server.taken) == planned
        for letter in post.server.messages:
            assert letter["Bcc"] is None and "\n" not in str(letter["Subject"]), str(letter["Subject"])
            assert {str(letter["To"]), str(letter["From"])} & {"Anna Berg <anna@borealis.example>"}
            assert "None" not in letter.get_body(("plain",)).get_content()
        await desk.walk()
    await odd.close()

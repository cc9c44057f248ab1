"""Delivery: the second looks, the pace of a mailbox, and the product's own mail."""

from datetime import UTC, datetime, timedelta

import pytest

from app.activity.tables import Activity
from app.customers.tables import Customer, Summary
from app.mail.actions import deliver, draft_system
from app.mail.delivery_actions import Mailboxes, to_ring
from app.mail.rechecks import Empty, Found, Rewritten, Same
from app.mail.sender_actions import reserve
from app.mail.tables import Sender
from app.outbox import actions as outbox
from app.outbox.messages import NewMessage
from app.outbox.states import Kind, State
from app.outbox.tables import Message
from app.problems import TryLater
from app.settings import reload_settings
from tests.cast import NOW, TODAY, a_customer, borealis
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_letter, a_mailbox, a_sender, always_same, state_of

pytestmark = pytest.mark.usefixtures("database")
TOKEN = "p_0123456789abcdefghijklmnopqrstuv"


async def test_what_is_sent_is_on_the_timeline_and_has_the_customer_planned_anew() -> None:
    firm = await borealis()
    customer = await a_customer(firm.organisation)
    with CountingServer() as server:
        message = await a_letter(await a_sender(firm.id, server.port), customer_id=customer.id, cc=("b@harbour.example",))
        mailbox = a_mailbox(server.port)
        assert await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW) is State.SENT
        await mailbox.close()
    line = await Activity.objects().get(Activity.message_id == message)
    assert line is not None
    assert line.sentence == "“Invoice INV-1” was sent to ap@harbour.example, b@harbour.example"
    assert await Customer.exists().where(Customer.id == customer.id, Customer.reconsider_at == NOW)


async def test_what_is_sent_is_the_customers_last_contact() -> None:
    firm = await borealis()
    customer = await a_customer(firm.organisation)
    await Summary(customer=customer.id, organisation_id=firm.id).save()
    with CountingServer() as server:
        message = await a_letter(await a_sender(firm.id, server.port), customer_id=customer.id)
        mailbox = a_mailbox(server.port)
        await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW)
        await mailbox.close()
    summary = await Summary.objects().get(Summary.customer == customer.id)
    assert summary is not None
    assert summary.last_contacted_at == NOW


async def test_the_portal_link_is_whole_in_what_leaves() -> None:
    firm = await borealis()
    with CountingServer() as server:
        link = f"https://t.example/p/{TOKEN}"
        message = await a_letter(
            await a_sender(firm.id, server.port), text=f"See {link}", html=f'<a href="{link}">x</a>', portal_token=TOKEN
        )
        mailbox = a_mailbox(server.port)
        await deliver(message, mailbox=mailbox, recheck=always_same, worker="w", now=NOW)
        await mailbox.close()
        parts = [part.get_content() for part in server.messages[0].walk() if not part.is_multipart()]
    assert [TOKEN in part for part in parts] == [True, True]


async def test_what_turns_out_to_be_about_nothing_is_cancelled_with_the_reason() -> None:
    firm = await borealis()
    message = await a_letter(await a_sender(firm.id, 1), unique_key="k")

    async def paid(_: Message) -> Found:
        return Empty("INV-1 has been paid.")

    assert await deliver(message, mailbox=a_mailbox(1), recheck=paid, worker="w", now=NOW) is None
    row = await Message.objects().get(Message.id == message)
    assert row is not None
    assert (row.state, row.state_reason) == (State.CANCELLED, "INV-1 has been paid.")


async def test_what_is_rewritten_and_needs_approval_waits_for_it() -> None:
    firm = await borealis()
    with CountingServer() as server:
        sender = await a_sender(firm.id, server.port)
        message = await a_letter(sender, needs_approval=True)
        await outbox.approve([message], "Anna", NOW)

        async def changed(waiting: Message) -> Found:
            new = NewMessage(
                organisation_id=firm.id, kind=Kind.REMINDER, to=("x@y.example",), subject="New", text="New",
                sender_id=sender.id, needs_approval=True,
            )  # fmt: skip
            await outbox.rewrite(waiting.id, new)
            return Rewritten("INV-2 is overdue as well.")

        assert await deliver(message, mailbox=a_mailbox(server.port), recheck=changed, worker="w", now=NOW) is None
        assert server.taken == []
    assert await state_of(message) is State.PLANNED


@pytest.mark.parametrize(("found", "state"), [(Empty("Paid."), State.CANCELLED), (Rewritten("Part-paid."), State.PLANNED)])
async def test_facts_that_change_after_the_claim_stop_it_before_anything_is_transmitted(found: Found, state: State) -> None:
    firm = await borealis()
    with CountingServer() as server:
        message = await a_letter(await a_sender(firm.id, server.port))
        looks = iter([Same(), found])

        async def recheck(_: Message) -> Found:
            return next(looks)

        assert await deliver(message, mailbox=a_mailbox(server.port), recheck=recheck, worker="w", now=NOW) is state
        assert server.taken == []
        assert server.attempts == 0
    assert await state_of(message) is state


async def test_while_xero_is_away_nothing_leaves_and_nothing_is_lost() -> None:
    firm = await borealis()
    message = await a_letter(await a_sender(firm.id, 1))

    async def away(_: Message) -> Found:
        raise TryLater

    assert await deliver(message, mailbox=a_mailbox(1), recheck=away, worker="w", now=NOW) is None
    assert await state_of(message) is State.PLANNED


async def test_a_second_look_that_breaks_after_the_claim_gives_the_claim_back() -> None:
    firm = await borealis()
    message = await a_letter(await a_sender(firm.id, 1))
    looks = iter([Same()])

    async def breaks(_: Message) -> Found:
        return next(looks)

    with pytest.raises(RuntimeError):
        await deliver(message, mailbox=a_mailbox(1), recheck=breaks, worker="w", now=NOW)
    assert await state_of(message) is State.PLANNED


async def test_a_message_without_words_does_not_leave() -> None:
    firm = await borealis()
    message = await a_letter(await a_sender(firm.id, 1), subject="", text="", html="")
    assert await deliver(message, mailbox=a_mailbox(1), recheck=always_same, worker="w", now=NOW) is None
    assert await state_of(message) is State.PLANNED


async def test_a_reminder_without_a_mailbox_never_leaves_from_the_products_own(monkeypatch: pytest.MonkeyPatch) -> None:
    firm = await borealis()
    with CountingServer() as server:
        monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{server.port}?tls=none")
        reload_settings()
        new = NewMessage(organisation_id=firm.id, kind=Kind.REMINDER, to=("a@b.example",), subject="S", text="T")
        message = await outbox.draft(new, NOW)
        assert message is not None
        boxes = Mailboxes()
        assert await to_ring(NOW) == ()
        await deliver(message, mailbox=lambda m: boxes.of(m, NOW), recheck=always_same, worker="w", now=NOW)
        assert server.taken == []
    monkeypatch.undo()
    reload_settings()


async def test_the_products_own_mail_goes_from_its_own_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    with CountingServer() as server:
        monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{server.port}?tls=none")
        monkeypatch.setenv("SMTP_FROM", "Tactful <post@tactful.example>")
        reload_settings()
        facts = {"name": "Anna", "link": "https://t.example/reset"}
        message = await draft_system("password_reset", "anna@borealis.example", facts, NOW)
        assert message is not None
        boxes = Mailboxes()
        assert [ring.message_id for ring in await to_ring(NOW)] == [message]
        await deliver(message, mailbox=lambda m: boxes.of(m, NOW), recheck=always_same, worker="w", now=NOW)
        await boxes.close()
        [mail] = server.messages
    monkeypatch.undo()
    reload_settings()
    assert mail["From"] == "Tactful <post@tactful.example>"
    assert "https://t.example/reset" in mail.get_content()


async def test_a_mailbox_keeps_its_pace_and_never_delays_anothers() -> None:
    firm = await borealis()
    slow, fast = await a_sender(firm.id, 1), await a_sender(firm.id, 1)
    await Sender.update({Sender.seconds_between: 4}).where(Sender.id == slow.id)
    of_slow = [await a_letter(slow) for _ in range(10)]
    of_fast = [await a_letter(fast) for _ in range(10)]
    rings = {ring.message_id: ring.delay_seconds for ring in await to_ring(NOW)}
    assert [rings.get(message) for message in of_slow] == [0, 4, 8] + [None] * 7
    assert [rings.get(message) for message in of_fast] == [0] * 10


async def test_the_heaviest_go_first_and_a_days_cap_is_kept_until_the_next_local_day() -> None:
    firm = await borealis(timezone="Pacific/Auckland")
    sender = await a_sender(firm.id, 1)
    await Sender.update({Sender.daily_cap: 2}).where(Sender.id == sender.id)
    light, heavy, middle = [await a_letter(sender, weight=weight) for weight in (1, 3, 2)]
    assert [ring.message_id for ring in await to_ring(NOW)] == [heavy, middle]
    today = datetime(2026, 11, 30, tzinfo=UTC).date()
    assert [await reserve(sender.id, NOW + timedelta(seconds=n), today) for n in range(3)] == [True, True, False]
    assert await reserve(sender.id, NOW + timedelta(days=1), today + timedelta(days=1))
    assert light not in [ring.message_id for ring in await to_ring(NOW)]


async def test_two_processes_share_the_pace_of_a_mailbox() -> None:
    firm = await borealis()
    sender = await a_sender(firm.id, 1)
    await Sender.update({Sender.seconds_between: 4}).where(Sender.id == sender.id)
    assert await reserve(sender.id, NOW, TODAY)
    assert not await reserve(sender.id, NOW + timedelta(seconds=1), TODAY)
    assert await reserve(sender.id, NOW + timedelta(seconds=4), TODAY)


async def test_one_connection_serves_a_batch_and_survives_a_server_that_closes_it() -> None:
    firm = await borealis()
    with CountingServer() as server:
        sender = await a_sender(firm.id, server.port)
        mailbox = a_mailbox(server.port)
        for _ in range(4):
            await deliver(await a_letter(sender), mailbox=mailbox, recheck=always_same, worker="w", now=NOW)
        assert server.connections == 1
        server.drop_connections()
        last = await a_letter(sender)
        assert await deliver(last, mailbox=mailbox, recheck=always_same, worker="w", now=NOW) is State.SENT
        await mailbox.close()
        assert len(server.taken) == 5


async def test_a_server_without_starttls_never_gets_the_password() -> None:
    firm = await borealis()
    with CountingServer() as server:
        sender = await a_sender(firm.id, server.port)
        await Sender.update({Sender.tls: "starttls", Sender.username: "anna"}).where(Sender.id == sender.id)
        message, boxes = await a_letter(sender), Mailboxes()
        await deliver(message, mailbox=lambda m: boxes.of(m, NOW), recheck=always_same, worker="w", now=NOW)
        assert server.taken == []
        assert server.passwords == 0
    assert await state_of(message) is State.FAILED
    row = await Sender.objects().get(Sender.id == sender.id)
    assert row is not None
    assert "STARTTLS" in row.stopped_reason.upper()

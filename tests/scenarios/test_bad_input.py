"""A ledger that misbehaves: it is told where a person looks, no page fails, nothing is lost or half-written, and
afterwards our open invoices are the ledger's."""

import asyncio

import pytest

from app.database import fetch
from app.mail.lost_connection_actions import tell_owners
from app.outbox.tables import Message
from app.xero.connection_actions import disconnect
from app.xero.tables import Connection
from tests.scenarios.desk import Desk
from tests.xero_rig import Rig

TABLES = ("customer", "recipient", "invoice", "payment", "credit", "customer_summary", "expected_date", "xero_cursor")
AWAY = {
    "500": "Xero had a fault of its own (500). Nothing was changed; it will be tried again.",
    "503": "Xero is away (503): the organisation is offline or Xero is being maintained. It will be tried again.",
    "html": "Xero answered with a web page instead of data. Nothing was changed; it will be tried again.",
    "truncated": "Xero's answer was cut off or unreadable. Nothing was changed; it will be tried again.",
    "reset": "Xero could not be reached, or hung up. Nothing was changed; it will be tried again.",
    "timeout": "Xero did not answer in time. It will be tried again.",
    "404": "Xero has no such record.",
    "429-minute": "Xero answers only so many questions a minute, and these are used up. Try again in a minute",
    "429-day": "Xero answers only so many questions a day, and today's are used up. The next sync brings everything over",
    "429-concurrent": "Xero was asked too many things at once. Try again in a minute",
}
"""What the sync page says of each."""

ENDED = {
    "401": "Xero turns down even a fresh token (401): access was revoked.",
    "401-scope": "the Xero user needs the Standard or Adviser role, and every permission on the consent page",
    "403": "the app was disconnected in Xero, or the user who connected it may no longer see it",
    "invalid_grant": "Xero no longer accepts this connection",
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a place within the limits."""
    monkeypatch.setattr("app.xero.actions.PATIENCE", 0.0)


@pytest.fixture
async def synced(desk: Desk) -> Desk:
    assert (await desk.press_sync_now("first")).is_good
    assert await desk.ours() == desk.theirs()
    return desk


async def everything() -> dict[str, list[dict[str, object]]]:
    return {table: await fetch(f"SELECT * FROM {table} ORDER BY id") for table in TABLES}


async def assert_caught_up(desk: Desk) -> None:
    assert (await desk.press_sync_now()).is_good
    assert await desk.ours() == desk.theirs()
    assert "last sync failed" not in await desk.look("/")
    pages = await desk.walk()
    for number in (record["InvoiceNumber"] for record in desk.rig.books("Invoices")):
        assert any(number in words for words in pages.values()), number


async def test_a_ledger_that_is_away_or_answers_nonsense_is_told_and_caught_up_with(synced: Desk, rig: Rig):
    for place, (fault, sentence) in enumerate(AWAY.items()):
        rig.clock.forward(hours=2)
        await rig.do("/control/invoices", contact="Harbour Foods Ltd", amount="10.00", number=f"NEW-{place}", due="2026-11-10")
        await rig.fault(fault, times=None, seconds=2)
        before = await everything()
        outcome = await synced.press_sync_now()
        assert outcome.state == "failed", fault
        assert await everything() == before, f"{fault} left something half-written"
        assert sentence in await synced.look("/syncs"), fault
        assert sentence in await synced.look(f"/syncs/{outcome.run_id}")
        assert "last sync failed, synced" in await synced.look("/syncs/line")
        await rig.mend()
    pages = await synced.walk()
    assert all("last sync failed" in words for path, words in pages.items() if words and "Sync now" in words)
    rig.clock.forward(hours=2)
    await assert_caught_up(synced)


async def test_a_fault_in_the_middle_of_a_sync_loses_nothing(desk: Desk, rig: Rig):
    """Cut before each of the seven calls of a sync: organisation, reminders, contacts, invoices, three kinds of credit."""
    for after in range(7):
        await Connection.update({Connection.daily_facts_at: None}, force=True)
        await rig.fault("reset", times=None, after=after)
        outcome = await desk.press_sync_now("first" if after == 0 else "asked")
        assert outcome.state == "failed", after
        await desk.look("/")
        ours, theirs = await desk.ours(), desk.theirs()
        assert ours.items() <= theirs.items(), "what is here is right, though not all of it is"
        await rig.mend()
        rig.clock.forward(minutes=5)
        if after == 3:
            await rig.do("/control/payments", invoice="INV-1", amount="20.00")
    await assert_caught_up(desk)


async def test_a_slow_ledger_slows_nobody_down(synced: Desk, rig: Rig):
    rig.xero._call_seconds = 5.0
    await rig.fault("slow", times=None, latency_ms=150)
    await synced.client.post("/syncs")
    rig.clock.forward(minutes=5)
    under_way = asyncio.create_task(rig.sync(synced.firm.id))
    await asyncio.sleep(0.1)
    assert 'hx-trigger="every 1s"' in (await synced.client.get("/")).text, "the line beside Sync now follows it"
    await synced.walk()
    assert (await under_way).is_good


async def test_a_connection_that_has_ended_is_told_on_every_page_and_to_the_owners(synced: Desk, rig: Rig):
    for fault, reason in ENDED.items():
        rig.clock.forward(hours=1)
        await rig.fault(fault, times=None)
        outcome = await synced.press_sync_now()
        assert outcome.state == "failed" and outcome.lost_connection, fault
        pages = await synced.walk() if fault == "403" else {path: await synced.look(path) for path in ("/", "/syncs")}
        for path, words in pages.items():
            if "Skip to the page" in words:
                assert "Tactful is disconnected from Xero" in words and reason in words, (fault, path)
                assert "Nothing is chased until you reconnect" in words and "Reconnect to Xero" in words, (fault, path)
        assert f"Disconnected: {(await _connection()).reason}" in pages["/syncs"]
        assert "Held: Xero is disconnected" in await synced.look(await synced.page_of("INV-1"))
        assert await tell_owners("https://here.example", rig.clock()) == 1, "one owner, one letter"
        assert await tell_owners("https://here.example", rig.clock()) == 0
        await rig.mend()
        await rig.connect(synced.member)
        assert (await synced.press_sync_now()).is_good
        assert "disconnected from Xero" not in await synced.look("/")
    await assert_caught_up(synced)
    letters = await Message.select(Message.text).where(Message.kind == "system")
    assert len(letters) == len(ENDED) and all("Reconnect to Xero" in letter["text"] for letter in letters)


async def _connection() -> Connection:
    row = await Connection.objects().first()
    assert row is not None
    return row


async def test_an_old_loss_is_no_news(synced: Desk, rig: Rig):
    await disconnect(synced.firm.id, "It was disconnected in Xero.", rig.clock())
    rig.clock.forward(days=3)
    assert await tell_owners("https://here.example", rig.clock()) == 0


async def test_after_a_day_without_xero_every_page_says_that_nothing_is_sent(synced: Desk, rig: Rig):
    await rig.fault("503", times=None)
    rig.clock.forward(hours=25)
    assert not (await synced.press_sync_now("daily")).is_good
    for path, words in (await synced.walk()).items():
        if "Skip to the page" in words:
            assert "Xero could not be read since Monday 23 November 2026, 09:30. Nothing is sent" in words, path
    assert "the last good sync with Xero was on Mon 23 Nov at 09:30" in await synced.look(await synced.page_of("INV-1"))
    await rig.mend()
    rig.clock.forward(minutes=5)
    await assert_caught_up(synced)
    assert "could not be read since" not in await synced.look("/")


async def test_a_paper_that_cannot_be_had_is_told_and_never_kept_half(synced: Desk, rig: Rig):
    path = f"{await synced.page_of('INV-1')}.pdf"
    for fault in AWAY:
        await rig.fault(fault, times=None, seconds=2)
        answer = await synced.client.get(path)
        assert answer.status_code in (502, 503) and "This page failed" not in answer.text, fault
        assert 'href="/"' in answer.text
        await rig.mend()
        rig.clock.forward(hours=2)
    answer = await synced.client.get(path)
    assert answer.status_code == 200 and b"%%EOF" in answer.content[-1024:]


async def test_every_link_of_the_desk_leads_somewhere_while_xero_is_away(synced: Desk, rig: Rig):
    await rig.fault("503", times=None)
    links = await synced.follow_every_link(most=150)
    assert {"/customers/1", "/invoices/1", "/syncs", "/customers/1/portal"} <= links


async def test_sync_now_while_disconnected_leads_to_connecting(synced: Desk, rig: Rig):
    await disconnect(synced.firm.id, "It was disconnected in Xero.", rig.clock())
    answer = await synced.client.post("/syncs")
    assert (answer.status_code, answer.headers["location"]) == (303, "/connect")

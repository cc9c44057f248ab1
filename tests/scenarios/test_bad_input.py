"""A ledger that misbehaves, and returns from the consent page that are none: each is told where a person looks, no page
fails, nothing is lost or half-written, and afterwards our open invoices are the ledger's."""

import asyncio
from urllib.parse import urlencode

import pytest

from app.chasing.actions import plan_organisation
from app.database import fetch
from app.mail.lost_connection_actions import tell_owners
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from app.xero.connection_actions import disconnect
from app.xero.tables import Connection, Grant, SyncRun
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


async def test_sync_now_while_disconnected_leads_to_connecting(synced: Desk, rig: Rig):
    await disconnect(synced.firm.id, "It was disconnected in Xero.", rig.clock())
    answer = await synced.client.post("/syncs")
    assert (answer.status_code, answer.headers["location"]) == (303, "/connect")


class TestReturnsFromTheConsentPage:
    """GET /xero/callback, as a browser comes back to it."""

    @pytest.fixture
    async def unconnected(self, desk: Desk) -> Desk:
        await Connection.delete(force=True)
        await Grant.delete(force=True)
        await Organisation.update({Organisation.set_up_at: None}).where(Organisation.id == desk.firm.id)
        return desk

    async def come_back(self, desk: Desk, **query: str) -> tuple[int, str]:
        answer = await desk.client.get(f"/xero/callback?{urlencode(query)}")
        assert 'href="/connect"' in answer.text, "the way to start again"
        assert (await Grant.count(), await Connection.count(), await SyncRun.count()) == (0, 0, 0)
        return answer.status_code, answer.text

    async def consent(self, desk: Desk, **choice: str) -> dict[str, str]:
        return await desk.rig.consent((await desk.client.post("/connect/demo")).headers["location"], **choice)

    async def test_a_state_that_is_missing_made_up_foreign_or_nonsense_connects_nothing(self, unconnected: Desk, sign_in):
        foreign = await self.consent(unconnected)
        await sign_in(Role.OWNER)
        for query in (
            {}, {"state": ""}, {"code": "c"}, {"state": "x_made-up", "code": "c"}, {"state": "\u202e🧾", "code": "-1"},
            {"state": "é" * 5000, "code": "c"}, {"error": "access_denied"}, {"error": "<script>", "state": "x"}, foreign,
        ):  # fmt: skip
            status, page = await self.come_back(unconnected, **query)
            assert status == 400 and "belongs to no consent of yours" in page, query
        await unconnected.walk()

    async def test_refusals_of_the_consent_page_are_explained(self, unconnected: Desk):
        asked = await self.consent(unconnected, decision="cancel")
        status, page = await self.come_back(unconnected, **asked)
        assert status == 400 and "Access was not allowed" in page and "Standard or Adviser role" in page
        for error in ("server_error", "invalid_scope", "temporarily_unavailable", "x" * 3000):
            asked = await self.consent(unconnected, decision="cancel")
            status, page = await self.come_back(unconnected, state=asked["state"], error=error)
            assert status == 400 and "declined the request" in page and "x" * 200 not in page, error

    async def test_a_return_without_its_code_is_explained(self, unconnected: Desk):
        for code in ({}, {"code": ""}, {"code": "made-up"}, {"code": "\u202e🧾" * 100}):
            asked = await self.consent(unconnected)
            status, page = await self.come_back(unconnected, state=asked["state"], **code)
            assert status in (400, 502) and "Start again" in page, code

    async def test_xero_away_during_the_exchange_is_told_and_nothing_is_half_done(self, unconnected: Desk):
        for path in ("/connect/token", "/connections"):
            for fault in ("500", "503", "html", "reset", "truncated", "429-minute", "timeout", "401", "403", "404"):
                asked = await self.consent(unconnected)
                await unconnected.rig.fault(fault, path=path, times=None, seconds=2)
                status, page = await self.come_back(unconnected, **asked)
                assert status in (400, 403, 502, 503) and "Start again" in page, (path, fault)
                assert "This page failed" not in page, (path, fault)
                await unconnected.rig.mend()

    async def test_the_same_return_a_second_time_changes_nothing(self, unconnected: Desk):
        asked = await self.consent(unconnected)
        first = await unconnected.client.get(f"/xero/callback?{urlencode(asked)}")
        assert first.headers["location"] == "/set-up"
        again = await unconnected.client.get(f"/xero/callback?{urlencode(asked)}")
        assert again.status_code == 400 and "has been used already" in again.text
        assert (await Grant.count(), await Connection.count()) == (1, 1)

    async def test_a_first_sync_that_fails_is_told_in_its_progress_and_ends_well_later(self, unconnected: Desk):
        desk, rig = unconnected, unconnected.rig
        await desk.client.get(f"/xero/callback?{urlencode(await self.consent(desk))}")
        form = {"name": "Borealis", "country": "GB", "timezone": "Europe/London", "starts_with": "all"}
        progress = (await desk.client.post("/set-up", data=form)).headers["location"]
        await rig.fault("html", times=None)
        assert not (await rig.sync(desk.firm.id, "first")).is_good
        assert AWAY["html"] in await desk.look(progress)
        await plan_organisation(desk.firm.id, rig.clock())
        assert "not synced yet" in (await desk.walk())["/"]
        await rig.mend()
        await assert_caught_up(desk)

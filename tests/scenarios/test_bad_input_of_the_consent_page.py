"""Returns from the consent page that are none, are refused or come while Xero is away: GET /xero/callback, as a browser
comes back to it. Nothing is connected, and the page says what to do."""

from urllib.parse import urlencode

import pytest

from app.chasing.actions import plan_organisation
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from app.xero.tables import Connection, Grant, SyncRun
from tests.scenarios.desk import Desk
from tests.scenarios.test_bad_input import AWAY, assert_caught_up


@pytest.fixture
async def unconnected(desk: Desk) -> Desk:
    await Connection.delete(force=True)
    await Grant.delete(force=True)
    await Organisation.update({Organisation.set_up_at: None}).where(Organisation.id == desk.firm.id)
    return desk


async def come_back(desk: Desk, **query: str) -> tuple[int, str]:
    answer = await desk.client.get(f"/xero/callback?{urlencode(query)}")
    assert 'href="/connect"' in answer.text, "the way to start again"
    assert (await Grant.count(), await Connection.count(), await SyncRun.count()) == (0, 0, 0)
    return answer.status_code, answer.text


async def consent(desk: Desk, **choice: str) -> dict[str, str]:
    return await desk.rig.consent((await desk.client.post("/connect/demo")).headers["location"], **choice)


async def test_a_state_that_is_missing_made_up_foreign_or_nonsense_connects_nothing(unconnected: Desk, sign_in):
    foreign = await consent(unconnected)
    await sign_in(Role.OWNER)
    for query in (
        {}, {"state": ""}, {"code": "c"}, {"state": "x_made-up", "code": "c"}, {"state": "\u202e🧾", "code": "-1"},
        {"state": "é" * 5000, "code": "c"}, {"error": "access_denied"}, {"error": "<script>", "state": "x"}, foreign,
    ):  # fmt: skip
        status, page = await come_back(unconnected, **query)
        assert status == 400 and "belongs to no consent of yours" in page, query
    await unconnected.walk()


async def test_refusals_of_the_consent_page_are_explained(unconnected: Desk):
    asked = await consent(unconnected, decision="cancel")
    status, page = await come_back(unconnected, **asked)
    assert status == 400 and "Access was not allowed" in page and "Standard or Adviser role" in page
    for error in ("server_error", "invalid_scope", "temporarily_unavailable", "x" * 3000):
        asked = await consent(unconnected, decision="cancel")
        status, page = await come_back(unconnected, state=asked["state"], error=error)
        assert status == 400 and "declined the request" in page and "x" * 200 not in page, error


async def test_a_return_without_its_code_is_explained(unconnected: Desk):
    for code in ({}, {"code": ""}, {"code": "made-up"}, {"code": "\u202e🧾" * 100}):
        asked = await consent(unconnected)
        status, page = await come_back(unconnected, state=asked["state"], **code)
        assert status in (400, 502) and "Start again" in page, code


async def test_xero_away_during_the_exchange_is_told_and_nothing_is_half_done(unconnected: Desk):
    for path in ("/connect/token", "/connections"):
        for fault in ("500", "503", "html", "reset", "truncated", "429-minute", "timeout", "401", "403", "404"):
            asked = await consent(unconnected)
            await unconnected.rig.fault(fault, path=path, times=None, seconds=2)
            status, page = await come_back(unconnected, **asked)
            assert status in (400, 403, 502, 503) and "Start again" in page, (path, fault)
            assert "This page failed" not in page, (path, fault)
            await unconnected.rig.mend()


async def test_the_same_return_a_second_time_changes_nothing(unconnected: Desk):
    asked = await consent(unconnected)
    first = await unconnected.client.get(f"/xero/callback?{urlencode(asked)}")
    assert first.headers["location"] == "/set-up"
    again = await unconnected.client.get(f"/xero/callback?{urlencode(asked)}")
    assert again.status_code == 400 and "has been used already" in again.text
    assert (await Grant.count(), await Connection.count()) == (1, 1)


async def test_a_first_sync_that_fails_is_told_in_its_progress_and_ends_well_later(unconnected: Desk):
    desk, rig = unconnected, unconnected.rig
    await desk.client.get(f"/xero/callback?{urlencode(await consent(desk))}")
    form = {"name": "Borealis", "country": "GB", "timezone": "Europe/London", "starts_with": "all"}
    progress = (await desk.client.post("/set-up", data=form)).headers["location"]
    await rig.fault("html", times=None)
    assert not (await rig.sync(desk.firm.id, "first")).is_good
    assert AWAY["html"] in await desk.look(progress)
    await plan_organisation(desk.firm.id, rig.clock())
    assert "not synced yet" in (await desk.walk())["/"]
    await rig.mend()
    await assert_caught_up(desk)

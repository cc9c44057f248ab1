"""R11: token rotation survives crowds, crashes and lost answers."""

import asyncio

import pytest

from app.xero.grant_actions import access_token, unsealed
from app.xero.tables import Grant

STALE = 45


async def the_grant() -> Grant:
    return await Grant.objects().first()


async def refreshes(rig) -> int:
    return rig.ledger.calls.by_endpoint["POST /connect/token"]


async def test_ten_that_need_a_token_together_refresh_once(synced, rig):
    grant = await the_grant()
    rig.clock.forward(minutes=STALE)
    before = await refreshes(rig)
    tokens = await asyncio.gather(*(access_token(grant.id, xero=rig.xero, now=rig.clock) for _ in range(10)))
    assert len(set(tokens)) == 1
    assert await refreshes(rig) - before == 1
    assert (await rig.sync(synced.id)).is_good


async def test_a_token_that_is_still_good_is_not_refreshed(synced, rig):
    before = await refreshes(rig)
    await access_token((await the_grant()).id, xero=rig.xero, now=rig.clock)
    assert await refreshes(rig) == before


async def test_a_lost_answer_is_asked_for_again_with_the_same_token(synced, rig):
    rig.clock.forward(minutes=STALE)
    await rig.fault("lost_refresh", times=1)
    assert (await rig.sync(synced.id)).is_good


async def test_a_crash_between_refresh_and_save_is_survived(synced, rig, monkeypatch):
    """What Xero rotated is lost with the process; the token before it is good for thirty minutes more."""
    from app.xero import grant_actions

    rig.clock.forward(minutes=STALE)
    grant = await the_grant()
    with monkeypatch.context() as crash:
        crash.setattr(grant_actions, "sealed", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await access_token(grant.id, xero=rig.xero, now=rig.clock)
    rig.clock.forward(minutes=5)
    assert (await rig.sync(synced.id)).is_good


async def test_the_token_before_the_last_one_is_tried_within_thirty_minutes(synced, rig):
    """Our copy of the newest token may be damaged (a restored backup); the one before it still works for a while."""
    from app.sealing import seal
    from app.xero.gateway import TokenSet
    from app.xero.grant_actions import sealed

    grant = await the_grant()
    good = unsealed(grant)
    grant.token_set_sealed = sealed(TokenSet("x", "not-a-token", grant.expires_at))
    grant.previous_refresh_sealed, grant.refreshed_at = seal(good.refresh_token), rig.clock()
    grant.expires_at = rig.clock()
    await grant.save()
    rig.clock.forward(minutes=5)
    assert (await rig.sync(synced.id)).is_good


async def test_xeros_log_in_being_away_is_no_disconnection(synced, rig):
    rig.clock.forward(minutes=STALE)
    await rig.fault("503", path="/connect/token", times=None)
    outcome = await rig.sync(synced.id)
    assert (outcome.state, outcome.lost_connection) == ("failed", False)
    await rig.mend()
    assert (await rig.sync(synced.id)).is_good


async def test_no_token_lies_in_clear(synced):
    grant = await the_grant()
    tokens = unsealed(grant)
    kept = f"{grant.token_set_sealed}{grant.previous_refresh_sealed}"
    assert tokens.access_token not in kept and tokens.refresh_token not in kept

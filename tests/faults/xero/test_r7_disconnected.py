"""R7: a connection that has ended pauses everything at once and is told; nothing half-written stays."""

import pytest

from app.activity.tables import Notice
from app.database import fetch
from app.invoices.tables import Invoice
from app.xero.tables import Connection, Grant, SyncRun


async def everything() -> list[dict]:
    return await fetch("SELECT xero_id, status, outstanding FROM invoice ORDER BY xero_id")


async def assert_told(firm) -> None:
    row = await Connection.objects().first()
    assert row.state == "disconnected" and row.reason
    notices = await Notice.objects().where(Notice.organisation_id == firm.id, Notice.cleared_at.is_null())
    assert [each.kind for each in notices] == ["disconnected"]


@pytest.mark.parametrize("fault", ["403", "401-scope"])
async def test_refused_by_xero(synced, rig, fault):
    before = await everything()
    await rig.fault(fault, times=None)
    rig.clock.forward(minutes=5)
    outcome = await rig.sync(synced.id)
    assert (outcome.state, outcome.lost_connection) == ("failed", True)
    await assert_told(synced)
    assert await everything() == before


async def test_the_app_was_removed_in_xero(synced, rig):
    rig.ledger.grants.revoke_client()
    rig.clock.forward(minutes=45)
    assert (await rig.sync(synced.id)).lost_connection
    await assert_told(synced)


async def test_a_refresh_token_that_has_ended(synced, rig):
    await rig.fault("invalid_grant", times=None)
    rig.clock.forward(minutes=45)
    assert (await rig.sync(synced.id)).lost_connection
    await assert_told(synced)


async def test_even_a_fresh_token_is_turned_down(synced, rig):
    await rig.fault("401", times=None)
    assert (await rig.sync(synced.id)).lost_connection
    await assert_told(synced)


async def test_the_owners_are_told_once(synced, rig):
    await rig.fault("403", times=None)
    assert (await rig.sync(synced.id)).lost_connection
    assert not (await rig.sync(synced.id)).lost_connection
    assert await SyncRun.count().where(SyncRun.state == "running") == 0


async def test_a_token_turned_down_once_is_renewed_and_the_sync_goes_on(synced, rig):
    await rig.fault("401", times=1)
    assert (await rig.sync(synced.id)).is_good


async def test_after_reconnecting_a_sync_brings_what_happened_meanwhile(synced, rig):
    await rig.fault("403", times=None)
    await rig.sync(synced.id)
    await rig.mend()
    row = await Invoice.objects().where(Invoice.is_open.eq(True)).first()
    await rig.do("/control/payments", invoice=row.number, amount="all")
    session = (await Grant.count(), synced.anna)
    await rig.connect(session[1])
    assert (await rig.sync(synced.id, "reconnected")).is_good
    assert not (await Invoice.objects().get(Invoice.id == row.id)).is_open
    assert await Notice.count().where(Notice.cleared_at.is_null()) == 0

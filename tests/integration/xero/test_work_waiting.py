"""What the timetable looks for: whose daily hour has come, which syncs were left behind, which dates wait."""

from datetime import timedelta

import pytest

from app import leases
from app.activity.tables import Task
from app.invoices.tables import Invoice
from app.promises.actions import set_expected_date
from app.promises.words import DateSource
from app.xero.connection_actions import disconnect
from app.xero.queries import due_for_daily_sync, left_behind, organisations_with_waiting_dates
from app.xero.run_actions import ask_for_sync
from app.xero.sync_actions import lease_of
from app.xero.tables import SyncRun


async def test_an_organisation_is_due_once_a_day_after_its_hour(synced, rig):
    assert await due_for_daily_sync(rig.clock()) == []
    tomorrow = rig.clock() + timedelta(days=1)
    assert await due_for_daily_sync(tomorrow.replace(hour=8)) == []
    assert await due_for_daily_sync(tomorrow) == [synced.id]


async def test_a_failed_daily_sync_is_tried_again_after_ten_minutes(synced, rig):
    rig.clock.forward(days=1)
    await rig.fault("503", times=None, path="/api.xro/2.0/Invoices")
    assert not (await rig.sync(synced.id, "portal")).is_good
    assert await due_for_daily_sync(rig.clock()) == []
    rig.clock.forward(minutes=11)
    assert await due_for_daily_sync(rig.clock()) == [synced.id]


async def test_who_is_disconnected_or_not_set_up_is_not_due(synced, rig):
    rig.clock.forward(days=1)
    await disconnect(synced.id, "gone", rig.clock())
    assert await due_for_daily_sync(rig.clock()) == []


async def test_a_sync_that_no_worker_began_is_found_again(synced, rig):
    await ask_for_sync(synced.id, "asked", rig.clock())
    assert await left_behind(rig.clock()) == []
    rig.clock.forward(seconds=31)
    assert await left_behind(rig.clock()) == [(synced.id, "asked")]


async def test_a_sync_under_way_is_not_left_behind_until_its_worker_is_gone(synced, rig):
    await ask_for_sync(synced.id, "asked", rig.clock())
    await leases.take(lease_of(synced.id), "a worker", rig.clock(), seconds=240)
    rig.clock.forward(seconds=60)
    assert await left_behind(rig.clock()) == []
    rig.clock.forward(seconds=200)
    assert await left_behind(rig.clock()) == [(synced.id, "asked")]


async def test_the_sync_that_was_asked_for_is_the_one_that_runs(synced, rig):
    run_id = await ask_for_sync(synced.id, "asked", rig.clock())
    assert await ask_for_sync(synced.id, "asked", rig.clock()) == run_id
    outcome = await rig.sync(synced.id)
    assert outcome.run_id == run_id and outcome.is_good
    assert await ask_for_sync(synced.id, "asked", rig.clock()) != run_id


async def test_what_a_dead_process_left_running_is_closed_by_the_next_sync(synced, rig):
    await SyncRun(
        organisation=synced.id, trigger="asked", state="running", stage="Reading invoices", started_at=rig.clock()
    ).save()
    assert (await rig.sync(synced.id)).is_good
    states = {(run.state, run.problem) for run in await SyncRun.objects().where(SyncRun.stage == "Reading invoices")}
    assert states == {("failed", "It was interrupted.")}


async def test_dates_wait_only_where_the_connection_is_good(synced, rig):
    assert await organisations_with_waiting_dates(rig.clock()) == []
    invoice = await Invoice.objects().where(Invoice.is_open.eq(True)).first()
    await set_expected_date(invoice, rig.clock().date(), source=DateSource.CONTROLLER, by="Tom", now=rig.clock())
    assert await organisations_with_waiting_dates(rig.clock()) == [synced.id]
    await disconnect(synced.id, "gone", rig.clock())
    assert await organisations_with_waiting_dates(rig.clock()) == []


@pytest.mark.parametrize(("sent", "asks"), [(True, False), (False, True)])
async def test_many_unsent_invoices_raise_a_question(firm, rig, sent, asks):
    for record in rig.books("Invoices"):
        if record["Status"] == "AUTHORISED" and record["Type"] == "ACCREC":
            await rig.do(f"/control/invoices/{record['InvoiceNumber']}", SentToContact=sent)
    await rig.sync(firm.id, "first")
    found = [task.sentence for task in await Task.objects()]
    assert bool(found) is asks and all("never marked as sent" in each for each in found)


async def test_before_the_settings_are_answered_nothing_is_synced(firm, rig):
    firm.organisation.set_up_at = None
    await firm.organisation.save()
    outcome = await rig.sync(firm.id)
    assert outcome.state == "failed" and await Invoice.count() == 0

"""What is set up in Xero and matters here: bank accounts, themes, the role of who connected, reminders of Xero's own."""

import msgspec
import pytest

from app.activity.tables import Notice
from app.xero.tables import Connection

LISTS = {"GET /Organisation", "GET /InvoiceReminders/Settings", "GET /Users", "GET /BrandingThemes", "GET /Accounts"}


async def standing() -> list[str]:
    return [each.kind for each in await Notice.objects().where(Notice.cleared_at.is_null())]


async def test_they_are_kept_beside_the_connection(synced, rig):
    row = await Connection.objects().first()
    books = rig.ledger.organisations[0]
    assert row.user_role == "STANDARD"
    assert list(msgspec.json.decode(row.themes).values()) == [each["Name"] for each in books.themes]
    banks = {each["AccountID"] for each in books.accounts if each["Type"] == "BANK"}
    assert set(msgspec.json.decode(row.bank_accounts)) == banks


async def test_they_are_read_once_a_day(synced, rig):
    rig.calls()
    await rig.sync(synced.id)
    assert LISTS.isdisjoint(rig.calls())
    rig.clock.forward(days=1)
    await rig.sync(synced.id)
    assert set(rig.calls()) >= LISTS


async def test_a_xero_user_who_may_only_read_is_told_until_the_role_is_changed(synced, rig):
    rig.ledger.role = "READONLY"
    rig.clock.forward(days=1)
    await rig.sync(synced.id)
    assert "xero_role" in await standing()
    rig.ledger.role = "STANDARD"
    rig.clock.forward(days=1)
    await rig.sync(synced.id)
    assert await standing() == []


async def test_reminders_of_xeros_own_are_warned_of_until_they_are_off(synced, rig):
    rig.ledger.organisations[0].reminders_enabled = True
    rig.clock.forward(days=1)
    await rig.sync(synced.id)
    (notice,) = await Notice.objects().where(Notice.cleared_at.is_null())
    assert notice.kind == "double_chasing" and "Switch them off in Xero" in notice.what_to_do
    rig.ledger.organisations[0].reminders_enabled = False
    rig.clock.forward(days=1)
    await rig.sync(synced.id)
    assert await standing() == []


async def test_a_user_with_the_right_role_who_reconnects_ends_the_warning_at_once(synced, rig):
    rig.ledger.role = "READONLY"
    rig.clock.forward(days=1)
    await rig.sync(synced.id)
    assert await standing() == ["xero_role"]
    rig.ledger.role = "STANDARD"
    rig.clock.forward(minutes=5)
    await rig.connect(synced.anna)
    await rig.sync(synced.id, "reconnected")
    assert await standing() == []
    rig.clock.forward(minutes=5)
    rig.calls()
    await rig.sync(synced.id)
    assert LISTS.isdisjoint(rig.calls()), "once is enough"


@pytest.mark.parametrize(("trigger", "left"), [("asked", []), ("sending", ["double_chasing"])])
async def test_sync_now_sees_that_what_was_warned_of_is_put_right(synced, rig, trigger, left):
    """Other syncs leave it to the next day: calls are scarce."""
    rig.ledger.organisations[0].reminders_enabled = True
    rig.clock.forward(days=1)
    await rig.sync(synced.id, "daily")
    rig.ledger.organisations[0].reminders_enabled = False
    rig.clock.forward(minutes=5)
    await rig.sync(synced.id, trigger)
    assert await standing() == left


async def test_a_plan_of_xero_without_these_lists_is_synced_all_the_same(synced, rig):
    before = (await Connection.objects().first()).bank_accounts
    for path in ("InvoiceReminders", "Users", "BrandingThemes", "Accounts"):
        await rig.fault("404", path=f"/api.xro/2.0/{path}", times=1)
    rig.clock.forward(days=1)
    assert (await rig.sync(synced.id)).is_good
    assert (await Connection.objects().first()).bank_accounts == before

"""POST /disconnect, and the way back"""

import pytest

from app.activity.tables import AuditEntry, Notice
from app.mail.lost_connection_actions import tell_owners
from app.organisations.membership import Role
from app.xero.tables import Connection, Grant, SyncRun
from tests.attacks.addresses import readable


@pytest.fixture
async def connected(borealis, sign_in, rig):
    await rig.connect(await sign_in(Role.OWNER))
    assert (await rig.sync(borealis.id, "first")).is_good
    return borealis


def living(rig) -> int:
    return sum(len(each) for each in rig.ledger.grants.memory.connections.values())


async def row() -> Connection:
    found = await Connection.objects().first()
    assert found is not None
    return found


async def test_an_owner_disconnects_here_and_at_xero(client, connected, rig):
    assert "Disconnect from Xero" in (await client.get("/syncs")).text
    answer = await client.post("/disconnect")
    assert (answer.status_code, answer.headers["location"]) == (303, "/syncs")
    assert ((await row()).state, (await row()).reason) == ("disconnected", "Anna Berg disconnected it here.")
    assert living(rig) == 0 and all(each.revoked for each in rig.ledger.grants.memory.grants.values())
    grant = await Grant.objects().first()
    assert grant.revoked_at is not None and grant.token_set_sealed == "" and grant.previous_refresh_sealed == ""
    assert await AuditEntry.exists().where(AuditEntry.act == "disconnect xero")
    page = await client.get("/syncs")
    assert "Disconnected from Xero. Nothing is chased" in page.text and "Anna Berg disconnected it here." in page.text
    assert await tell_owners("https://here.example", (await row()).disconnected_at) == 1


async def test_disconnecting_twice_is_one_disconnection(client, connected):
    await client.post("/disconnect")
    await client.post("/disconnect")
    assert await Notice.count().where(Notice.kind == "disconnected") == 1
    assert await AuditEntry.count().where(AuditEntry.act == "disconnect xero") == 1


@pytest.mark.parametrize("fault", ["503", "reset", "html"])
async def test_chasing_pauses_even_when_xero_is_away(client, connected, rig, fault):
    await rig.fault(fault, path="/connect", times=None)
    await client.post("/disconnect")
    assert (await row()).state == "disconnected"
    assert "Xero could not be told" in (await client.get("/syncs")).text


async def test_a_connection_that_xero_has_forgotten_already_is_no_trouble(client, connected, rig):
    rig.ledger.grants.memory.connections.clear()
    await client.post("/disconnect")
    assert "could not be told" not in (await client.get("/syncs")).text


async def test_another_business_of_the_same_xero_user_stays_connected(client, connected, rig, meridian):
    await rig.connect(meridian.anna)
    await client.post("/disconnect")
    theirs = await Connection.objects().get(Connection.organisation == meridian.id)
    assert theirs.state == "connected"
    assert not any(each.revoked for each in rig.ledger.grants.memory.grants.values()), "the consent is theirs too"


async def test_reconnecting_works_after_it(client, connected, rig, borealis):
    await client.post("/disconnect")
    url = (await client.post("/reconnect")).headers["location"]
    answer = await client.get("/xero/callback", params=await rig.consent(url))
    assert answer.headers["location"] == "/"
    assert (await row()).state == "connected"
    assert await SyncRun.exists().where(SyncRun.trigger == "reconnected")
    assert (await rig.sync(borealis.id, "reconnected")).is_good
    assert await Notice.count().where(Notice.cleared_at.is_null(), Notice.kind == "disconnected") == 0


@pytest.mark.parametrize("fault", ["401-scope", "403"])
async def test_a_role_that_may_not_read_does_not_reconnect(client, connected, rig, fault):
    await client.post("/disconnect")
    url = (await client.post("/reconnect")).headers["location"]
    query = await rig.consent(url)
    await rig.fault(fault, times=None)
    answer = await client.get("/xero/callback", params=query)
    assert answer.status_code == 403 and "Standard or Adviser" in answer.text
    assert (await row()).state == "disconnected"


async def test_xero_away_for_a_moment_does_not_stand_in_the_way_of_reconnecting(client, connected, rig):
    await client.post("/disconnect")
    query = await rig.consent((await client.post("/reconnect")).headers["location"])
    await rig.fault("503", path="/Organisation", times=None)
    assert (await client.get("/xero/callback", params=query)).headers["location"] == "/"
    assert (await row()).state == "connected"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTROLLER, Role.MANAGER])
async def test_nobody_else_disconnects(client, connected, sign_in, role):
    await sign_in(role)
    assert (await client.post("/disconnect")).status_code == 403
    assert "Disconnect from Xero" not in (await client.get("/syncs")).text
    assert (await row()).state == "connected"


async def test_another_businesss_connection_is_not_touched(client, connected, sign_in, meridian):
    await sign_in(meridian.anna)
    await client.post("/disconnect")
    assert (await row()).state == "connected"


async def test_reconnect_stands_at_the_bottom_right_of_every_page(application, client, connected, sign_in):
    """Wherever the frame is; the button is fixed there by its class."""
    await client.post("/disconnect")
    await sign_in(Role.OWNER)
    shown = 0
    for path in readable(application):
        page = await client.get(path)
        if 'class="staff"' in page.text:
            assert 'class="button primary reconnect" href="/connect"' in page.text, path
            shown += 1
    assert shown >= 15

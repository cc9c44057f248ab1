"""POST /webhooks/xero"""

import hmac
import os
from base64 import b64encode
from datetime import timedelta

import msgspec
import pytest

from app.organisations.membership import Role
from app.settings import reload_settings
from app.xero.queries import organisations_with_news
from app.xero.tables import Connection
from tests.unit.xero.test_webhooks import BODY, KEY, SIGNATURE
from workers import sync as sync_work

SECRET = "a signing key of the developer page"


@pytest.fixture
def key():
    os.environ["XERO_WEBHOOK_KEY"] = SECRET
    reload_settings()
    yield SECRET
    del os.environ["XERO_WEBHOOK_KEY"]
    reload_settings()


@pytest.fixture
def rung(monkeypatch) -> list[tuple]:
    """The syncs that were asked of the workers."""
    bells: list[tuple] = []
    monkeypatch.setattr(sync_work.run, "send", lambda *what: bells.append(what))
    return bells


@pytest.fixture
async def connected(borealis, sign_in, rig, client):
    await rig.connect(await sign_in(Role.OWNER))
    assert (await rig.sync(borealis.id, "first")).is_good
    client.cookies.clear()
    del client.headers["x-csrf-token"]
    return borealis


def tenant(rig) -> str:
    return rig.ledger.organisations[0].tenant


async def send(client, *tenants: str, body: bytes | None = None, signature: str | None = None):
    events = [
        {"resourceUrl": "https://api.xero.com/x", "resourceId": "1", "tenantId": each, "eventCategory": "INVOICE",
         "eventType": "UPDATE", "eventDateUtc": "2026-11-23T09:30:00.000", "tenantType": "ORGANISATION"}
        for each in tenants
    ]  # fmt: skip
    sent = body or msgspec.json.encode({"events": events, "firstEventSequence": 1, "lastEventSequence": 2, "entropy": "E"})
    signed = b64encode(hmac.digest(SECRET.encode(), sent, "sha256")).decode() if signature is None else signature
    headers = {"x-xero-signature": signed, "content-type": "application/json; charset=utf-8"}
    return await client.post("/webhooks/xero", content=sent, headers=headers)


def is_silent(answer) -> bool:
    return answer.content == b"" and "set-cookie" not in answer.headers


async def test_the_intent_to_receive_gets_200_for_right_and_401_for_wrong(client, key):
    os.environ["XERO_WEBHOOK_KEY"] = KEY
    reload_settings()
    right = await send(client, body=BODY, signature=SIGNATURE)
    wrong = await send(client, body=BODY, signature="/" + SIGNATURE[1:])
    assert (right.status_code, wrong.status_code) == (200, 401)
    assert is_silent(right) and is_silent(wrong)


async def test_without_signature_or_without_key_it_refuses(client, key, connected, rig, rung):
    assert (await send(client, tenant(rig), signature="")).status_code == 401
    os.environ["XERO_WEBHOOK_KEY"] = ""
    reload_settings()
    unset = await send(client, tenant(rig))
    empty_key = b64encode(hmac.digest(b"", BODY, "sha256")).decode()
    assert unset.status_code == 401 and (await send(client, body=BODY, signature=empty_key)).status_code == 401
    assert is_silent(unset) and rung == []


async def test_a_change_is_marked_and_a_sync_is_asked_for(client, key, connected, rig, rung):
    answer = await send(client, tenant(rig), tenant(rig))
    assert answer.status_code == 200 and is_silent(answer)
    assert rung == [(connected.id, "webhook")]
    assert (await Connection.objects().first()).news_at is not None


async def test_many_at_once_ask_for_one_sync_and_the_rest_is_read_by_the_next(client, key, connected, rig, rung):
    for _ in range(5):
        assert (await send(client, tenant(rig))).status_code == 200
    assert rung == [(connected.id, "webhook")]
    stamp = (await Connection.objects().first()).news_at
    await Connection.update({Connection.last_good_sync_at: stamp - timedelta(minutes=5)}).where(Connection.news_at == stamp)
    assert await organisations_with_news(stamp + timedelta(minutes=1)) == [connected.id]


async def test_news_are_old_once_a_sync_began_after_them(connected, rig):
    await Connection.update({Connection.news_at: rig.clock()}).where(Connection.organisation == connected.id)
    assert await organisations_with_news(rig.clock()) == []
    rig.clock.forward(minutes=2)
    await Connection.update({Connection.news_at: rig.clock()}).where(Connection.organisation == connected.id)
    assert await organisations_with_news(rig.clock()) == [connected.id]
    rig.clock.forward(seconds=10)
    assert (await rig.sync(connected.id, "webhook")).is_good
    assert await organisations_with_news(rig.clock()) == []


async def test_after_a_sync_that_failed_news_wait_some_minutes(connected, rig):
    rig.clock.forward(minutes=2)
    await Connection.update({Connection.news_at: rig.clock()}).where(Connection.organisation == connected.id)
    await rig.fault("503", times=None)
    assert not (await rig.sync(connected.id, "portal")).is_good
    assert await organisations_with_news(rig.clock()) == []
    rig.clock.forward(minutes=11)
    assert await organisations_with_news(rig.clock()) == [connected.id]


async def test_a_tenant_that_nobody_connected_is_let_pass(client, key, connected, rung):
    assert (await send(client, "459e17a1-0000-0000-0000-000000000000")).status_code == 200
    assert rung == []


async def test_a_disconnected_organisation_is_not_synced(client, key, connected, rig, rung):
    await Connection.update({Connection.state: "disconnected"}).where(Connection.organisation == connected.id)
    assert (await send(client, tenant(rig))).status_code == 200
    assert rung == []


async def test_what_xero_signed_and_cannot_be_read_is_no_reason_to_send_it_again(client, key, rung):
    assert (await send(client, body=b'{"events": 7}')).status_code == 200
    assert rung == []


async def test_a_body_that_is_too_large_is_refused_in_silence(client, key):
    answer = await send(client, body=b" " * 1_000_001)
    assert answer.status_code == 413 and is_silent(answer)

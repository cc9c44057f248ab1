"""S11, wherever else one may look: what brokers hold, what pages and error pages show, what lies in the product's folder."""

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from app.customers.link_actions import portal_link
from app.customers.tables import Customer
from app.identity import cookies
from app.mail.tables import Sender
from app.sealing import seal
from app.xero.grant_actions import unsealed
from app.xero.tables import Grant
from tests.conftest import BROKERS, HAS
from tests.xero_rig import firm, rig, synced
from workers.broker import broker as usual_broker
from workers.broker import make_broker

__all__ = ["firm", "rig", "synced"]
PASSWORD = "marker-of-a-mailbox-password"
SECRET_KEY = "for tests only"


@pytest.fixture
def borealis(synced):
    """Whom the client signs in as: members of the firm that is connected."""
    return synced


async def planted(synced, rig) -> list[str]:
    """Secrets that no page may show and no broker hold."""
    tokens = unsealed(await Grant.objects().order_by(Grant.id).first())
    await Sender(organisation=synced.id, kind="normal", address="tom@borealis.example", password_sealed=seal(PASSWORD)).save()
    return [tokens.access_token, tokens.refresh_token, PASSWORD, SECRET_KEY]


CASES = [
    "in process",
    *(pytest.param(name, marks=pytest.mark.skipif(not HAS[name], reason=f"no {name}")) for name in BROKERS),
]


@pytest.fixture(params=CASES)
def waiting(request, monkeypatch) -> Iterator[Callable[[], bytes]]:
    """Every doorbell goes to this broker, into a queue that nobody serves; what the queue holds, as it lies there."""
    made = make_broker(BROKERS.get(request.param, ""))
    queue = f"s11-{uuid4().hex}"
    made.declare_queue(queue)
    for name in usual_broker.get_declared_actors():
        actor = usual_broker.get_actor(name)
        monkeypatch.setattr(actor, "broker", made)
        monkeypatch.setattr(actor, "queue_name", queue)
        made.actors[name] = actor
    yield lambda: contents(made, queue)
    with contextlib.suppress(NotImplementedError):
        made.flush(queue)
    made.close()


def contents(broker: Any, queue: str) -> bytes:
    if hasattr(broker, "client"):  # Redis
        return b"\n".join(broker.client.hgetall(f"{broker.namespace}:{queue}.msgs").values())
    if hasattr(broker, "connection"):  # RabbitMQ
        held = []
        while (found := broker.channel.basic_get(queue, auto_ack=True))[0] is not None:
            held.append(found[2])
        return b"\n".join(held)
    return b"\n".join(broker.queues[queue].queue)


async def test_no_broker_holds_more_than_numbers(synced, rig, client, sign_in, waiting):
    secrets = await planted(synced, rig)
    customer = await Customer.objects().order_by(Customer.id).first()
    link = await portal_link(customer.id, synced.id, rig.clock())
    await sign_in(synced.anna)
    secrets += [link, client.cookies[cookies.SESSION]]
    asked = await client.post("/forgotten-password", data={"email": "anna@borealis.example"})
    assert asked.status_code < 400, asked.text
    assert (await client.post("/syncs", data={})).status_code < 400
    assert (await client.get(f"/p/{link}")).status_code == 200
    held = await asyncio.to_thread(waiting)
    actors = set(re.findall(rb'"actor_name": ?"([\w.]+)"', held))
    assert len(actors) >= 2, held
    assert not [secret for secret in secrets if secret.encode() in held]
    arguments = re.findall(rb'"args": ?\[(.*?)\]', held)
    assert all(re.fullmatch(rb'(\d+|"\w+"|, ?)*', each) for each in arguments), arguments


def pages(application: Any) -> list[str]:
    """Every address that can be looked at, with 1 for every number in it."""
    found = []
    for route in application.routes:
        if "GET" in getattr(route, "methods", ()) and not route.path.startswith(("/admin", "/static")):
            path = re.sub(r"\{\w+:int\}", "1", route.path)
            found.append(re.sub(r"\{[^}]+\}", "1", path))
    return found


async def test_no_page_and_no_error_page_shows_a_secret(synced, rig, application, client, sign_in, caplog):
    secrets = await planted(synced, rig)
    await sign_in(synced.anna)
    looked = pages(application)
    assert len(looked) > 60
    statuses = set()
    with caplog.at_level(logging.DEBUG):
        for path in looked:
            answer = await client.get(path)
            statuses.add(answer.status_code)
            shown = [secret for secret in secrets if secret in answer.text or secret in repr(answer.headers)]
            assert not shown, path
    assert {200, 404} <= statuses
    assert not [secret for secret in secrets if secret in caplog.text]


async def test_a_bug_with_a_secret_in_its_mouth_tells_a_reference_only(synced, rig, client, sign_in, monkeypatch):
    """Whatever an exception says is for the log, where the operator looks; a page never repeats it."""
    await planted(synced, rig)

    def burst(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"could not sign in with {PASSWORD}")

    monkeypatch.setattr("app.xero.refresh_controllers.refresh_customer", burst)
    await sign_in(synced.anna)
    customer = await Customer.objects().where(Customer.organisation == synced.id).order_by(Customer.id).first()
    for headers in ({}, {"HX-Request": "true"}):
        answer = await client.post(f"/customers/{customer.id}/refresh", headers=headers)
        assert answer.status_code == 500
        assert PASSWORD not in answer.text and "RuntimeError" not in answer.text
        assert re.search(r"\b[0-9a-f]{6}\b", answer.text), "a reference to tell the operator"

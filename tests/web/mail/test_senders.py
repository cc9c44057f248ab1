"""Senders: who may change them, what is refused, and Send test against a real mail server."""

import httpx
import pytest

from app.activity.tables import AuditEntry
from app.mail.tables import Sender
from app.organisations.membership import Role
from app.sealing import unseal
from tests.cast import NOW, Firm
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_sender
from tests.web.conftest import SignIn

FORM = {
    "kind": "normal", "name": "Anna Berg", "address": "accounts@borealis.example", "host": "smtp.borealis.example",
    "port": "587", "tls": "starttls", "username": "accounts", "password": "very secret", "seconds_between": "4",
    "daily_cap": "300", "signature_html": "<p>Anna</p>",
}  # fmt: skip


async def test_a_manager_adds_a_mailbox_and_its_password_is_sealed(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in(Role.MANAGER)
    answer = await client.post("/senders", data=FORM)
    assert answer.status_code == 303
    row = await Sender.objects().first()
    assert row is not None
    assert "very secret" not in row.password_sealed
    assert unseal(row.password_sealed) == "very secret"
    page = await client.get(answer.headers["location"])
    assert "very secret" not in page.text
    assert "Send test to me" in page.text
    assert await AuditEntry.exists().where(AuditEntry.act == "create sender")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTROLLER])
async def test_others_read_and_do_not_change(role: Role, client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm) -> None:
    sender = await a_sender(borealis.id, 25)
    await sign_in(role)
    assert (await client.get("/senders")).status_code == 200
    assert (await client.get(f"/senders/{sender.id}")).status_code == 200
    for path in ("/senders", f"/senders/{sender.id}", f"/senders/{sender.id}/test", f"/senders/{sender.id}/removal"):
        assert (await client.post(path, data=FORM)).status_code == 403, path


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", " "),
        ("address", "accounts"),
        ("address", "a@b.example\r\nBcc: x@evil.example"),
        ("reply_to", "nobody"),
        ("host", "smtp example"),
        ("port", "99999"),
        ("port", "x"),
        ("tls", "none"),
        ("daily_cap", "0"),
        ("seconds_between", "-1"),
    ],
)
async def test_a_wrong_answer_comes_back_with_the_rest_kept(
    field: str, wrong: str, client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    await sign_in(Role.MANAGER)
    answer = await client.post("/senders", data={**FORM, field: wrong})
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert "&lt;p&gt;Anna&lt;/p&gt;" in answer.text
    assert not await Sender.exists()


async def test_saving_without_a_password_keeps_the_one_there_is(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in(Role.MANAGER)
    place = (await client.post("/senders", data=FORM)).headers["location"]
    await client.post(place, data={**FORM, "password": "", "name": "Mia Chen"})
    row = await Sender.objects().first()
    assert row is not None
    assert (row.name, unseal(row.password_sealed)) == ("Mia Chen", "very secret")


async def test_a_test_that_arrives_proves_the_mailbox_and_lets_a_stopped_one_go_on(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm
) -> None:
    member = await sign_in(Role.MANAGER)
    with CountingServer() as server:
        sender = await a_sender(borealis.id, server.port, stopped_at=NOW, stopped_reason="554 no")
        assert (await client.post(f"/senders/{sender.id}/test")).status_code == 303
        assert [message["To"] for message in server.messages] == [member.email]
    row = await Sender.objects().get(Sender.id == sender.id)
    assert row is not None
    assert row.stopped_at is None
    assert row.proved_at is not None
    assert "the mailbox works" in (await client.get(f"/senders/{sender.id}")).text


async def test_a_test_that_does_not_go_says_what_the_mail_server_said(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm
) -> None:
    await sign_in(Role.MANAGER)
    with CountingServer() as server:
        server.at_mail = lambda _: "550 5.7.1 Not your address"
        sender = await a_sender(borealis.id, server.port)
        await client.post(f"/senders/{sender.id}/test")
    assert "Not your address" in (await client.get(f"/senders/{sender.id}")).text


async def test_another_organisations_mailbox_is_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm, meridian: Firm
) -> None:
    sender = await a_sender(borealis.id, 25)
    await sign_in(meridian.anna)
    assert (await client.get(f"/senders/{sender.id}")).status_code == 404
    for path in ("", "/test", "/resumption", "/removal"):
        assert (await client.post(f"/senders/{sender.id}{path}", data=FORM)).status_code == 404
    assert "accounts@borealis.example" not in (await client.get("/senders")).text

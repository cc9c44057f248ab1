"""/forgotten-password, /new-password/{token}, /account"""

import re

import httpx
import pytest

from app.clock import now
from app.identity.actions import create_user
from app.identity.tables import Session, User
from app.outbox.tables import Message
from app.sealing import unseal
from tests import cast
from tests.web.conftest import SignIn
from tests.web.identity.test_sign_up import post_form

NEW = "three herons on a fence"


@pytest.fixture
async def anna(client: httpx.AsyncClient) -> int:
    return await create_user("Anna Roe", "anna@roe.example", cast.PASSWORD, now())


async def letter() -> Message:
    rows = await Message.objects()
    assert len(rows) == 1
    return rows[0]


async def link_in_letter() -> str:
    row = await letter()
    token = unseal(row.portal_token_sealed)
    masked = re.search(r"http://localhost:8000(/new-password/)\S+", row.text)
    assert masked
    return masked[1] + token


async def test_a_letter_with_a_link_is_drafted(client: httpx.AsyncClient, anna: int) -> None:
    answer = await post_form(client, "/forgotten-password", {"email": "Anna@roe.example"})
    assert "is on its way" in answer.text
    row = await letter()
    assert (row.kind, row.to_addresses) == ("system", '["anna@roe.example"]')


async def test_the_link_does_not_stand_in_the_stored_letter(client: httpx.AsyncClient, anna: int) -> None:
    await post_form(client, "/forgotten-password", {"email": "anna@roe.example"})
    row = await letter()
    assert unseal(row.portal_token_sealed) not in row.text


async def test_an_unknown_address_gets_the_same_answer_and_no_letter(client: httpx.AsyncClient) -> None:
    known = await post_form(client, "/forgotten-password", {"email": "nobody@roe.example"})
    assert known.status_code == 200
    assert "is on its way" in known.text
    assert await Message.count() == 0


async def test_the_new_password_replaces_the_old_and_ends_every_session(client: httpx.AsyncClient, anna: int) -> None:
    await post_form(client, "/sign-in", {"email": "anna@roe.example", "password": cast.PASSWORD})
    assert await Session.count() == 1
    await post_form(client, "/forgotten-password", {"email": "anna@roe.example"})
    path = await link_in_letter()
    answer = await post_form(client, path, {"password": NEW})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert await Session.count() == 0
    client.cookies.clear()
    old = await post_form(client, "/sign-in", {"email": "anna@roe.example", "password": cast.PASSWORD})
    assert old.status_code == 422
    assert (await post_form(client, "/sign-in", {"email": "anna@roe.example", "password": NEW})).status_code == 303


async def test_the_link_works_once(client: httpx.AsyncClient, anna: int) -> None:
    await post_form(client, "/forgotten-password", {"email": "anna@roe.example"})
    path = await link_in_letter()
    await post_form(client, path, {"password": NEW})
    assert (await client.get(path)).status_code == 410


async def test_a_weak_password_leaves_the_link_alive(client: httpx.AsyncClient, anna: int) -> None:
    await post_form(client, "/forgotten-password", {"email": "anna@roe.example"})
    path = await link_in_letter()
    assert (await post_form(client, path, {"password": "short"})).status_code == 422
    assert (await client.get(path)).status_code == 200


async def test_letters_to_one_address_are_limited(client: httpx.AsyncClient, anna: int) -> None:
    answers = [await post_form(client, "/forgotten-password", {"email": "anna@roe.example"}) for _ in range(5)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
    assert await Message.count() == 3


async def test_ones_own_password_is_changed_with_the_present_one(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    member = await sign_in("viewer")
    from app.identity.actions import set_password

    await set_password(member.user_id, cast.PASSWORD, keep_session=(await Session.objects().first()).id)
    await cast.a_session(member)
    wrong = await client.post("/account/password", data={"current": "no", "password": NEW})
    assert wrong.status_code == 422
    assert "not your present password" in wrong.text
    before = client.cookies["tactful_session"]
    right = await client.post("/account/password", data={"current": cast.PASSWORD, "password": NEW})
    assert right.status_code == 303
    assert client.cookies["tactful_session"] != before
    assert await Session.count() == 1
    assert "Your password is changed" in (await client.get("/account")).text
    row = await User.objects().get(User.id == member.user_id)
    assert row is not None and cast.PASSWORD not in row.password_hash


async def test_other_browsers_can_be_signed_out(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    member = await sign_in("viewer")
    await cast.a_session(member)
    await client.post("/account/other-sessions/end")
    assert await Session.count() == 1
    assert (await client.get("/account")).status_code == 200

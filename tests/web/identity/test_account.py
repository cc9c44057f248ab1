"""/account, /account/name, /account/email, /account/sessions"""

import re
from datetime import timedelta

import httpx
import pytest

from app.activity.tables import AuditEntry
from app.clock import now
from app.identity import cookies
from app.identity.tables import OneTimeLink, Session, User
from app.organisations.membership import Role
from app.outbox.tables import Message
from app.sealing import unseal
from tests import cast
from tests.web.conftest import SignIn

NEW = {"email": "Tom.Hale@Harbour.example", "password_again": cast.PASSWORD}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0"


@pytest.fixture
async def tom(sign_in: SignIn, with_password: SignIn) -> object:
    await with_password(Role.CONTROLLER)
    return await sign_in("controller")


async def link_of_letter(name: str = "/account/email/") -> str:
    row = await Message.objects().order_by(Message.id, ascending=False).first()
    assert row is not None and name in row.text
    return name + unseal(row.portal_token_sealed)


async def user(email: str) -> User | None:
    return await User.objects().get(User.email == email)


async def test_ones_name_is_changed(client: httpx.AsyncClient, tom: object) -> None:
    assert (await client.post("/account/name", data={"name": " "})).status_code == 422
    assert (await client.post("/account/name", data={"name": "Thomas  Hale"})).status_code == 303
    assert "Thomas Hale" in (await client.get("/account")).text


async def test_another_address_is_used_only_after_the_letter_there_was_answered(client: httpx.AsyncClient, tom: object) -> None:
    assert (await client.post("/account/email", data=NEW)).status_code == 303
    assert await user("tom@borealis.example") is not None
    letter = await Message.objects().first()
    assert letter is not None and letter.to_addresses == '["tom.hale@harbour.example"]'
    path = await link_of_letter()
    page = await client.get(path)
    assert "Sign in with tom.hale@harbour.example" in page.text
    assert await user("tom.hale@harbour.example") is None
    before = client.cookies[cookies.SESSION]
    assert (await client.post(path)).status_code == 303
    assert await user("tom.hale@harbour.example") is not None
    assert client.cookies[cookies.SESSION] != before
    told = await Message.objects().order_by(Message.id, ascending=False).first()
    assert told is not None and told.to_addresses == '["tom@borealis.example"]'
    assert await AuditEntry.exists().where(AuditEntry.act == "change email")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password_again": "no"}, "not your present password"),
        ({"email": "harbour"}, "Give an email address"),
        ({"email": "anna@borealis.example"}, "another account with this address"),
        ({"email": "tom@borealis.example"}, "your address already"),
    ],
)
async def test_a_wrong_answer_about_the_address_comes_back(
    client: httpx.AsyncClient, tom: object, changes: dict[str, str], sentence: str
) -> None:
    answer = await client.post("/account/email", data={**NEW, **changes})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert await Message.count() == 0


async def test_the_link_is_of_use_to_its_own_user_only_and_once(
    client: httpx.AsyncClient, sign_in: SignIn, tom: object, borealis: cast.Firm
) -> None:
    await client.post("/account/email", data=NEW)
    path = await link_of_letter()
    await sign_in("viewer")
    assert (await client.get(path)).status_code == (await client.post(path)).status_code == 410
    await sign_in("controller")
    assert (await client.post(path)).status_code == 303
    await sign_in("controller")
    assert (await client.post(path)).status_code == 410
    assert (await user("vera@borealis.example")) is not None


async def test_the_link_dies_after_a_day(client: httpx.AsyncClient, tom: object) -> None:
    await client.post("/account/email", data=NEW)
    path = await link_of_letter()
    await OneTimeLink.update({OneTimeLink.expires_at: now() - timedelta(seconds=1)}).where(OneTimeLink.id > 0)
    assert (await client.post(path)).status_code == 410


async def test_an_address_that_somebody_took_meanwhile_is_refused(client: httpx.AsyncClient, tom: object) -> None:
    await client.post("/account/email", data=NEW)
    path = await link_of_letter()
    await cast.a_user("Another", "tom.hale@harbour.example")
    assert (await client.post(path)).status_code == 409
    assert await user("tom@borealis.example") is not None


async def test_somebody_without_a_password_chooses_one(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("viewer")
    page = (await client.get("/account")).text
    assert "have no password yet" in page
    assert "Present password" not in page
    assert (await client.post("/account/password", data={"password": "nine lamps at dawn"})).status_code == 303
    assert "Present password" in (await client.get("/account")).text


async def test_the_browsers_in_which_one_is_signed_in_are_listed(
    client: httpx.AsyncClient, tom: object, borealis: cast.Firm
) -> None:
    _, other = await cast.a_session(borealis.tom)
    await Session.update({Session.user_agent: FIREFOX, Session.address: "203.0.113.9"}).where(Session.id == other.id)
    await cast.a_session(borealis.vera)
    page = (await client.get("/account/sessions")).text
    assert "Firefox on Linux" in page
    assert "203.0.113.9" in page
    assert len(re.findall(r"<tr><td", page)) == 2
    assert "this one" in page


async def test_one_of_them_is_signed_out(client: httpx.AsyncClient, tom: object, borealis: cast.Firm) -> None:
    token, other = await cast.a_session(borealis.tom)
    assert (await client.post(f"/account/sessions/{other.id}/end")).status_code == 303
    assert (await client.get("/account")).status_code == 200
    client.cookies.set(cookies.SESSION, token, domain="localhost.local")
    assert (await client.get("/account")).status_code == 303


async def test_nobody_elses_session_is_ended(client: httpx.AsyncClient, tom: object, borealis: cast.Firm) -> None:
    _, veras = await cast.a_session(borealis.vera)
    assert (await client.post(f"/account/sessions/{veras.id}/end")).status_code == 404
    assert await Session.exists().where(Session.id == veras.id)


async def test_signing_out_everywhere_is_everywhere(client: httpx.AsyncClient, tom: object, borealis: cast.Firm) -> None:
    await cast.a_session(borealis.tom)
    await cast.a_session(borealis.vera)
    answer = await client.post("/account/sessions/end")
    assert answer.headers["location"] == "/sign-in"
    assert await Session.select(Session.user).output(as_list=True) == [borealis.vera.user_id]
    assert (await client.get("/account")).status_code == 303


async def test_a_password_hashed_with_outdated_parameters_is_hashed_anew_at_sign_in(
    client: httpx.AsyncClient, borealis: cast.Firm
) -> None:
    from argon2 import PasswordHasher

    from tests.web.identity.test_sign_up import post_form

    old = PasswordHasher(time_cost=2, memory_cost=512).hash(cast.PASSWORD)
    await User.update({User.password_hash: old}).where(User.id == borealis.tom.user_id)
    await post_form(client, "/sign-in", {"email": borealis.tom.email, "password": cast.PASSWORD})
    row = await user(borealis.tom.email)
    assert row is not None and row.password_hash != old
    assert row.password_hash.startswith("$argon2id$")
    client.cookies.clear()
    again = await post_form(client, "/sign-in", {"email": borealis.tom.email, "password": cast.PASSWORD})
    assert again.status_code == 303

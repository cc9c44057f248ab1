"""S12: sessions are sound."""

from datetime import timedelta

import httpx
import pytest

from app.clock import now
from app.identity import cookies
from app.identity.actions import create_user, set_password
from app.identity.tables import Session
from app.organisations.actions import create_organisation
from app.sealing import token_hash
from app.settings import reload_settings
from tests import cast
from tests.web.conftest import SignIn
from tests.web.identity.test_sign_up import post_form

ANNA = {"email": "anna@roe.example", "password": cast.PASSWORD}


@pytest.fixture
async def anna(client: httpx.AsyncClient) -> int:
    user_id = await create_user("Anna", ANNA["email"], cast.PASSWORD, now())
    await create_organisation("Roe & Daughters", user_id, now())
    return user_id


def session_of(client: httpx.AsyncClient) -> str:
    return str(client.cookies[cookies.SESSION])


async def test_a_session_chosen_by_the_browser_is_never_adopted(client: httpx.AsyncClient, anna: int) -> None:
    client.cookies.set(cookies.SESSION, "s_chosen-by-the-attacker", domain="localhost.local")
    await post_form(client, "/sign-in", ANNA)
    assert session_of(client) != "s_chosen-by-the-attacker"
    assert not await Session.exists().where(Session.token_hash == token_hash("s_chosen-by-the-attacker"))


async def test_each_sign_in_makes_a_new_session_and_ends_the_old(client: httpx.AsyncClient, anna: int) -> None:
    await post_form(client, "/sign-in", ANNA)
    first = session_of(client)
    page = await client.get("/account")
    from tests.web.identity.test_sign_up import token_in

    await client.post("/sign-in", data={**ANNA, "_csrf_token": token_in(page.text)})
    assert session_of(client) != first
    assert await Session.count() == 1
    client.cookies.set(cookies.SESSION, first, domain="localhost.local")
    assert (await client.get("/account")).status_code == 303


async def test_a_session_is_dead_after_sign_out(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in()
    token = session_of(client)
    await client.post("/sign-out")
    client.cookies.set(cookies.SESSION, token, domain="localhost.local")
    assert (await client.get("/account")).status_code == 303


async def test_a_new_password_ends_every_session(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    member = await sign_in()
    await set_password(member.user_id, "two owls in a barn")
    assert (await client.get("/account")).status_code == 303


@pytest.mark.parametrize(
    ("column", "days", "lives"),
    [("last_seen_at", 13, True), ("last_seen_at", 15, False), ("expires_at", -1, True), ("expires_at", 1, False)],
)
async def test_a_session_ends_by_idleness_and_by_age(
    client: httpx.AsyncClient, sign_in: SignIn, column: str, days: int, lives: bool
) -> None:
    await sign_in()
    await Session.update({column: now() - timedelta(days=days)}).where(Session.id > 0)
    assert (await client.get("/account")).status_code == (200 if lives else 303)


async def test_being_seen_is_written_down_so_that_work_is_no_idleness(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in()
    await Session.update({Session.last_seen_at: now() - timedelta(days=13)}).where(Session.id > 0)
    await client.get("/account")
    row = await Session.objects().first()
    assert row is not None and now() - row.last_seen_at < timedelta(minutes=1)


async def test_the_token_is_stored_as_a_hash_only(client: httpx.AsyncClient, anna: int) -> None:
    await post_form(client, "/sign-in", ANNA)
    rows = await Session.select()
    assert session_of(client) not in str(rows)
    assert rows[0]["token_hash"] == token_hash(session_of(client))


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: httpx.AsyncClient, anna: int) -> None:
    answer = await post_form(client, "/sign-in", ANNA)
    lines = answer.headers.get_list("set-cookie")
    assert lines
    for line in lines:
        assert "HttpOnly" in line
        assert "SameSite=Lax" in line
        assert "Path=/" in line
        assert "Domain" not in line


async def test_on_https_cookies_are_secure_and_bound_to_the_host(
    client: httpx.AsyncClient, anna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASE_URL", "https://tactful.example")
    reload_settings()
    try:
        client.base_url = httpx.URL("https://tactful.example")
        answer = await post_form(client, "/sign-in", ANNA)
        lines = answer.headers.get_list("set-cookie")
        assert any(line.startswith("__Host-tactful_session=s_") for line in lines)
        assert all("Secure" in line for line in lines)
        assert answer.headers["strict-transport-security"].startswith("max-age=")
    finally:
        monkeypatch.undo()
        reload_settings()


@pytest.mark.parametrize("rubbish", ["", "x", "s_", "s_" + "A" * 32, "'; DROP TABLE users; --", "%00", "l_abc"])
async def test_rubbish_in_the_cookie_is_nobody(client: httpx.AsyncClient, rubbish: str) -> None:
    answer = await client.get("/account", headers={"Cookie": f"{cookies.SESSION}={rubbish}"})
    assert answer.status_code == 303

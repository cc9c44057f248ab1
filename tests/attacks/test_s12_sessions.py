"""S12: sessions are sound."""

from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from app.clock import now
from app.identity import cookies, forgery
from app.identity.actions import create_user, set_password
from app.identity.tables import Session, User
from app.organisations.actions import create_organisation
from app.organisations.membership import Role
from app.sealing import token_hash
from app.settings import reload_settings
from tests import cast
from tests.attacks.rows import Rows
from tests.attacks.test_s1_who_may import LINES
from tests.attacks.test_strangers_get_nothing import OPEN
from tests.web.conftest import SignIn
from tests.web.identity.test_second_factor import a_factor, code_of
from tests.web.identity.test_sign_up import post_form, token_in

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


async def test_a_session_that_waits_for_its_second_factor_opens_nothing(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await a_factor(borealis.anna)
    await User.update({User.superuser: True, User.admin: True}).where(User.id == borealis.anna.user_id)
    await sign_in("owner")
    await Session.update({Session.awaits_factor: True}).where(Session.id > 0)
    del client.headers["x-csrf-token"]
    token = token_in((await client.get("/sign-in/code")).text)
    rows = Rows(borealis)
    for line in LINES:
        if (line.method, line.path) not in OPEN:
            path = await rows.fill(line.path, line.names)
            answer = await client.request(line.method, path, headers={"x-csrf-token": token})
            refused = answer.status_code == 401 or (answer.status_code == 403 and line.method != "GET")
            assert refused or answer.headers.get("location", "").startswith("/sign-in"), line
    assert (await client.get("/admin/")).status_code == 404
    assert (await client.get("/admin/api/tables/users/")).status_code == 404


async def test_the_admin_takes_no_session_from_anywhere_but_our_cookie(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await User.update({User.superuser: True, User.admin: True}).where(User.id == borealis.anna.user_id)
    await sign_in("owner")
    token = session_of(client)
    assert (await client.get("/admin/api/tables/users/")).status_code == 200
    client.cookies.clear()
    for headers in ({"Cookie": f"id={token}"}, {"Authorization": f"Bearer {token}"}):
        assert (await client.get("/admin/api/tables/users/", headers=headers)).status_code == 404


async def test_what_a_session_may_do_changes_its_token(
    client: httpx.AsyncClient, sign_in: SignIn, with_password: SignIn, borealis: cast.Firm
) -> None:
    """OWASP ASVS 5, 7.2.4: password, ownership and second factor; the earlier token is dead."""
    await with_password("owner")
    secret, _ = await a_factor(borealis.anna)
    changes = [
        ("/account/password", {"current": cast.PASSWORD, "password": "two owls in a barn"}),
        ("/account/second-factor/end", {"password_again": "two owls in a barn", "code": code_of(secret)}),
        (
            "/settings/ownership",
            {"current": "two owls in a barn", "whom": str(borealis.tom.member_id), "stays": "1"},
        ),
    ]
    for path, answers in changes:
        await sign_in("owner")
        before = session_of(client)
        assert (await client.post(path, data=answers)).status_code == 303, path
        after = session_of(client)
        assert after != before
        client.cookies.set(cookies.SESSION, before, domain="localhost.local")
        assert (await client.get("/account")).status_code == 303
    assert await Session.count() > 0


async def test_who_is_removed_is_out_at_once(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    await sign_in("controller")
    token = session_of(client)
    await sign_in("owner")
    await client.post(f"/settings/members/{borealis.tom.member_id}/removal", data={"heir": ""})
    client.cookies.set(cookies.SESSION, token, domain="localhost.local")
    assert (await client.get("/customers")).status_code == 403


@pytest.mark.parametrize(
    ("path", "data"),
    [("role", {"role": "viewer"}), ("removal", {"heir": ""})],
)
async def test_what_a_session_may_do_ends_with_the_role_at_the_very_next_request(
    application: Litestar, client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, path: str, data: dict[str, str]
) -> None:
    """Another's act: the session that works just now goes on under its cookie and may do no more than its role."""
    mia = borealis.members[Role.MANAGER]
    token, session = await cast.a_session(mia)
    own = {"x-csrf-token": forgery.issue(session.csrf_secret), "cookie": f"{cookies.SESSION}={token}"}
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000", headers=own) as hers:
        assert (await hers.post("/settings/review-mode", data={"reviewing": "1"})).status_code == 303
        await sign_in("owner")
        assert (await client.post(f"/settings/members/{mia.member_id}/{path}", data=data)).status_code == 303
        assert (await hers.post("/settings/review-mode", data={"reviewing": ""})).status_code == 403
        assert (await hers.get("/settings/audit")).status_code == 403
        assert (await hers.get("/customers")).status_code == (200 if path == "role" else 403)


async def test_a_user_who_is_switched_off_is_out_at_the_very_next_request(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    member = await sign_in("manager")
    assert (await client.get("/customers")).status_code == 200
    await User.update({User.active: False}).where(User.id == member.user_id)
    assert (await client.get("/customers")).headers["location"].startswith("/sign-in")

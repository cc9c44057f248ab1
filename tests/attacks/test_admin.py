"""S1, S8, S12, S13, S15 and S16 of /admin: nobody but an installation's admin, from no other site, nothing unseen."""

from collections.abc import Iterator

import httpx
import pytest
from litestar import Litestar
from starlette.routing import Mount

from app.activity.acts import WORDS
from app.activity.tables import AuditEntry
from app.admin import form_controllers
from app.admin.controllers import LONGEST
from app.admin.form_controllers import FORMS
from app.admin.gateway import build_admin
from app.admin.shown import SHOWN
from app.identity import cookies
from app.identity.tables import Session, User
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from app.piccolo_app import TABLES
from app.settings import reload_settings, settings
from tests import cast
from tests.attacks.test_s15_headers import assert_covered
from tests.web.admin.conftest import make_superuser, token_of
from tests.web.conftest import SignIn

SLUGS = [form.name.replace(" ", "-").lower() for form in FORMS]


def addresses() -> Iterator[str]:
    """Of everything that Piccolo Admin answers to, each table and form by name."""
    yield from ("/admin", "/admin/", "/admin/assets/x.js", "/admin/public/meta/", "/admin/public/logout/", "/admin/nothing")
    yield from (f"/admin/api/{part}/" for part in ("tables", "tables/grouped", "forms", "forms/grouped", "links", "user"))
    for table in SHOWN:
        yield from (f"/admin/api/tables/{table}/{part}" for part in ("", "1/", "count/", "ids/", "schema/", "references/"))
    yield from (f"/admin/api/forms/{slug}/{part}" for slug in SLUGS for part in ("", "schema/"))


@pytest.fixture
async def superuser(client: httpx.AsyncClient, sign_in: SignIn) -> httpx.AsyncClient:
    member = await sign_in(Role.OWNER)
    await make_superuser(member.email)
    return client


async def test_s1_for_every_role_and_stranger_there_is_nothing(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    wrong = []
    every = list(addresses())
    for who in (None, *Role):
        if who is not None:
            await sign_in(who)
        for address in every if who in (None, Role.OWNER) else every[::9]:
            for method in ("GET", "POST") if "/forms/" in address or address.endswith("/1/") else ("GET",):
                answer = await client.request(method, address, headers={"X-CSRFToken": "x"})
                if answer.status_code != 404 or "piccolo" in answer.text.lower():
                    wrong.append((who, method, address, answer.status_code))
    answer = await client.post("/admin/api/forms/pause-chasing/", data={"organisation": "1"})
    assert answer.status_code == 404
    assert wrong == []
    assert not await AuditEntry.exists().where(AuditEntry.is_by_admin.eq(True))


async def test_s1_an_admin_who_was_one_is_none(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    assert (await superuser.get("/admin/api/tables/users/")).status_code == 200
    await User.update({User.superuser: False}).where(User.id == borealis.anna.user_id)
    assert (await superuser.get("/admin/api/tables/users/")).status_code == 404
    await User.update({User.superuser: True, User.active: False}).where(User.id == borealis.anna.user_id)
    assert (await superuser.get("/admin/api/tables/users/")).status_code == 404


async def test_s1_where_a_second_factor_is_asked_for_the_admin_asks_too(
    superuser: httpx.AsyncClient, borealis: cast.Firm
) -> None:
    await Organisation.update({Organisation.requires_second_factor: True}).where(Organisation.id == borealis.id)
    answer = await superuser.get("/admin/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/second-factor")
    assert (await superuser.get("/admin/api/tables/users/", headers={"accept": "application/json"})).status_code == 403


async def test_what_describes_itself_with_scripts_of_others_stays_shut(superuser: httpx.AsyncClient) -> None:
    for address in ("/openapi.json", "/api/docs/", "/api/openapi.json", "/public/docs/", "/public/openapi.json"):
        assert (await superuser.get(f"/admin{address}")).status_code == 404, address
    for address in ("/api/media/", "/api/mfa-setup/", "/api/change-password/", "/public/login/"):
        assert (await superuser.post(f"/admin{address}", headers=await token_of(superuser))).status_code == 404, address


def test_every_door_of_its_own_is_known() -> None:
    """A new version may open others: look at them, then at CLOSED."""
    admin = build_admin(settings(), None, ())  # type: ignore[arg-type]
    assert {route.path for route in admin.routes} == {"/", "/assets", "/api", "/public", "/openapi.json"}
    inner = dict(_mounts(admin.routes))
    public = {route.path for route in inner["/public"].routes}
    assert public == {
        "/openapi.json",
        "/docs",
        "/login",
        "/logout/",
        "/meta/",
        "/translations/",
        "/translations/{language_code:str}/",
    }


def _mounts(routes: list[object]) -> Iterator[tuple[str, Mount]]:
    yield from ((route.path, route) for route in routes if isinstance(route, Mount))


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:8001"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_s13_no_other_site_fills_a_form_in_even_with_the_token(
    superuser: httpx.AsyncClient, borealis: cast.Firm, headers: dict[str, str]
) -> None:
    token = await token_of(superuser)
    for slug in SLUGS:
        answer = await superuser.post(f"/admin/api/forms/{slug}/", json={}, headers={**token, **headers})
        assert answer.status_code == 403, slug
    place = f"/admin/api/tables/users/{borealis.tom.user_id}/"
    assert (await superuser.patch(place, json={"name": "x"}, headers={**token, **headers})).status_code == 403


async def test_s13_nor_without_the_token(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    await superuser.get("/admin/")
    planted = {"X-CSRFToken": "planted"}
    for slug in SLUGS:
        for headers in ({}, planted):
            answer = await superuser.post(f"/admin/api/forms/{slug}/", json={}, headers=headers)
            assert answer.status_code == 403, slug
    forged = await superuser.post("/admin/api/forms/pause-chasing/", data={"csrftoken": superuser.cookies["csrftoken"]})
    assert forged.status_code == 400


async def test_what_is_longer_than_any_form_is_not_read(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    headers = await token_of(superuser)
    answer = await superuser.post("/admin/api/forms/pause-chasing/", json={"reason": "x" * LONGEST}, headers=headers)
    assert answer.status_code == 413

    async def endless():  # type: ignore[no-untyped-def]
        while True:
            yield b" " * 10_000

    answer = await superuser.post("/admin/api/forms/pause-chasing/", content=endless(), headers=headers)
    assert answer.status_code == 413


async def test_s12_its_cookie_is_for_this_place_and_site(superuser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = [each for each in (await superuser.get("/admin/")).headers.get_list("set-cookie") if "csrftoken" in each]
    assert line.endswith("; Path=/admin; SameSite=Strict")
    token = superuser.cookies[cookies.SESSION]
    monkeypatch.setenv("BASE_URL", "https://tactful.example")
    reload_settings()
    try:
        superuser.cookies.clear()
        header = {"Cookie": f"__Host-{cookies.SESSION}={token}"}
        answer = await superuser.get("https://tactful.example/admin/", headers=header)
        (line,) = [each for each in answer.headers.get_list("set-cookie") if "csrftoken" in each]
        assert line.endswith("; SameSite=Strict; Secure")
        assert "strict-transport-security" in answer.headers
    finally:
        monkeypatch.undo()
        reload_settings()


async def test_s12_signed_out_there_is_signed_out_here(superuser: httpx.AsyncClient) -> None:
    await superuser.post("/admin/public/logout/", headers=await token_of(superuser))
    assert await Session.count() == 0
    assert (await superuser.get("/account")).status_code == 303


async def test_s13_s15_every_page_of_it_carries_its_headers_and_looking_changes_nothing(
    superuser: httpx.AsyncClient, borealis: cast.Firm
) -> None:
    before = await everything()
    for address in addresses():
        answer = await superuser.get(address)
        assert answer.status_code < 500, address
        assert_covered(answer, address)
        policy = answer.headers["content-security-policy"]
        assert "unsafe-eval" not in policy and "script-src 'self' 'unsafe-inline'" not in policy, address
    assert await everything() == before


async def everything() -> list[object]:
    return [await table.select().order_by(table._meta.primary_key) for table in TABLES]


def test_s16_every_job_of_an_admin_has_its_act(application: Litestar) -> None:
    """Which act each leaves behind is looked at in tests/web/admin/test_forms.py."""
    acts = {
        "Create an organisation": "create organisation", "Invite an owner": "invite owner", "Pause chasing": "pause chasing",
        "Resume chasing": "resume chasing", "Sign somebody out": "end sessions",
        "Remove a lost second factor": "remove second factor", "Try failed jobs again": "retry jobs",
        "Send product mail again": "send product mail again", "Change the sealing key": "rotate key",
    }  # fmt: skip
    assert set(acts) == {form.name for form in form_controllers.FORMS}
    assert set(acts.values()) <= set(WORDS)

"""/account/second-factor, /sign-in/code"""

import re
from datetime import datetime, timedelta

import httpx
import pytest

from app.activity.tables import AuditEntry
from app.clock import now
from app.identity import cookies, totp
from app.identity.factor_actions import begin_factor, confirm_factor
from app.identity.factor_queries import unconfirmed_secret
from app.identity.tables import RecoveryCode, SecondFactor, Session, User
from app.organisations.membership import Role, SignedIn
from app.organisations.tables import Organisation
from app.sealing import unseal
from tests import cast
from tests.web.conftest import SignIn
from tests.web.identity.test_sign_up import post_form, token_in

PAGE = "/account/second-factor"
ANNA = {"email": "anna@borealis.example", "password": cast.PASSWORD}


def code_of(secret: str, at: datetime | None = None) -> str:
    return totp.code_at(secret, totp.step_at(at or now()))


async def a_factor(member: SignedIn, at: datetime | None = None) -> tuple[str, list[str]]:
    """A confirmed second factor: its secret and its recovery codes. Confirmed a while ago, so that today's code is new."""
    then = at or now() - timedelta(hours=1)
    await begin_factor(member.user_id, then)
    secret = await unconfirmed_secret(member.user_id, then)
    codes = await confirm_factor(member.user_id, code_of(secret, then), then)
    assert codes is not None
    return secret, codes


@pytest.fixture
async def anna(borealis: cast.Firm, with_password: SignIn) -> SignedIn:
    await with_password(Role.OWNER)
    return borealis.anna


async def test_it_is_set_up_with_the_password_a_key_and_a_code(
    client: httpx.AsyncClient, sign_in: SignIn, anna: SignedIn
) -> None:
    await sign_in("owner")
    await cast.a_session(anna)
    assert (await client.post(PAGE, data={"current": "wrong"})).status_code == 422
    assert (await client.post(PAGE, data={"current": cast.PASSWORD})).status_code == 303
    secret = await unconfirmed_secret(anna.user_id, now())
    page = (await client.get(PAGE)).text
    assert totp.in_groups(secret) in page
    assert '<svg class="qr"' in page
    wrong = await client.post(f"{PAGE}/confirmation", data={"code": "000000"})
    assert wrong.status_code == 422
    before = client.cookies[cookies.SESSION]
    done = await client.post(f"{PAGE}/confirmation", data={"code": code_of(secret)})
    assert done.status_code == 200
    assert len(re.findall(r"<code>[a-z2-7]{4}(?:-[a-z2-7]{4}){3}</code>", done.text)) == 10
    assert client.cookies[cookies.SESSION] != before
    assert await Session.count() == 1
    assert "<b>" in (await client.get("/account")).text


async def test_the_page_with_the_recovery_codes_has_living_forms(
    client: httpx.AsyncClient, sign_in: SignIn, anna: SignedIn
) -> None:
    await sign_in("owner")
    await begin_factor(anna.user_id, now())
    page = await client.post(f"{PAGE}/confirmation", data={"code": code_of(await unconfirmed_secret(anna.user_id, now()))})
    del client.headers["x-csrf-token"]
    answer = await client.post("/sign-out", data={"_csrf_token": token_in(page.text)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


async def test_secrets_are_sealed_and_recovery_codes_hashed(anna: SignedIn) -> None:
    secret, codes = await a_factor(anna)
    rows = str(await SecondFactor.select()) + str(await RecoveryCode.select())
    assert secret not in rows
    assert not any(code in rows for code in codes)
    row = await SecondFactor.objects().first()
    assert row is not None and unseal(row.secret_sealed) == secret


async def test_after_the_password_the_code_is_asked_for(client: httpx.AsyncClient, anna: SignedIn) -> None:
    secret, _ = await a_factor(anna)
    answer = await post_form(client, "/sign-in?next=/settings", {**ANNA, "next": "/settings"})
    assert answer.headers["location"] == "/sign-in/code?next=/settings"
    waiting = client.cookies[cookies.SESSION]
    assert (await client.get("/settings")).headers["location"] == "/sign-in?next=/settings"
    answer = await post_form(client, "/sign-in/code?next=/settings", {"code": code_of(secret), "next": "/settings"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings")
    assert client.cookies[cookies.SESSION] != waiting
    assert (await client.get("/settings")).status_code == 200


async def test_a_code_is_taken_once(client: httpx.AsyncClient, anna: SignedIn) -> None:
    secret, _ = await a_factor(anna)
    code = code_of(secret)
    await post_form(client, "/sign-in", ANNA)
    assert (await post_form(client, "/sign-in/code", {"code": code})).status_code == 303
    client.cookies.clear()
    await post_form(client, "/sign-in", ANNA)
    again = await post_form(client, "/sign-in/code", {"code": code})
    assert again.status_code == 422
    assert "has been used" in again.text


async def test_a_recovery_code_comes_in_once(client: httpx.AsyncClient, anna: SignedIn) -> None:
    _, codes = await a_factor(anna)
    for status in (303, 422):
        client.cookies.clear()
        await post_form(client, "/sign-in", ANNA)
        assert (await post_form(client, "/sign-in/code", {"code": codes[0].upper()})).status_code == status
    assert await RecoveryCode.count().where(RecoveryCode.used_at.is_null()) == 9


async def test_the_session_that_waits_for_a_code_dies_in_ten_minutes(client: httpx.AsyncClient, anna: SignedIn) -> None:
    secret, _ = await a_factor(anna)
    await post_form(client, "/sign-in", ANNA)
    await Session.update({Session.expires_at: now() - timedelta(seconds=1)}).where(Session.id > 0)
    token = token_in((await client.get("/sign-in")).text)
    answer = await client.post("/sign-in/code", data={"code": code_of(secret), "_csrf_token": token})
    assert answer.headers["location"] == "/sign-in"


async def test_one_can_turn_back_before_the_code(client: httpx.AsyncClient, anna: SignedIn) -> None:
    await a_factor(anna)
    await post_form(client, "/sign-in", ANNA)
    page = await client.get("/sign-in/code")
    await client.post("/sign-out", data={"_csrf_token": token_in(page.text)})
    assert await Session.count() == 0


async def test_a_one_time_link_does_not_go_around_it(client: httpx.AsyncClient, anna: SignedIn) -> None:
    from app.identity.actions import make_sign_in_link

    await a_factor(anna)
    path = (await make_sign_in_link(anna.user_id, now())).removeprefix("http://localhost:8000")
    answer = await post_form(client, path, {})
    assert answer.headers["location"] == "/sign-in/code?next=/"
    assert (await client.get("/")).status_code == 303


async def test_new_recovery_codes_make_the_old_ones_void(client: httpx.AsyncClient, sign_in: SignIn, anna: SignedIn) -> None:
    _, old = await a_factor(anna)
    await sign_in("owner")
    page = await client.post(f"{PAGE}/recovery-codes", data={"current": cast.PASSWORD})
    assert old[0] not in page.text
    client.cookies.clear()
    del client.headers["x-csrf-token"]
    await post_form(client, "/sign-in", ANNA)
    assert (await post_form(client, "/sign-in/code", {"code": old[0]})).status_code == 422


async def test_it_is_switched_off_with_password_and_code(client: httpx.AsyncClient, sign_in: SignIn, anna: SignedIn) -> None:
    secret, _ = await a_factor(anna)
    await sign_in("owner")
    assert (await client.post(f"{PAGE}/end", data={"password_again": "no", "code": code_of(secret)})).status_code == 422
    assert (await client.post(f"{PAGE}/end", data={"password_again": cast.PASSWORD, "code": "000000"})).status_code == 422
    assert await SecondFactor.count() == 1
    assert (
        await client.post(f"{PAGE}/end", data={"password_again": cast.PASSWORD, "code": code_of(secret)})
    ).status_code == 303
    assert await SecondFactor.count() == await RecoveryCode.count() == 0
    acts = await AuditEntry.select(AuditEntry.act).output(as_list=True)
    assert "switch second factor off" in acts


async def test_where_it_is_required_members_without_it_are_led_to_set_it_up(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await Organisation.update({Organisation.requires_second_factor: True}).where(Organisation.id == borealis.id)
    await sign_in("controller")
    for path in ("/", "/customers", "/settings"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert (await client.post("/tasks", data={"sentence": "Ring them"})).status_code == 403
    page = await client.get(PAGE)
    assert "asks its members for a second factor" in page.text
    await client.post(PAGE, data={})
    secret = await unconfirmed_secret(borealis.tom.user_id, now())
    await client.post(f"{PAGE}/confirmation", data={"code": code_of(secret)})
    assert (await client.get("/customers")).status_code == 200


async def test_another_organisation_that_does_not_ask_stays_open(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, meridian: cast.Firm
) -> None:
    from app.organisations.actions import add_member

    await Organisation.update({Organisation.requires_second_factor: True}).where(Organisation.id == borealis.id)
    await add_member(meridian.id, borealis.tom.user_id, Role.VIEWER, now())
    await sign_in("controller")
    assert (await client.post(f"/organisations/{meridian.id}/visit")).status_code == 303
    assert (await client.get("/customers")).status_code == 200


async def test_the_admin_asks_for_it_too(client: httpx.AsyncClient, anna: SignedIn) -> None:
    secret, _ = await a_factor(anna)
    await User.update({User.superuser: True}).where(User.id == anna.user_id)
    await post_form(client, "/sign-in", ANNA)
    assert (await client.get("/admin/")).status_code == 404
    await post_form(client, "/sign-in/code", {"code": code_of(secret)})
    assert (await client.get("/admin/")).status_code == 200


async def test_an_admin_whose_organisation_asks_for_it_sets_it_up_first(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await Organisation.update({Organisation.requires_second_factor: True}).where(Organisation.id == borealis.id)
    await User.update({User.superuser: True}).where(User.id == borealis.anna.user_id)
    await sign_in("owner")
    answer = await client.get("/admin/")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)


async def test_without_a_password_only_who_just_came_in_sets_one_up(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    """Whoever finds the browser open hours later would lock its owner out."""
    await sign_in("controller")
    await Session.update({Session.created_at: now() - timedelta(minutes=31)}).where(Session.id > 0)
    for path, data in ((PAGE, {}), ("/account/password", {"password": "nine lamps at dawn"})):
        answer = await client.post(path, data=data)
        assert answer.status_code == 422
        assert "Forgotten password" in answer.text
    assert await SecondFactor.count() == 0
    assert (await User.select(User.password_hash).where(User.id == borealis.tom.user_id)) == [{"password_hash": ""}]
    await sign_in("controller")
    assert (await client.post(PAGE)).status_code == 303
    assert await unconfirmed_secret(borealis.tom.user_id, now())


async def test_what_was_begun_and_left_is_shown_and_confirmed_no_more(
    client: httpx.AsyncClient, sign_in: SignIn, anna: SignedIn
) -> None:
    await sign_in("owner")
    await client.post(PAGE, data={"current": cast.PASSWORD})
    secret = await unconfirmed_secret(anna.user_id, now())
    await SecondFactor.update({SecondFactor.made_at: now() - timedelta(minutes=31)}).where(SecondFactor.id > 0)
    assert totp.in_groups(secret) not in (await client.get(PAGE)).text
    assert (await client.post(f"{PAGE}/confirmation", data={"code": code_of(secret)})).status_code == 422
    assert not await SecondFactor.exists().where(SecondFactor.confirmed_at.is_not_null())

"""/sign-in, /sign-out"""

import httpx
import pytest

from app.clock import now
from app.identity import cookies
from app.identity.actions import create_user, make_sign_in_link
from app.identity.tables import Attempt, Session, User
from app.organisations.actions import add_member
from app.organisations.membership import Role
from tests import cast
from tests.web.conftest import SignIn
from tests.web.identity.test_sign_up import post_form, token_in

ANNA = {"email": "anna@roe.example", "password": cast.PASSWORD}


@pytest.fixture
async def anna(borealis: cast.Firm) -> int:
    """A member with a password."""
    user_id = await create_user("Anna Roe", ANNA["email"], cast.PASSWORD, now())
    await add_member(borealis.id, user_id, Role.MANAGER, now())
    return user_id


async def test_the_right_password_lets_in_and_goes_home(client: httpx.AsyncClient, anna: int) -> None:
    answer = await post_form(client, "/sign-in", ANNA)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Anna Roe" in (await client.get("/")).text


async def test_the_address_is_not_case_sensitive(client: httpx.AsyncClient, anna: int) -> None:
    assert (await post_form(client, "/sign-in", {**ANNA, "email": " Anna@Roe.EXAMPLE "})).status_code == 303


@pytest.mark.parametrize("wrong", [{"password": "not this one"}, {"email": "nobody@roe.example"}, {"password": ""}])
async def test_a_wrong_answer_tells_not_which_half_was_wrong(
    client: httpx.AsyncClient, anna: int, wrong: dict[str, str]
) -> None:
    answer = await post_form(client, "/sign-in", {**ANNA, **wrong})
    assert answer.status_code == 422
    assert "do not belong together" in answer.text
    assert cookies.SESSION not in client.cookies


async def test_one_comes_back_to_the_page_that_was_asked_for(client: httpx.AsyncClient, anna: int) -> None:
    asked = await client.get("/settings/chasing?tab=2")
    assert asked.headers["location"] == "/sign-in?next=/settings/chasing%3Ftab%3D2"
    page = await client.get(asked.headers["location"])
    answer = await client.post("/sign-in", data={**ANNA, "next": "/settings/chasing?tab=2", "_csrf_token": token_in(page.text)})
    assert answer.headers["location"] == "/settings/chasing?tab=2"


async def test_htmx_and_programs_get_401(client: httpx.AsyncClient, htmx: dict[str, str]) -> None:
    answer = await client.get("/settings/members", headers=htmx)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in")
    assert (await client.get("/settings/members", headers={"Accept": "application/json"})).status_code == 401


async def test_a_deactivated_user_is_out_at_once(client: httpx.AsyncClient, anna: int) -> None:
    await post_form(client, "/sign-in", ANNA)
    await User.update({User.active: False}).where(User.id == anna)
    assert (await client.get("/")).status_code == 303
    assert (await post_form(client, "/sign-in", ANNA)).status_code == 422


async def test_a_user_without_password_cannot_come_in_by_one(client: httpx.AsyncClient, borealis: cast.Firm) -> None:
    answer = await post_form(client, "/sign-in", {"email": borealis.anna.email, "password": ""})
    assert answer.status_code == 422


async def test_signing_out_ends_the_session(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in()
    answer = await client.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert await Session.count() == 0


async def test_success_does_not_count_as_a_guess(client: httpx.AsyncClient, anna: int) -> None:
    for _ in range(12):
        client.cookies.clear()
        assert (await post_form(client, "/sign-in", ANNA)).status_code == 303
    assert await Attempt.count() == 0


async def test_a_one_time_link_shows_a_button_and_signs_in_by_post(client: httpx.AsyncClient, anna: int) -> None:
    path = (await make_sign_in_link(anna, now())).removeprefix("http://localhost:8000")
    page = await client.get(path)
    assert "Sign in as Anna Roe" in page.text
    assert cookies.SESSION not in client.cookies
    answer = await client.post(path, data={"_csrf_token": token_in(page.text)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await client.get("/")).status_code == 200


async def test_a_one_time_link_works_once(client: httpx.AsyncClient, anna: int) -> None:
    path = (await make_sign_in_link(anna, now())).removeprefix("http://localhost:8000")
    token = token_in((await client.get(path)).text)
    await client.post(path, data={"_csrf_token": token})
    client.cookies.clear()
    answer = await client.get(path)
    assert answer.status_code == 410
    assert "has been used" in answer.text


async def test_a_link_of_another_purpose_signs_nobody_in(client: httpx.AsyncClient, anna: int) -> None:
    path = (await make_sign_in_link(anna, now())).removeprefix("http://localhost:8000")
    assert (await client.get(path.replace("/sign-in/link/", "/new-password/"))).status_code == 410

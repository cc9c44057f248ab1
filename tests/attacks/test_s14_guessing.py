"""S14: guessing is limited."""

import asyncio

import httpx
import pytest

from app.clock import now
from app.identity.actions import TooManyTries, count_try, create_user
from app.identity.limits import on_portal_link, on_sign_in
from app.identity.tables import Attempt
from app.settings import reload_settings
from tests import cast
from tests.web.identity.test_sign_up import post_form, token_in

ANNA = {"email": "anna@roe.example", "password": cast.PASSWORD}
BOB = {"email": "bob@roe.example", "password": cast.PASSWORD}


@pytest.fixture
async def users(client: httpx.AsyncClient) -> None:
    await create_user("Anna", ANNA["email"], cast.PASSWORD, now())
    await create_user("Bob", BOB["email"], cast.PASSWORD, now())


async def test_a_thousand_guesses_with_rotating_forwarded_addresses_get_no_further(
    client: httpx.AsyncClient, users: None
) -> None:
    token = token_in((await client.get("/sign-in")).text)
    answers: dict[int, int] = {}
    for number in range(1000):
        wrong = {"email": ANNA["email"], "password": f"guess {number}", "_csrf_token": token}
        forwarded = {"X-Forwarded-For": f"198.51.100.{number % 250}", "Forwarded": f"for=198.51.100.{number % 250}"}
        status = (await client.post("/sign-in", data=wrong, headers=forwarded)).status_code
        answers[status] = answers.get(status, 0) + 1
    assert answers == {422: 8, 429: 992}
    assert await Attempt.count() == 8 * 3


async def test_even_the_right_password_is_refused_then_and_says_why(client: httpx.AsyncClient, users: None) -> None:
    for _ in range(8):
        await post_form(client, "/sign-in", {**ANNA, "password": "wrong"})
    answer = await post_form(client, "/sign-in", ANNA)
    assert answer.status_code == 429
    assert "Too many tries" in answer.text


async def test_others_are_not_affected(client: httpx.AsyncClient, users: None) -> None:
    for _ in range(12):
        await post_form(client, "/sign-in", {**ANNA, "password": "wrong"})
    assert (await post_form(client, "/sign-in", BOB)).status_code == 303


async def test_one_address_cannot_try_one_password_on_everybody(client: httpx.AsyncClient, users: None) -> None:
    token = token_in((await client.get("/sign-in")).text)
    statuses = [
        (
            await client.post(
                "/sign-in", data={"email": f"user{number}@roe.example", "password": "Summer 2026!", "_csrf_token": token}
            )
        ).status_code
        for number in range(60)
    ]
    assert statuses.count(422) == 40


async def test_twenty_guesses_at_the_same_moment_are_twenty(client: httpx.AsyncClient) -> None:
    limits = on_sign_in("anna@roe.example", "192.0.2.1")
    outcomes = await asyncio.gather(*[count_try(limits, now()) for _ in range(20)], return_exceptions=True)
    assert sum(isinstance(each, TooManyTries) for each in outcomes) >= 12


async def test_behind_a_trusted_proxy_the_forwarded_address_counts(
    client: httpx.AsyncClient, users: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1")
    reload_settings()
    try:
        client.headers["X-Forwarded-For"] = "203.0.113.9, 198.51.100.1"
        for _ in range(9):
            await post_form(client, "/sign-in", {**ANNA, "password": "wrong"})
        client.headers["X-Forwarded-For"] = "198.51.100.1, 203.0.113.77"
        assert (await post_form(client, "/sign-in", ANNA)).status_code == 303
    finally:
        monkeypatch.undo()
        reload_settings()


async def test_guesses_at_one_time_links_are_limited(client: httpx.AsyncClient) -> None:
    statuses = [(await client.get(f"/sign-in/link/l_guess{number}")).status_code for number in range(40)]
    assert statuses.count(410) == 30
    assert statuses[-1] == 429


async def test_guesses_at_portal_links_have_a_limit_of_their_own(client: httpx.AsyncClient) -> None:
    for _ in range(30):
        await count_try(on_portal_link("192.0.2.1"), now())
    with pytest.raises(TooManyTries):
        await count_try(on_portal_link("192.0.2.1"), now())
    await count_try(on_portal_link("192.0.2.2"), now())

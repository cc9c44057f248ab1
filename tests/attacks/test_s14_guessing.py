"""S14: guessing is limited."""

import asyncio
from typing import Any

import httpx
import pytest

from app.clock import now
from app.identity import totp
from app.identity.actions import TooManyTries, count_try, create_user, make_sign_in_link
from app.identity.factor_actions import show_factor
from app.identity.limits import on_code, on_portal_link, on_sign_in
from app.identity.tables import Attempt
from app.settings import reload_settings
from tests import cast
from tests.web.conftest import SignIn
from tests.web.identity.test_second_factor import a_factor, code_of
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


async def test_guesses_at_a_second_factor_get_no_further_than_six(
    client: httpx.AsyncClient, with_password: SignIn, borealis: cast.Firm
) -> None:
    await with_password("owner")
    secret, _ = await a_factor(borealis.anna)
    await post_form(client, "/sign-in", {"email": borealis.anna.email, "password": cast.PASSWORD})
    token = token_in((await client.get("/sign-in/code")).text)
    answers: dict[int, int] = {}
    for number in range(200):
        forwarded = {"X-Forwarded-For": f"198.51.100.{number % 250}"}
        guess = {"code": f"{number:06}" if f"{number:06}" != code_of(secret) else "999999", "_csrf_token": token}
        status = (await client.post("/sign-in/code", data=guess, headers=forwarded)).status_code
        answers[status] = answers.get(status, 0) + 1
    assert answers == {422: 6, 429: 194}
    right = await client.post("/sign-in/code", data={"code": code_of(secret), "_csrf_token": token})
    assert right.status_code == 429


async def test_a_new_sign_in_gives_no_new_guesses_at_the_code(
    client: httpx.AsyncClient, with_password: SignIn, borealis: cast.Firm
) -> None:
    await with_password("owner")
    await a_factor(borealis.anna)
    statuses = []
    for number in range(12):
        client.cookies.clear()
        await post_form(client, "/sign-in", {"email": borealis.anna.email, "password": cast.PASSWORD})
        statuses.append((await post_form(client, "/sign-in/code", {"code": f"00000{number % 10}"})).status_code)
    assert statuses.count(422) <= 6
    assert statuses[-1] == 429


async def test_from_however_many_places_thirty_codes_a_day_are_all(borealis: cast.Firm) -> None:
    user_id, at = borealis.anna.user_id, now()
    for number in range(30):
        await count_try(on_code(user_id, f"198.51.100.{number}"), at)
    with pytest.raises(TooManyTries):
        await count_try(on_code(user_id, "203.0.113.1"), at)
    await count_try(on_code(borealis.tom.user_id, "203.0.113.1"), at)


async def test_recovery_codes_are_guessed_no_more_often_than_codes(
    client: httpx.AsyncClient, with_password: SignIn, borealis: cast.Firm
) -> None:
    await with_password("owner")
    await a_factor(borealis.anna)
    await post_form(client, "/sign-in", {"email": borealis.anna.email, "password": cast.PASSWORD})
    token = token_in((await client.get("/sign-in/code")).text)
    guesses = [totp.new_recovery_code() for _ in range(20)]
    statuses = [
        (await client.post("/sign-in/code", data={"code": guess, "_csrf_token": token})).status_code for guess in guesses
    ]
    assert (statuses.count(422), statuses.count(429)) == (6, 14)


async def test_a_code_of_the_app_shown_twenty_times_at_once_counts_once(borealis: cast.Firm) -> None:
    secret, codes = await a_factor(borealis.anna)
    at = now()
    for shown in (code_of(secret, at), codes[0]):
        taken = await asyncio.gather(*[show_factor(borealis.anna.user_id, shown, at) for _ in range(20)])
        assert taken.count(True) == 1


async def test_guesses_at_invitations_are_limited(client: httpx.AsyncClient) -> None:
    statuses = [(await client.get(f"/invitations/i_guess{number}")).status_code for number in range(40)]
    assert statuses.count(410) == 30
    assert statuses[-1] == 429


async def test_a_link_of_another_kind_is_no_invitation(client: httpx.AsyncClient, borealis: cast.Firm) -> None:
    link = await make_sign_in_link(borealis.tom.user_id, now())
    assert (await client.get(f"/invitations/{link.rsplit('/', 1)[1]}")).status_code == 410


async def test_a_password_asked_for_again_is_guessed_no_more_often_than_at_the_door(
    client: httpx.AsyncClient, sign_in: SignIn, with_password: SignIn
) -> None:
    await with_password("owner")
    await sign_in("owner")
    places = [
        ("/settings/bank-details", {"bank_details": "x", "current": "wrong"}),
        ("/account/password", {"current": "wrong", "password": "nine lamps at dawn"}),
        ("/account/second-factor", {"current": "wrong"}),
    ]
    statuses = [(await client.post(path, data=data)).status_code for _ in range(5) for path, data in places]
    assert statuses.count(422) == 8
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
    ],
)
async def test_a_network_of_one_holder_counts_as_one_address(database: Any, one: str, other: str, same: bool) -> None:
    """Whoever has an IPv6 line has 2⁶⁴ addresses to guess from."""
    for _ in range(30):
        await count_try(on_portal_link(one), now())
    if same:
        with pytest.raises(TooManyTries):
            await count_try(on_portal_link(other), now())
    else:
        await count_try(on_portal_link(other), now())

"""S13: no request of another site does anything."""

import re
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from app.identity import cookies, forgery
from app.settings import settings
from tests import cast
from tests.attacks.addresses import readable, unsafe
from tests.attacks.crawl.keeper import NAMES, kept
from tests.attacks.crawl.routes import route_for, routes_of
from tests.attacks.get_changes import BY_ROUTE, SEEN, may_change
from tests.web.conftest import SignIn


async def test_only_what_proves_itself_otherwise_goes_without_a_form_token(application: Litestar) -> None:
    left_out = {path for _, path, without in unsafe(application) if without}
    assert left_out <= {"/webhooks/xero", "/unsubscribe/x"}  # signed by Xero; by the secret in the link (RFC 8058)


async def test_every_unsafe_route_refuses_a_request_without_token(
    application: Litestar, client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    await sign_in("owner")
    del client.headers["x-csrf-token"]
    routes = [(method, path) for method, path, without in unsafe(application) if not without]
    assert len(routes) > 10
    for method, path in routes:
        answer = await client.request(method, path, data={"_csrf_token": ""})
        assert answer.status_code == 403, (method, path, answer.status_code)
        assert "came from another site" in answer.text, (method, path)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:8001"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_every_unsafe_route_refuses_another_origin_even_with_the_token(
    application: Litestar, client: httpx.AsyncClient, sign_in: SignIn, headers: dict[str, str]
) -> None:
    await sign_in("owner")
    for method, path, without in unsafe(application):
        if not without:
            answer = await client.request(method, path, headers=headers)
            assert answer.status_code == 403, (method, path, answer.status_code)


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://localhost:8000"}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "null"}]
)
async def test_our_own_pages_pass(client: httpx.AsyncClient, sign_in: SignIn, headers: dict[str, str]) -> None:
    await sign_in("owner")
    assert (await client.post("/account/other-sessions/end", headers=headers)).status_code == 303


async def test_the_token_of_another_session_is_refused(client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm) -> None:
    await sign_in("owner")
    _, theirs = await cast.a_session(meridian.anna)
    client.headers["x-csrf-token"] = forgery.issue(theirs.csrf_secret)
    assert (await client.post("/account/other-sessions/end")).status_code == 403


async def test_before_sign_in_the_token_is_bound_to_a_cookie_of_our_making(client: httpx.AsyncClient) -> None:
    planted = "chosen-by-the-attacker"
    client.cookies.set(cookies.VISITOR, planted, domain="localhost.local")
    answer = await client.post("/sign-in", data={"email": "a@b.example", "_csrf_token": forgery.issue(planted)})
    assert answer.status_code == 403
    page = await client.get("/sign-in")
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    assert token and (await client.post("/sign-in", data={"_csrf_token": token[1]})).status_code == 422
    assert forgery.is_visitor(settings().secret_keys[0], client.cookies[cookies.VISITOR])


async def test_two_renderings_carry_different_tokens(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in()
    tokens = [re.search(r'name="_csrf_token" value="([^"]+)"', (await client.get("/account")).text) for _ in range(2)]
    assert tokens[0] and tokens[1] and tokens[0][1] != tokens[1][1]


def test_what_looking_may_change_is_said_of_routes_and_tables_that_exist(application: Litestar) -> None:
    assert {f"GET {path}" for path in BY_ROUTE} <= {route.key for route in routes_of(application)}
    assert SEEN.union(*BY_ROUTE.values()) <= set(NAMES)
    assert may_change("GET /customers") == SEEN


async def test_every_get_twice_changes_nothing_but_what_its_route_may(
    application: Litestar, client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, tmp_path: Path
) -> None:
    customer = await cast.a_customer(borealis.organisation)
    await cast.a_recipient(customer)
    await cast.an_invoice(customer)
    await sign_in("owner")
    routes, wrong = routes_of(application), []
    async with kept(tmp_path) as keeper:
        for path in readable(application):
            route = route_for(routes, "GET", path)
            assert route is not None, path
            for _ in range(2):
                await client.get(path)
            changed = await keeper.changed()
            if really := await keeper.really_changed(changed - may_change(route.key)):
                wrong.append((route.key, really))
            if changed - SEEN:
                await keeper.put_back()
    assert wrong == []

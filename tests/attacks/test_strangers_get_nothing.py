"""Whoever has not signed in gets the door, customers' pages behind their links, and nothing else."""

import httpx
from litestar import Litestar

from tests import cast
from tests.attacks.addresses import readable, unsafe
from tests.web.conftest import SignIn
from tests.web.identity.test_sign_up import token_in

DOOR = ("/sign-in", "/sign-up", "/forgotten-password", "/new-password", "/health")
LINKED = ("/p/", "/portal-colour/", "/logos/", "/unsubscribe/", "/webhooks/", "/invitations/")


def is_open(path: str) -> bool:
    return path.startswith((*DOOR, *LINKED))


async def test_every_other_page_asks_a_stranger_to_sign_in(application: Litestar, client: httpx.AsyncClient) -> None:
    asked = [path for path in readable(application) if not is_open(path)]
    assert len(asked) > 5
    for path in asked:
        answer = await client.get(path)
        to = answer.headers.get("location", "")
        assert (answer.status_code == 303 and to.startswith("/sign-in")) or answer.status_code == 401, (path, answer)


async def test_every_other_act_is_refused_to_a_stranger(application: Litestar, client: httpx.AsyncClient) -> None:
    token = token_in((await client.get("/sign-in")).text)
    for method, path, without in unsafe(application):
        if not is_open(path) and path != "/sign-out" and not without:
            answer = await client.request(method, path, headers={"x-csrf-token": token})
            to = answer.headers.get("location", "")
            refused = answer.status_code in (401, 403) or (answer.status_code == 303 and to.startswith("/sign-in"))
            assert refused, (method, path, answer.status_code)


async def test_a_viewer_changes_nothing_but_their_own_account(
    application: Litestar, client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    own = ("/account", "/sign-", "/organisations/", "/forgotten-password", "/new-password", "/p/", "/views", "/invitations/")
    kept_nowhere = ("/templates/preview",)
    customer = await cast.a_customer(borealis.organisation)
    await cast.an_invoice(customer)
    for method, path, without in unsafe(application):
        if not path.startswith(own + kept_nowhere) and not without:
            await sign_in("viewer")
            answer = await client.request(method, path)
            assert answer.status_code in (403, 404), (method, path, answer.status_code)

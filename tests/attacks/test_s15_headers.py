"""S15: every answer carries its headers."""

import re

import httpx
import pytest
from litestar import Litestar

from app.settings import reload_settings
from components.assets import asset_url
from tests import cast
from tests.attacks.addresses import readable
from tests.web.conftest import SignIn

STYLED = {
    "/admin/": "style-src 'self' 'unsafe-inline'",
    "/templates/preview": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
}
"""Piccolo Admin's own pages; a letter as a mail program shows it, in a frame in which nothing runs."""

NEEDS_XERO = {"/customers/1/portal/papers.zip"}
"""Invoices as Xero renders them: nothing is connected here, so that the page says when to try again."""


def assert_covered(answer: httpx.Response, path: str) -> None:
    assert answer.status_code < 500 or path in NEEDS_XERO, (path, answer.text[-2000:])
    headers = answer.headers
    policy = headers["content-security-policy"]
    allowed = STYLED.get(path, "")
    assert "unsafe" not in (policy.replace(allowed, "") if allowed else policy), path
    assert "default-src 'none'" in policy, path
    assert re.search(r"frame-ancestors '(none|self)'", policy), path
    assert headers["x-content-type-options"] == "nosniff", path
    assert headers["referrer-policy"] in ("same-origin", "no-referrer"), path
    assert headers["cache-control"].startswith(("no-store", "private, no-store")), path
    assert headers["cross-origin-opener-policy"] == "same-origin", path


async def test_every_page_of_a_member(
    application: Litestar, client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    customer = await cast.a_customer(borealis.organisation)
    await cast.an_invoice(customer)
    await sign_in("owner")
    for path in [*readable(application), "/no/such/page", "/admin/"]:
        assert_covered(await client.get(path), path)


async def test_every_page_of_a_stranger(application: Litestar, client: httpx.AsyncClient) -> None:
    for path in [*readable(application), "/no/such/page", "/admin/"]:
        assert_covered(await client.get(path), path)


async def test_refusals_carry_them_too(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    assert_covered(await client.post("/sign-in"), "/sign-in")
    await sign_in("viewer")
    assert_covered(await client.post("/settings"), "/settings")
    assert_covered(await client.post("/health"), "/health")
    assert_covered(await client.post("/settings", content=b"\xff", headers={"Content-Type": "application/json"}), "/settings")


async def test_each_page_has_a_nonce_of_its_own_and_no_inline_code(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("owner")
    nonces = set()
    for path in ("/", "/settings", "/settings/chasing", "/settings/members", "/account"):
        answer = await client.get(path)
        nonce = re.search(r"'nonce-([^']+)'", answer.headers["content-security-policy"])
        assert nonce and f'nonce="{nonce[1]}"' in answer.text
        nonces.add(nonce[1])
        assert not re.search(r"\sstyle=|\son\w+=|<style", answer.text), path
    assert len(nonces) == 5


async def test_hsts_on_https_only(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "strict-transport-security" not in (await client.get("/sign-in")).headers
    monkeypatch.setenv("BASE_URL", "https://tactful.example")
    reload_settings()
    try:
        assert "strict-transport-security" in (await client.get("/sign-in")).headers
    finally:
        monkeypatch.undo()
        reload_settings()


async def test_static_files_are_kept_for_ever_under_their_hash(client: httpx.AsyncClient) -> None:
    hashed = await client.get(asset_url("tokens.css"))
    assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert hashed.headers["content-type"].startswith("text/css")
    plain = await client.get("/static/tokens.css")
    assert plain.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/static/../main.py", "/static/%2e%2e/assets.py", "/static/..%2fassets.py", "/static//etc/passwd"]
)
async def test_static_files_end_at_their_folder(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "import" not in answer.text.split("<main")[0]

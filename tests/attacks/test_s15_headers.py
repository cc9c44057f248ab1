"""S15: every answer carries its headers."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from litestar import Litestar

from app.settings import reload_settings
from components.assets import asset_url
from tests import cast
from tests.attacks.addresses import readable
from tests.attacks.crawl.findings import faults_of_headers
from tests.attacks.rows import Rows
from tests.attacks.test_s1_who_may import ASKS, LINES
from tests.web.conftest import SignIn


def assert_covered(answer: httpx.Response, path: str) -> None:
    assert answer.status_code < 500, (path, answer.text[-2000:])
    assert faults_of_headers(answer.headers, urlsplit(path).path) == [], path


async def test_every_page_of_a_member(
    application: Litestar, client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    """With rows that are there: the page that says that there is none has the headers of every other."""
    rows, shown = Rows(borealis), 0
    await sign_in("owner")
    for line in LINES:
        if line.method == "GET":
            path = await rows.fill(line.path, line.names) + ASKS.get(line.path, "")
            answer = await client.get(path)
            assert_covered(answer, path)
            shown += answer.status_code == 200
    assert shown > 80
    for path in ("/no/such/page", "/admin/"):
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


async def test_a_page_that_xero_does_not_help_with_carries_them_too(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    """Invoices as Xero renders them, with nothing connected: the page says when to try again, and is no bug's."""
    invoice = await cast.an_invoice(await cast.a_customer(borealis.organisation))
    await sign_in("owner")
    answer = await client.get(f"/customers/{invoice.customer}/portal/papers.zip")
    assert answer.status_code == 503
    assert "reference" not in answer.text
    assert faults_of_headers(answer.headers, "/customers") == []


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

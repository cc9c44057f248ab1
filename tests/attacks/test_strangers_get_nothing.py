"""Whoever has not signed in gets the door, customers' pages behind their links, and nothing else."""

import hashlib
import re
from typing import Any

import httpx
import pytest

from app.piccolo_app import TABLES
from tests import cast
from tests.attacks.crawl.findings import faults_of_headers
from tests.attacks.get_changes import SEEN
from tests.attacks.rows import Rows
from tests.attacks.test_s1_who_may import LINES
from tests.web.conftest import SignIn
from tests.web.identity.test_sign_up import token_in

OPEN = {(line.method, line.path) for line in LINES if line.who in ("anyone", "link")}
"""By the matrix, each address by itself: nothing is open for how it begins."""
SHOWN_TO_ALL = {"/sign-in", "/sign-up", "/forgotten-password", "/health", "/static/{file_path}", "/portal-colour/{name}"}
"""Of these, what shows something to whoever holds no link."""
KEPT_NOWHERE = {"/templates/preview", "/settings/portal/preview"}
"""What a viewer posts to see it, and nothing is kept of it."""
OWN_LISTS = {
    "/views/customers", "/views/customers/columns", "/views/invoices", "/views/invoices/columns",
    "/views/{view_id}/end", "/views/{view_id}/first", "/views/{view_id}/first/end",
}  # fmt: skip
"""How their own lists look to them."""


@pytest.fixture
async def rows(borealis: cast.Firm) -> Rows:
    return Rows(borealis)


async def test_every_other_page_asks_a_stranger_to_sign_in(client: httpx.AsyncClient, rows: Rows) -> None:
    asked = [line for line in LINES if line.method == "GET" and (line.method, line.path) not in OPEN]
    assert len(asked) > 80
    for line in asked:
        answer = await client.get(await rows.fill(line.path, line.names))
        to = answer.headers.get("location", "")
        assert (answer.status_code == 303 and to.startswith("/sign-in")) or answer.status_code == 401, (line, answer)


async def test_a_link_that_is_none_opens_nothing(client: httpx.AsyncClient, rows: Rows) -> None:
    """Of customers, logos, invitations, one-time links: there is nothing to be seen without the right one."""
    asked = [line for line in LINES if (line.method, line.path) in OPEN and line.method == "GET"]
    assert {line.path for line in asked} >= SHOWN_TO_ALL
    for line in asked:
        if line.path not in SHOWN_TO_ALL:
            answer = await client.get(await rows.fill(line.path, line.names))
            away = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")  # no code is asked for yet
            assert away or answer.status_code in (404, 410, 429), (line, answer)
            assert "Borealis" not in answer.text


async def test_every_other_act_is_refused_to_a_stranger(client: httpx.AsyncClient, rows: Rows) -> None:
    token = token_in((await client.get("/sign-in")).text)
    asked = [line for line in LINES if line.method != "GET" and (line.method, line.path) not in OPEN]
    assert len(asked) > 150
    for line in asked:
        path = await rows.fill(line.path, line.names)
        answer = await client.request(line.method, path, headers={"x-csrf-token": token})
        to = answer.headers.get("location", "")
        refused = answer.status_code in (401, 403) or (answer.status_code == 303 and to.startswith("/sign-in"))
        assert refused, (line, answer.status_code)


async def test_a_viewer_changes_nothing_but_their_own_account_and_lists(
    client: httpx.AsyncClient, sign_in: SignIn, rows: Rows
) -> None:
    allowed = {line.path for line in LINES if line.who == "viewer" and line.method != "GET"}
    assert allowed == KEPT_NOWHERE | OWN_LISTS
    for line in LINES:
        if line.method != "GET" and line.who in ("controller", "manager", "owner"):
            path = await rows.fill(line.path, line.names)
            await sign_in("viewer")
            answer = await client.request(line.method, path)
            assert answer.status_code == 403, (line, answer.status_code)


@pytest.mark.parametrize("path", sorted(KEPT_NOWHERE))
async def test_what_is_only_shown_leaves_nothing_behind(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, path: str
) -> None:
    customer = await cast.a_customer(borealis.organisation)
    await cast.an_invoice(customer)
    await sign_in("viewer")
    before = await _contents()
    fields = {"subject": "<script>x</script>", "body": "<p onclick=x>Hello {{ first_name }}</p>", "customer": str(customer.id)}
    answer = await client.post(path, data={**fields, "accent": "#123456", "footer": "changed"})
    assert answer.is_success
    assert await _contents() == before
    assert faults_of_headers(answer.headers, path) == []
    assert not re.search(r"<script>x|onclick=", answer.text)


async def _contents() -> dict[str, str]:
    """What every table holds, but when somebody was last seen and how often they guessed."""
    found = {}
    for table in TABLES:
        name = table._meta.tablename
        if name not in SEEN | {"attempt"}:
            rows: list[dict[str, Any]] = await table.select().order_by(table._meta.primary_key)
            found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found

"""That the crawl has eyes: what it looks for is found where it is, and what was found by it stays mended."""

import asyncio

import httpx
import pytest

from tests.attacks.crawl.asking import Ask
from tests.attacks.crawl.findings import FRAMED, faults_of, faults_of_headers, faults_of_page
from tests.attacks.crawl.pages import Door, doors
from tests.attacks.crawl.payloads import Payload
from tests.attacks.crawl.routes import Route, routes_of
from tests.web.conftest import SignIn

HERE = "http://localhost:8000/customers"
GOOD = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
    "content-type": "text/html",
}


def told(body: str = "", status: int = 200, raw: tuple[tuple[bytes, bytes], ...] = (), **headers: str) -> list[str]:
    given = {**GOOD, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return faults_of(status, given, list(raw), body, HERE)


def test_a_good_answer_has_no_faults() -> None:
    assert told('<a href="/x">zq7 &lt;zq7&gt; javascript:zq7()</a><input value="&quot; onzq7=1">') == []


@pytest.mark.parametrize(
    "body",
    [
        "<p><zq7></p>",
        "<p><img src=x onerror=zq7()></p>",
        '<input value="x" onzq7="1">',
        '<a href="javascript:zq7()">x</a>',
        '<a href=" java\tscript:zq7()">x</a>',
        '<form action="//evil.example/">',
        '<a href="/\\evil.example">x</a>',
        "<script>zq7()</script>",
        "<style>zq7</style>",
        'Traceback (most recent call last):\n  File "/srv/x.py"',
        "sqlite3.OperationalError: no such table",
        "root:x:0:0:root",
        "62615533",
    ],
)
def test_what_came_through_is_seen(body: str) -> None:
    assert told(body) != []


def test_answers_headers_and_ways_are_looked_at() -> None:
    assert told(status=500) == ["answers 500"]
    assert told(raw=((b"x-zq7", b"1"),)) and told(raw=((b"set-cookie", b"zq7=1"),)) and told(raw=((b"location", b"/x\r\ny"),))
    for to in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:zq7()"):
        assert told(location=to) == [f"leads outside: {to}"], to
    assert told(location="/customers") == []
    for name in GOOD.keys() - {"content-type"}:
        assert len(faults_of_headers({**GOOD, name: ""}, "/customers")) >= 1, name


def test_a_letter_is_inert_or_it_is_a_fault() -> None:
    inert = f"{FRAMED}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
    assert faults_of_headers({**GOOD, "content-security-policy": inert}, "/templates/preview") == []
    for wrong in (inert.replace("; sandbox", ""), f"{inert} allow-scripts", inert.replace("form-action 'none'", "")):
        assert faults_of_headers({**GOOD, "content-security-policy": wrong}, "/x") == ["lacks a strict content policy"]


def test_links_forms_and_htmx_are_followed() -> None:
    page = """
    <a href="/a?x=1">a</a> <a href="https://elsewhere.example/">b</a> <div hx-post="/b"></div> <iframe src="c"></iframe>
    <form id="f" method="post" action="/d"><input name="_csrf_token" value="t"><input name="n" value="1">
      <input type="checkbox" name="off"><select name="s"><option value="p"><option value="q" selected></select>
      <button formaction="/e">E</button></form><input form="f" name="loose" value="2">
    <form action="/g"><input name="q" value="z"></form>
    """
    found = {(door.method, door.path): door for door in doors(page, "/here/")}
    assert set(found) == {("GET", "/a"), ("POST", "/b"), ("GET", "/here/c"), ("POST", "/d"), ("POST", "/e"), ("GET", "/g")}
    assert found["GET", "/a"].query == (("x", "1"),) and found["GET", "/g"].query == (("q", "z"),)
    assert dict(found["POST", "/d"].form) == {"n": "1", "s": "q", "loose": "2"}
    assert found["POST", "/d"].names == {"n", "off", "s", "loose"}


def test_a_payload_stands_where_it_was_put() -> None:
    route = next(each for each in _routes() if each.key == "POST /customers/{customer_id}/notes")
    door = Door("POST", "/customers/7/notes", (), (("note", "x"), ("to", "y")))
    asked = Ask(route, door, "path customer_id", Payload("path", b"../\xff"))
    assert asked.target() == "/customers/..%2F%FF/notes"
    assert Ask(route, door, "form note", Payload("bytes", b"\xff&")).body()[0] == b"to=y&note=%FF%26"
    assert Ask(route, door, "query page", Payload("nul", b"\0")).target() == "/customers/7/notes?page=%00"


def _routes() -> list[Route]:
    from app.main import create_app

    return routes_of(create_app())


async def test_reports_of_the_first_day_of_all_are_refused_in_words(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("viewer")
    for day in ("0001-01-01", "0001-04-01", "1999-12-31"):
        answer = await client.get("/reports/aged", params={"on": day})
        assert answer.status_code == 422
        assert "There are no books from then" in answer.text
    assert (await client.get("/reports/aged", params={"on": "2000-01-01"})).status_code == 200


@pytest.mark.parametrize(
    "part", [b"\r\n\r\n\xc3(\r\n", b"\r\nContent-Type: text/plain; charset=none-such\r\n\r\nx\r\n", b"\r\n\r\n\x00\r\n"]
)
async def test_a_part_of_a_form_that_is_no_text_is_refused(client: httpx.AsyncClient, sign_in: SignIn, part: bytes) -> None:
    await sign_in("owner")
    body = b'--b\r\nContent-Disposition: form-data; name="picture"' + part + b"--b--\r\n"
    answer = await client.post("/settings/logo", content=body, headers={"content-type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 400
    assert faults_of_page(answer.text, HERE) == []


async def test_a_form_where_bytes_are_read_is_answered_too(client: httpx.AsyncClient) -> None:
    """The webhook reads its body; what had been read as a form before let it wait for ever."""
    body = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--\r\n'
    asking = client.post("/webhooks/xero", content=body, headers={"content-type": "multipart/form-data; boundary=b"})
    assert (await asyncio.wait_for(asking, 20)).status_code == 401


async def test_a_software_that_nobody_makes_is_no_page(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("owner")
    assert (await client.post("/connect/none-such")).status_code == 404

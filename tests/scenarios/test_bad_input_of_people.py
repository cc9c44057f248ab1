"""What people, or programs in their name, put into addresses and forms: answered, never with a page that failed."""

from urllib.parse import quote

import httpx
import pytest

from app.commands.visitor import Form, Page
from app.customers.link_actions import portal_link
from tests.scenarios.books import LONG
from tests.scenarios.desk import PLACES, Desk, words_of
from tests.xero_rig import Rig

ODD = (
    "\x00", "\ud800".encode("utf-8", "surrogatepass"), "\u202e🧾\u200b", LONG, "-1", "9" * 10, "9" * 17, "9" * 40, "1e400",
    "NaN", "<b>{{7*7}}</b>", "0001-01-01", "9999-12-31", "../../etc/passwd", "' OR 1=1 --", "%", "_", "",
)  # fmt: skip
TELLING = ("\x00", "9" * 10, "9999-12-31")
"""Those that found something, tried in every field by itself."""
QUESTIONS = (
    "q", "page", "sort", "state", "at", "since", "status", "overdue", "currency", "amount_from", "due_from", "schedule",
    "next",
)  # fmt: skip
LEAVE = ("/sign-out",)
"""Forms after which nothing else could be tried."""


def assert_answered(answer: httpx.Response, what: object) -> None:
    assert answer.status_code not in (500, 501), (what, words_of(answer)[:300])


@pytest.fixture
async def synced(desk: Desk) -> Desk:
    assert (await desk.press_sync_now("first")).is_good
    return desk


async def test_odd_questions_in_addresses_are_answered(synced: Desk):
    for place in ("/customers", "/invoices", "/approvals", "/upcoming", "/messages", "/syncs", "/statements", "/"):
        for value in ODD:
            query = "&".join(f"{name}={quote(value[:2000])}" for name in QUESTIONS)
            assert_answered(await synced.client.get(f"{place}?{query}"), (place, value))
    for place in ("/customers", "/invoices"):
        for name in QUESTIONS:
            for value in TELLING:
                assert_answered(await synced.client.get(f"{place}?{name}={quote(value)}"), (place, name, value))


async def test_addresses_of_nothing_are_answered(synced: Desk):
    for place in ("customers", "invoices", "messages", "syncs", "senders", "templates", "p", "organisations", "static"):
        for value in ODD:
            for tail in ("", ".pdf", "/x", "/portal", "/statement.pdf"):
                address = f"/{place}/{quote(value[:2000], safe='')}{tail}"
                assert_answered(await synced.client.get(address), address)


async def _forms(desk: Desk) -> dict[tuple[str, str], Form]:
    found: dict[tuple[str, str], Form] = {}
    for path in [*PLACES, "/customers/1", "/invoices/1", "/senders/1", "/templates/1"]:
        page = Page(await desk.client.get(path))
        found |= {(form.method, form.action): form for form in page.forms if form.action.startswith("/")}
    return {key: form for key, form in found.items() if key[1] not in LEAVE}


async def test_every_form_takes_anything_in_any_field(synced: Desk):
    for (method, action), form in (await _forms(synced)).items():
        fields = [name for name in form.fields if name != "_csrf_token"]
        for value in ODD:
            whole = {**form.fields, **dict.fromkeys(fields, value)}
            assert_answered(await _submit(synced, method, action, whole), (action, value))
        for name in fields:
            for value in TELLING:
                assert_answered(await _submit(synced, method, action, {**form.fields, name: value}), (action, name, value))
    await synced.walk()


async def _submit(desk: Desk, method: str, action: str, fields: dict[str, object]) -> httpx.Response:
    if method == "get":  # no browser writes, and no server reads, a longer address
        return await desk.client.get(action, params={name: str(value)[:2000] for name, value in fields.items()})
    return await desk.client.post(action, data=fields)


async def test_the_portals_forms_take_anything(synced: Desk, rig: Rig):
    token = await portal_link(1, synced.firm.id, rig.clock())
    page = Page(await synced.client.get(f"/p/{token}"))
    fields = page.forms[0].fields
    for resource in ("promises", "paid-claims", "disputes"):
        for value in (*TELLING, LONG, "NaN", "1e400", "-1"):
            for name in ("on", "reason", "text", "amount", "invoice_1", "all_overdue", "invoice_x"):
                data = {**fields, "invoice_1": "1", "on": "2026-11-30", "reason": "other", "text": "x", name: value}
                answer = await synced.client.post(f"/p/{token}/{resource}", data=data)
                assert_answered(answer, (resource, name, value))
    await synced.walk()

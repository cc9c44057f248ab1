"""The crawl of /admin, signed in as an installation's admin: every table's list and row, every job's form, and into each
column, question and field what is not meant for it; nothing may come of it."""

import random
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
import pytest
from litestar import Litestar
from piccolo.columns import Text, Varchar

from app.admin.form_controllers import FORMS
from app.admin.shown import SHOWN
from app.organisations.membership import Role
from app.piccolo_app import TABLES
from tests import cast
from tests.attacks.crawl.asking import encoded
from tests.attacks.crawl.crawler import SLOWEST
from tests.attacks.crawl.findings import faults_of
from tests.attacks.crawl.keeper import Keeper, kept
from tests.attacks.crawl.payloads import VALUES, Payload
from tests.attacks.test_crawl import MOST, SEED
from tests.web.admin.conftest import make_superuser, token_of
from tests.web.conftest import ADDRESS, SignIn

BY_NAME: dict[str, Any] = {table._meta.tablename: table for table in TABLES}
QUESTIONS = ("__order", "__page", "__page_size", "__readable", "__visible_fields", "__cursor")
PARTS = ("", "count/", "ids/", "schema/", "references/")
SEEN = frozenset({"user_session", "users"})
"""Last seen: what looking may change."""
INERT = [each for each in VALUES if each.family in ("script", "attribute", "address")]


@dataclass(frozen=True)
class Ask:
    method: str
    path: str
    query: str = ""
    body: dict[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}{self.query:.120} {self.body!s:.80}"


@dataclass
class Walk:
    client: httpx.AsyncClient
    token: dict[str, str]
    keeper: Keeper
    asked: int = 0
    findings: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)

    async def ask(self, ask: Ask) -> httpx.Response:
        self.asked += 1
        began = time.process_time()
        answer = await self.client.request(ask.method, ask.path + ask.query, json=ask.body, headers=self.token)
        spent = time.process_time() - began
        self.statuses.add(answer.status_code)
        found = faults_of(answer.status_code, answer.headers, answer.headers.raw, answer.text, str(answer.url))
        if spent > SLOWEST:
            found.append(f"costs {spent:.1f} s of CPU")
        changed = await self.keeper.changed()
        if ask.method == "GET" and (written := await self.keeper.really_changed(changed - SEEN)):
            found.append(f"a GET changed {', '.join(sorted(written))}")
        if changed:
            await self.keeper.put_back()
        self.findings += [f"{ask}\n    {fault}" for fault in found]
        return answer


@pytest.fixture
async def walk(
    application: Litestar, client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, tmp_path: Path
) -> AsyncIterator[Walk]:
    rng = random.Random(SEED)
    for name in SHOWN:
        await _a_row(name, rng)
    member = await sign_in(Role.OWNER)
    await make_superuser(member.email)
    token = await token_of(client)
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with (
        httpx.AsyncClient(transport=transport, base_url=ADDRESS, cookies=client.cookies) as browser,
        kept(tmp_path) as keeper,
    ):
        yield Walk(browser, token, keeper)


async def _a_row(name: str, rng: random.Random) -> None:
    """One whose every text is more than text where a page forgets to say otherwise."""
    table = BY_NAME[name]
    if not await table.exists():
        texts = {column._meta.name: rng.choice(INERT).value.decode() for column in table._meta.columns if type(column) is Text}
        short = {column._meta.name: "<zq7>"[: column.length] for column in table._meta.columns if type(column) is Varchar}
        await table(**texts, **short).save()


async def test_every_list_row_and_form_of_the_admin_stays_sound(walk: Walk) -> None:
    rng = random.Random(SEED)
    for ask in looking():
        assert (await walk.ask(ask)).status_code == 200, ask
    for ask in meddling(rng):
        await walk.ask(ask)
    print(f"{walk.asked} requests")  # noqa: T201
    assert not walk.findings, "\n".join(walk.findings)
    assert {200, 404, 422} <= walk.statuses or {200, 400, 404} <= walk.statuses, walk.statuses


def looking() -> Iterator[Ask]:
    yield from (Ask("GET", path) for path in ("/admin/", "/admin/api/tables/grouped/", "/admin/api/forms/", "/admin/api/user/"))
    for name in SHOWN:
        yield from (Ask("GET", f"/admin/api/tables/{name}/{part}") for part in PARTS)
    for form in FORMS:
        yield from (Ask("GET", f"/admin/api/forms/{slug(form)}/{part}") for part in ("", "schema/"))


def slug(form: Any) -> str:
    return str(form.name).replace(" ", "-").lower()


def meddling(rng: random.Random) -> Iterator[Ask]:
    """Into each column and question of each table, and each field of each form, MOST of what does not belong there."""
    for name, shown in SHOWN.items():
        place = f"/admin/api/tables/{name}/"
        for parameter in (*shown.columns.split(), rng.choice(QUESTIONS)):
            yield from (Ask("GET", place, f"?{encoded(((parameter, each.value),))}") for each in some(rng))
        for each in some(rng):
            yield Ask("GET", f"{place}{quote_from_bytes(each.value, safe='')}/")
        for column in sorted(shown.changeable):
            yield from (Ask("PATCH", f"{place}1/", body={column: text(each)}) for each in some(rng))
    for form in FORMS:
        fields = [*form.model.model_fields]
        for name in fields:
            for each in some(rng):
                yield Ask("POST", f"/admin/api/forms/{slug(form)}/", body={**dict.fromkeys(fields, "1"), name: text(each)})


def some(rng: random.Random) -> list[Payload]:
    return [Payload(each.family, each.value[:4000]) for each in rng.sample(VALUES, min(MOST, len(VALUES)))]


def text(payload: Payload) -> str:
    return payload.value.decode(errors="replace")

"""S1: every address, called by whoever may and may not, and with another organisation's numbers in it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from app.organisations.membership import Role
from tests import cast
from tests.attacks.matrix import MATRIX
from tests.attacks.rows import Rows
from tests.web.conftest import SignIn

ROLES = tuple(Role)  # the least first
OURS = {"customer_id", "invoice", "recipient_id", "message_id", "reminder_id", "arrangement_id", "mail_id", "task_id",
        "change_id", "entry_id", "sender_id", "schedule_id", "assignment_id", "template_id", "promise_id", "dispute_id",
        "authorisation_id", "run_id", "statement_id", "invitation_id", "member_id", "view_id", "organisation_id"}  # fmt: skip
"""Parameters that name a row of an organisation."""

NOTHING_TO_ACT_ON = {
    "/customers/{customer_id}/chase-now": "owes nothing",
    "/customers/{customer_id}/chase-now/letter": "owes nothing",
    "/chase-now/{customer_id}/letter": "is written from no template of ours",
    "/reminders/{reminder_id}/letter": "carries nothing",
    "/reminders/{reminder_id}/words": "carries nothing",
    "/reminders/{reminder_id}/words/letter": "carries nothing",
    "/schedules/{schedule_id}/archive/end": "is not archived",
    "/senders/{sender_id}/sign-in": "is no mailbox at Google or Microsoft",
    "/statements/{statement_id}": "has no PDF",
    "/upcoming/{customer_id}/{on}/exclusion": "gets nothing on that day",
    "/upcoming/{customer_id}/{on}/letter": "gets nothing on that day",
    "/connect/{authorisation_id}/organisation": "began in another session, which is refused before anything else (S10)",
}
"""Where our plain row is not enough to be found; the tests of the page itself find what is."""
ASKS = {"/chase-now/{customer_id}/letter": "?template=1"}
"""What an address cannot do without."""


class Line(NamedTuple):
    who: str
    method: str
    path: str

    @property
    def names(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def has_our_row(self) -> bool:
        return bool(OURS & {*self.names}) or self.path == "/messages/{name}"


LINES = [Line(*line.split()) for line in MATRIX.strip().splitlines()]
OF_MEMBERS = [line for line in LINES if line.who in {role.value for role in ROLES}]


def routes(application: Litestar) -> Iterator[tuple[str, str]]:
    for route in application.routes:
        if isinstance(route, HTTPRoute):
            for method in {*route.route_handler_map} - {"OPTIONS", "HEAD"}:
                yield method, re.sub(r":\w+}", "}", route.path)


def test_no_route_is_without_its_line_and_no_line_without_its_route(application: Litestar) -> None:
    assert {(line.method, line.path) for line in LINES} == set(routes(application))
    assert len(LINES) == len({line[1:] for line in LINES})


def test_every_parameter_is_known_to_name_a_row_or_not() -> None:
    known = OURS | {"token", "act_id", "currency", "elsewhere", "file", "file_path", "key", "language", "name", "number", "on",
                    "provider", "account", "digest", "session_id"}  # fmt: skip
    assert {name for line in LINES for name in line.names} <= known


async def called(client: httpx.AsyncClient, rows: Rows, line: Line) -> httpx.Response:
    path = await rows.fill(line.path, line.names)
    return await client.request(line.method, path + ASKS.get(line.path, ""))


@pytest.fixture
async def rows(borealis: cast.Firm) -> Rows:
    return Rows(borealis)


async def test_whoever_has_too_small_a_role_is_refused(client: httpx.AsyncClient, sign_in: SignIn, rows: Rows) -> None:
    wrong = []
    for line in OF_MEMBERS:
        needed = ROLES.index(Role(line.who))
        if needed:
            await sign_in(ROLES[needed - 1])
            answer = await called(client, rows, line)
            if answer.status_code != 403:
                wrong.append((line, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


async def test_whoever_has_the_role_is_let_in(client: httpx.AsyncClient, sign_in: SignIn, rows: Rows) -> None:
    wrong = []
    for line in OF_MEMBERS:
        await sign_in(Role(line.who))
        answer = await called(client, rows, line)
        if answer.status_code in (401, 403, 405, 500):  # 502, 503: there is no Xero here
            wrong.append((line, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


async def test_what_is_there_is_found_by_its_own_organisation(client: httpx.AsyncClient, sign_in: SignIn, rows: Rows) -> None:
    """Or the next test would prove nothing."""
    wrong = []
    for line in OF_MEMBERS:
        if line.has_our_row and line.path not in NOTHING_TO_ACT_ON:
            await sign_in(Role.OWNER)
            answer = await called(client, rows, line)
            if answer.status_code == 404:
                wrong.append(line)
    assert not wrong, "\n".join(map(str, wrong))


async def test_another_organisations_numbers_lead_nowhere(
    client: httpx.AsyncClient, sign_in: SignIn, rows: Rows, meridian: cast.Firm
) -> None:
    """S1: always 404, as if it did not exist; whoever asks is the owner of theirs."""
    wrong = []
    for line in OF_MEMBERS:
        if line.has_our_row:
            await sign_in(meridian.anna)
            answer = await called(client, rows, line)
            if answer.status_code != 404 and not (answer.status_code == 400 and line.path.startswith("/connect/")):
                wrong.append((line, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))

"""S16: acts that take a mail server, a provider to sign in to, Xero's consent page or work that waits: done over HTTP with
all of that behind, each leaving one entry."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.activity.tables import AuditEntry
from app.chasing.tables import Reminder
from app.clock import now, today
from app.identity.tables import User
from app.organisations.membership import Role
from app.organisations.tables import Member, Organisation
from app.recorded import RECORDED
from app.statements.actions import Made, make
from app.statements.gateway import PRESS
from tests import cast
from tests.attacks.crawl.keeper import Keeper, kept
from tests.attacks.rows import Rows
from tests.attacks.test_s16_real_acts import DEEDS, ELSEWHERE, PNG, lack
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_sender
from tests.mail_provider import Provider
from tests.web.chasing.ready import ZONE, owing, planned, ready
from tests.web.conftest import PASSWORD_HASH, SignIn
from tests.web.mail.test_signing_in import provider
from tests.web.schedules.editing import Form
from tests.web.xero.conftest import application, rig, switchboard, wired_application
from tests.xero_rig import Rig

__all__ = ["application", "provider", "rig", "switchboard", "wired_application"]
Ask = tuple[str, dict[str, Any]]
"""Where to, and the form or the query."""


@dataclass(frozen=True)
class World:
    client: httpx.AsyncClient
    sign_in: SignIn
    firm: cast.Firm
    rig: Rig
    provider: Provider
    server: CountingServer

    async def a_sender(self, **facts: Any) -> str:
        return f"/senders/{(await a_sender(self.firm.id, self.server.port, **facts)).id}"

    async def a_debtor(self) -> int:
        await ready(self.firm)
        customer, _ = await owing(self.firm)
        return customer.id

    async def a_statement(self, *, waits: bool = False) -> Made:
        await Organisation.update({Organisation.review_mode: waits}).where(Organisation.id == self.firm.id)
        done = await make(await self.a_debtor(), f"{today(ZONE):%Y-%m}", now())
        assert isinstance(done, Made)
        return done


async def bank_details_that_mia_asked_for(world: World) -> Ask:
    await User.update({User.password_hash: PASSWORD_HASH}).where(User.id > 0)
    await Member.update({Member.created_at: now() - timedelta(days=30)}).where(Member.id > 0)
    await world.sign_in(Role.MANAGER)
    await world.client.post("/settings/bank-details", data={"bank_details": "Account 12345678", "current": cast.PASSWORD})
    return "/settings/bank-details/refusal", {}


async def a_logo(world: World) -> Ask:
    await world.client.post("/settings/logo", files={"logo": ("logo.png", PNG, "image/png")})
    return "/settings/logo/removal", {}


async def a_customer_who_wants_none(world: World) -> Ask:
    return f"/customers/{await world.a_debtor()}/statements", {}


async def papers_of_a_month(world: World) -> Ask:
    await world.a_statement()
    return f"/statements/months/{today(ZONE):%Y-%m}.zip", {}


async def a_mailbox_that_stopped(world: World) -> Ask:
    return f"{await world.a_sender(stopped_at=now(), stopped_reason='554 no')}/resumption", {}


async def a_mailbox_to_test(world: World) -> Ask:
    return f"{await world.a_sender()}/test", {}


async def a_mailbox_to_sign_in_to(world: World) -> Ask:
    return f"{await world.a_sender(account='google')}/sign-in", {}


async def a_new_mailbox(world: World) -> Ask:
    return "/senders/sign-in/google", {}


async def the_way_back_from_the_provider(world: World) -> Ask:
    asked = await world.client.post("/senders/sign-in/google")
    return "/senders/callback", world.provider.consent(asked.headers["location"])


async def a_text_to_try(world: World) -> Ask:
    await world.a_sender()
    text = await Rows(world.firm).template_id()
    form = {
        "template": str(text.id),
        "name": text.name,
        "subject": "Overdue",
        "body": "Please pay.",
        "language": "",
        "stamp": "1",
    }
    return f"/templates/{text.id}/trial", form


async def a_schedule(world: World) -> Ask:
    await ready(world.firm)
    return "/schedules/new", {**Form((await world.client.get("/schedules/new")).text).fields, "name": "Ours"}


async def what_waits(world: World) -> Ask:
    await Organisation.update({Organisation.review_mode: True}).where(Organisation.id == world.firm.id)
    await world.a_debtor()
    await planned(world.firm)
    (waiting,) = await Reminder.objects()
    return "/approvals", {"which": "unchanged", "up_to": str(waiting.id), "count": "1"}


async def the_months_statements(world: World) -> Ask:
    await world.a_debtor()
    return "/statements", {"month": f"{today(ZONE):%Y-%m}"}


async def statements_that_wait(world: World) -> Ask:
    done = await world.a_statement(waits=True)
    return "/statements/approval", {"up_to": str(done.message_id)}


async def a_statement_that_waits(world: World) -> Ask:
    return f"/statements/{(await world.a_statement(waits=True)).statement_id}/approval", {}


async def back_from_xero(world: World, tenants: int) -> Ask:
    asked = await world.client.post("/connect/demo")
    return "/xero/callback", await world.rig.consent(asked.headers["location"], tenants=tenants)


async def the_way_back_from_xero(world: World) -> Ask:
    return await back_from_xero(world, 1)


async def one_of_two_organisations(world: World) -> Ask:
    path, query = await back_from_xero(world, 2)
    choice = await world.client.get(path, params=query)
    return choice.headers["location"], {"tenant": world.rig.ledger.organisations[1].tenant}


async def a_business_that_is_new(world: World) -> Ask:
    await Organisation.update({Organisation.set_up_at: None}).where(Organisation.id == world.firm.id)
    path, query = await back_from_xero(world, 1)
    await world.client.get(path, params=query)
    return "/set-up", {"name": "Borealis & Daughters", "country": "GB", "timezone": "Europe/London", "starts_with": "few"}


Made_ready = Callable[[World], Awaitable[Ask]]
ACTS: dict[str, tuple[Made_ready, str]] = {
    "POST /settings/bank-details/refusal": (bank_details_that_mia_asked_for, ""),
    "POST /settings/logo/removal": (a_logo, "logo"),
    "POST /customers/{customer_id}/statements": (a_customer_who_wants_none, "statements"),
    "GET /statements/months/{file}": (papers_of_a_month, ""),
    "POST /senders/{sender_id}/resumption": (a_mailbox_that_stopped, ""),
    "POST /senders/{sender_id}/test": (a_mailbox_to_test, ""),
    "POST /senders/{sender_id}/sign-in": (a_mailbox_to_sign_in_to, ""),
    "POST /senders/sign-in/{account}": (a_new_mailbox, ""),
    "GET /senders/callback": (the_way_back_from_the_provider, "address"),
    "POST /templates/{template_id}/trial": (a_text_to_try, ""),
    "POST /schedules/new": (a_schedule, "name"),
    "POST /approvals": (what_waits, ""),
    "POST /statements": (the_months_statements, ""),
    "POST /statements/approval": (statements_that_wait, ""),
    "POST /statements/{statement_id}/approval": (a_statement_that_waits, ""),
    "GET /xero/callback": (the_way_back_from_xero, "tenant_id"),
    "POST /set-up": (a_business_that_is_new, "name"),
    "POST /connect/{authorisation_id}/organisation": (one_of_two_organisations, "tenant_id"),
}
"""What makes each possible, and a field of which the trail holds before and after. The last one leaves a login at Xero that
reaches two organisations, after which every consent asks which."""


def test_every_recorded_act_is_really_done_somewhere() -> None:
    assert {*RECORDED} == {*ACTS, *DEEDS, *ELSEWHERE}
    assert not [key for key in ACTS if key in DEEDS or key in ELSEWHERE]


@pytest.fixture
def server() -> Iterator[CountingServer]:
    with CountingServer() as found:
        yield found
    PRESS.stop()


@pytest.fixture
async def keeper(database: Any, borealis: cast.Firm, tmp_path: Path) -> AsyncIterator[Keeper]:
    async with kept(tmp_path) as found:
        yield found


async def test_what_reaches_outside_leaves_one_entry(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, rig: Rig, provider: Provider, server: CountingServer,
    keeper: Keeper,
) -> None:  # fmt: skip
    world, wrong = World(client, sign_in, borealis, rig, provider, server), []
    for key, (made_ready, changes) in ACTS.items():
        await sign_in(Role.OWNER)
        path, said = await made_ready(world)
        if made_ready is bank_details_that_mia_asked_for:
            await sign_in(Role.OWNER)
        if problem := await _problem_of(world, key, path, said, changes):
            wrong.append(f"{key}: {problem}")
        await keeper.put_back()
    assert not wrong, "\n".join(wrong)
    assert len(server.messages) == 2, "the mailbox and the text were tried at a real mail server"


async def _problem_of(world: World, key: str, path: str, said: dict[str, Any], changes: str) -> str:
    before, began = await AuditEntry.count(), now()
    method = key.partition(" ")[0]
    answer = await world.client.request(method, path, **{"params" if method == "GET" else "data": said})
    if answer.status_code >= 400:
        return f"answers {answer.status_code}"
    entries = await AuditEntry.objects().order_by(AuditEntry.id)
    if [each.act for each in entries[before:]] != [RECORDED[key].code]:
        return f"leaves {[each.act for each in entries[before:]]}, not {RECORDED[key].code}: {answer.headers.get('location')}"
    return _unsaid(entries[-1], world.firm, began) or await lack(entries[-1].id, changes)


def _unsaid(entry: AuditEntry, firm: cast.Firm, began: datetime) -> str:
    who = (entry.organisation_id, entry.user_id, entry.address, bool(entry.session_id))
    if who != (firm.id, firm.anna.user_id, "127.0.0.1", True):
        return f"does not say who and from where: {entry.to_dict()}"
    return "" if began <= entry.acted_at <= now() else f"happened at {entry.acted_at}, not between {began} and {now()}"

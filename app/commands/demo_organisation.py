"""The demo organisation of `tactful run`: connected, synced and planned before anybody signs in."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import httpx

from app.chasing.actions import plan_organisation
from app.chasing.run_actions import is_under_way
from app.clock import now
from app.commands.visitor import Page
from app.database import opened
from app.identity.actions import begin_session, make_sign_in_link
from app.identity.forms import SignUp
from app.identity.queries import user_with_email
from app.mail.forms import SenderForm
from app.mail.queries import senders_of
from app.mail.sender_actions import create as create_sender
from app.opening import open_account
from app.organisations.membership import SignedIn
from app.organisations.queries import organisation_of, presence
from app.settings import settings
from app.xero.actions import sync
from app.xero.connect_actions import begin_connection, choose_tenant, finish_connection
from app.xero.connection_actions import connection_of
from app.xero.gateway import xero_gateway
from app.xero.set_up import SetUp
from app.xero.set_up_actions import set_up

EMAIL = "anna@larkspur.example"
DEMO = "demo"


async def prepare() -> str:
    """A sign-in link to the demo organisation, made and connected on the first run. Raise Problem when a step fails."""
    async with opened():
        member = await make_member()
        if not await _is_connected(member):
            await connect(member)
        await have_senders(member)
        outcome = await sync(member.organisation_id, xero=xero_gateway(), trigger="sweep", now=now)
        if outcome.state == "done":
            await _plan(member.organisation_id)
        return await make_sign_in_link(member.user_id, now())


async def _plan(organisation_id: int) -> None:
    """Unless the timetable was quicker: then wait until it is done."""

    async def always() -> bool:
        return True

    if await plan_organisation(organisation_id, now(), while_wanted=always) is None:
        while await is_under_way(organisation_id, now()):  # noqa: ASYNC110  it may be another process's
            await asyncio.sleep(0.2)


async def make_member() -> SignedIn:
    """The demo user, made where there is none, with a session of their own."""
    known = await user_with_email(EMAIL)
    if known is None:
        form = SignUp(name="Anna Berg", business="Larkspur Studio Ltd", email=EMAIL, password="")
        user_id, organisation_id = await open_account(form, now())
        token = await begin_session(user_id, now(), organisation_id=organisation_id, user_agent="tactful")
    else:
        token = await begin_session(known.id, now(), user_agent="tactful")
    found = await presence(token, now())
    assert found is not None
    assert found.member is not None
    return found.member


async def _is_connected(member: SignedIn) -> bool:
    connection = await connection_of(member.organisation_id)
    return connection is not None and connection.state == "connected"


async def connect(member: SignedIn) -> None:
    """Through the consent page, as a person would; set up on the first time, everybody chasing."""
    base_url = settings().base_url
    url = await begin_connection(member, DEMO, xero=xero_gateway(), base_url=base_url, now=now())
    answer = await _consent(url)
    journey = await finish_connection(member, answer, xero=xero_gateway(), base_url=base_url, now=now())
    if journey.is_reconnected:
        return
    tenant = journey.tenants[0].tenant_id
    await choose_tenant(member, journey.authorisation_id, tenant, xero=xero_gateway(), now=now())
    row = await organisation_of(member)
    form = SetUp(name=row.name, country=row.country, timezone=row.timezone, starts_with="all")
    await set_up(member, form, now())


async def _consent(url: str) -> dict[str, str]:
    """Press *Allow access* on the ledger's consent page; the query of the redirect that follows."""
    async with httpx.AsyncClient(timeout=30) as browser:
        page = Page(await browser.get(url))
        form = page.form("/identity/connect/authorize")
        answer = await browser.post(url, data={**form.fields, "decision": "allow"})
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


async def have_senders(member: SignedIn) -> None:
    """A normal and an escalated mailbox, both on the local mail server."""
    if await senders_of(member.organisation_id):
        return
    smtp = urlsplit(settings().smtp_url)
    for kind, name, address in (
        ("normal", "Anna Berg", EMAIL),
        ("escalated", "Ian Fraser", "ian.fraser@larkspur.example"),
    ):
        form = SenderForm(
            kind=kind, name=name, address=address, phone="0131 496 0182", host=smtp.hostname or "localhost",
            port=smtp.port or 1025, tls="none",
        )  # fmt: skip
        await create_sender(member, form, now())

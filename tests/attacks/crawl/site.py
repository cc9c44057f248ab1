"""What is crawled: the demo ledger's books in one organisation, a row for everything an address can name, and beside it
another organisation whose every text says that nobody else may read it."""

from dataclasses import dataclass
from typing import Any

import httpx
from litestar import Litestar

from app.chasing.actions import plan_organisation
from app.customers.link_actions import portal_link
from app.email_templates.tables import Template
from app.identity import forgery
from app.identity.actions import make_link
from app.invoices.tables import Invoice
from app.main import create_app
from app.organisations.membership import SignedIn
from app.outbox.tables import Message
from app.schedules.actions import ship
from app.settings import Settings, settings
from app.xero.gateway import XeroGateway
from tests import cast
from tests.attacks.crawl.pages import Door
from tests.attacks.matrix import MATRIX
from tests.attacks.rows import Rows
from tests.xero_rig import ADDRESS as LEDGER
from tests.xero_rig import Rig

FOREIGN = "Zephyrine"
"""Stands in every name, subject and note of the other organisation, and nowhere else."""


class Lasting(httpx.AsyncBaseTransport):
    """The way to the ledger, on which no consent is ever taken back: the database is put back after each request, the ledger
    is not."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE" or "revocation" in request.url.path:
            return httpx.Response(204)
        return await self.inner.handle_async_request(request)


@dataclass(frozen=True)
class Visitor:
    """Somebody with a browser: cookies, the token of our forms, and where they begin."""

    name: str
    cookie: str
    csrf: str
    begins: tuple[str, ...]
    whose: tuple[str, ...]
    """How the addresses begin that are theirs to try out; what is refused to them already is S1's matter."""
    one_in: int = 1
    """Of what could be tried."""


@dataclass(frozen=True)
class Site:
    application: Litestar
    visitors: tuple[Visitor, ...]
    seeds: tuple[Door, ...]
    """Every address of the product once, with rows that exist."""
    foreign_ids: dict[str, str]
    """The other organisation's, by the name of the parameter."""


async def furnish(rig: Rig) -> Site:
    now = rig.clock()
    ours, theirs = await cast.borealis(created_at=now), await cast.meridian(legal_name=FOREIGN, phone=FOREIGN)
    await rig.connect(ours.anna)
    await rig.sync(ours.id, "first")
    await ship(ours.id, now)
    await plan_organisation(ours.id, now)
    token = await portal_link(await _a_debtor(ours.id), ours.id, now)
    link = (await make_link(ours.tom.user_id, "sign_in", now)).rsplit("/", 1)[1]
    await _mark_foreign(theirs)
    seeds = await _seeds(ours, {"/p/{token}": token, "/sign-in/link/{token}": link})
    foreign = await _foreign_ids(theirs)
    visitors = (
        await _member("owner", ours.anna),
        await _member("viewer", ours.vera, one_in=8),
        _stranger("visitor", (f"/p/{token}",), ("/p/", "/logos", "/portal-colour", "/unsubscribe")),
        _stranger("nobody", ("/sign-in", "/sign-up"), DOORS),
    )
    gateway = XeroGateway(Settings(demo_ledger_url=LEDGER), transport=Lasting(rig.cable), call_seconds=2.0)
    application = create_app(gateway)
    await _seen(application, visitors)
    return Site(application, visitors, seeds, foreign)


async def _seen(application: Litestar, visitors: tuple[Visitor, ...]) -> None:
    """Members are seen once, and the clock stands still: the pages they look at later need not note it again."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://localhost:8000") as browser:
        for visitor in visitors:
            if visitor.cookie.startswith("tactful_session"):
                await browser.get("/help", headers={"cookie": visitor.cookie})


async def _a_debtor(organisation_id: int) -> int:
    open_ones = (Invoice.organisation == organisation_id) & Invoice.is_open.eq(True)
    rows = await Invoice.select(Invoice.customer).where(open_ones).order_by(Invoice.customer)
    return max((row["customer"] for row in rows), key=[row["customer"] for row in rows].count)


DOORS = ("/sign-", "/forgotten-password", "/new-password", "/invitations", "/health", "/static", "/webhooks")


async def _member(name: str, member: SignedIn, one_in: int = 1) -> Visitor:
    token, session = await cast.a_session(member)
    return Visitor(name, f"tactful_session={token}", forgery.issue(session.csrf_secret), ("/",), ("/",), one_in)


def _stranger(name: str, begins: tuple[str, ...], whose: tuple[str, ...]) -> Visitor:
    held = forgery.new_visitor(settings().secret_keys[0])
    return Visitor(name, f"tactful_visitor={held}", forgery.issue(held), begins, whose)


async def _seeds(firm: cast.Firm, tokens: dict[str, str]) -> tuple[Door, ...]:
    found = []
    for line in MATRIX.strip().splitlines():
        _, method, template = line.split()
        found.append(Door(method, await _filled(Rows(firm), template, tokens)))
    return tuple(found)


async def _filled(rows: Rows, template: str, tokens: dict[str, str]) -> str:
    for beginning, token in tokens.items():
        if template.startswith(beginning):
            template = template.replace("{token}", token)
    return await rows.fill(template, [part[1:-1] for part in template.split("/") if part.startswith("{")])


async def _foreign_ids(firm: cast.Firm) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("customer_id", "invoice", "recipient_id", "message_id", "reminder_id", "mail_id", "task_id", "sender_id",
                 "schedule_id", "template_id", "promise_id", "dispute_id", "run_id", "statement_id", "invitation_id",
                 "member_id", "view_id", "assignment_id", "arrangement_id", "change_id", "entry_id"):  # fmt: skip
        rows = Rows(firm)
        if name in ("promise_id",):
            rows.made["invoice"] = await rows.invoice()
        made: Any = await getattr(rows, name)()
        found[name] = str(made if isinstance(made, str) else made.id)
    await Template.update({Template.name: FOREIGN}).where(Template.organisation == firm.id)
    await Message.update({Message.subject: FOREIGN, Message.text: FOREIGN}).where(Message.organisation_id == firm.id)
    return found


async def _mark_foreign(firm: cast.Firm) -> None:
    customer = await cast.a_customer(firm.organisation, f"{FOREIGN} Ltd", email=f"{FOREIGN}@meridian.example")
    await cast.a_recipient(customer, f"{FOREIGN}@customer.example".lower())
    await cast.an_invoice(customer, f"{FOREIGN}-1", reference=FOREIGN)

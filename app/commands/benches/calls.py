"""G2: what syncs cost in calls to Xero."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import ceil
from urllib.parse import parse_qsl, urlsplit

import httpx

from app.commands.bench import Figure
from app.commands.benches.rooms import in_fresh_database
from app.demo_ledger.generate import generate_books
from app.demo_ledger.ledger import Ledger
from app.demo_ledger.main import create_ledger
from app.demo_ledger.settings import UNLIMITED, LedgerSettings
from app.organisations.tables import Organisation
from app.settings import Settings
from app.xero.actions import sync
from app.xero.gateway import XeroGateway, new_verifier
from app.xero.grant_actions import sealed
from app.xero.tables import Connection, Grant

CUSTOMERS, INVOICES = 1_200, 6_400
BESIDE_PAGES, NOTHING_CHANGED = 8, 7
LEDGER, BACK = "http://ledger", "http://localhost:1/back"
CREDITS = ("CreditNotes", "Prepayments", "Overpayments")


class Clock:
    """Ours and the ledger's; it stands until it is moved."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 30, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.instant


def figures() -> Iterator[Figure]:
    first, allowed, later = in_fresh_database(_counted)
    for what, calls, most in (
        (f"a first sync of {INVOICES:,} invoices", first, allowed),
        ("a sync that finds nothing changed", later, NOTHING_CHANGED),
    ):
        yield Figure(
            number="G2", what=what, unit="calls", ours=calls, reference_name="the goal", reference=most, goal=1.0,
            is_quoted=True,
        )  # fmt: skip


async def _counted() -> tuple[int, int, int]:
    """Calls of a first sync, how many are allowed for it, calls of one that finds nothing."""
    clock = Clock()
    books = generate_books(1, CUSTOMERS, INVOICES, today=clock().date())
    app = create_ledger(books, settings=LedgerSettings(limits=UNLIMITED, now=clock))
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    xero = XeroGateway(Settings(demo_ledger_url=LEDGER), transport=transport)
    organisation = await _connected(xero, transport, clock)
    first = await sync(organisation, xero=xero, trigger="first", now=clock)
    clock.instant += timedelta(minutes=11)
    later = await sync(organisation, xero=xero, trigger="sending", now=clock)
    await xero.close()
    if first.problem or later.problem:
        raise RuntimeError(first.problem or later.problem)
    return first.calls, _allowed(app.state.ledger), later.calls


def _allowed(ledger: Ledger) -> int:
    shelves = ledger.organisations[0].shelves
    credits_ = sum(
        shelf.get(place)["Status"] == "AUTHORISED"
        for shelf in (shelves[plural] for plural in CREDITS)
        for place in range(len(shelf))
    )  # fmt: skip
    return sum(ceil(each / 1000) for each in (INVOICES, len(shelves["Contacts"]), credits_)) + BESIDE_PAGES


async def _connected(xero: XeroGateway, transport: httpx.AsyncBaseTransport, clock: Clock) -> int:
    verifier = new_verifier()
    asked = urlsplit(xero.consent_url("demo", redirect_uri=BACK, state="s", verifier=verifier))
    async with httpx.AsyncClient(transport=transport, base_url=LEDGER) as browser:
        answer = await browser.post(asked.path, data={**dict(parse_qsl(asked.query)), "decision": "allow"})
    code = httpx.URL(answer.headers["location"]).params["code"]
    tokens = await xero.exchange("demo", code=code, verifier=verifier, redirect_uri=BACK, now=clock())
    [tenant, *_] = await xero.tenants("demo", tokens.access_token, clock())
    organisation = Organisation(name="Bench Ltd", set_up_at=clock(), starts_with="all", created_at=clock())
    await organisation.save()
    grant = Grant(provider="demo", token_set_sealed=sealed(tokens), expires_at=tokens.expires_at)
    await grant.save()
    await Connection(
        organisation=organisation.id, grant=grant.id, provider="demo", tenant_id=tenant.tenant_id, connection_id=tenant.id,
        state="connected", connected_at=clock(),
    ).save()  # fmt: skip
    return int(organisation.id)

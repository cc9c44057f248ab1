"""Borealis connected to a demo ledger without a network, and a hand on the ledger's books and faults."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from litestar import Litestar

from app.demo_ledger.gate import ConnectionCut
from app.demo_ledger.generate import generate_books
from app.demo_ledger.ledger import Ledger
from app.demo_ledger.settings import UNLIMITED, LedgerSettings, Limits
from app.organisations.membership import SignedIn
from app.settings import Settings
from app.xero import connect_actions
from app.xero.actions import SyncOutcome, sync
from app.xero.gateway import XeroGateway
from tests import cast
from tests.ledgers import a_ledger, put_away

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BASE = "http://localhost:8000"
ADDRESS = "http://ledger.example"


class HandClock:
    """Stands still until it is moved; the ledger and we look at the same one."""

    def __init__(self, instant: datetime = NOW) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def forward(self, **by: float) -> None:
        self.instant += timedelta(**by)


class Cable(httpx.AsyncBaseTransport):
    """The way to a ledger in this process; a cut connection looks as it does on a network."""

    def __init__(self, app: Litestar) -> None:
        self._inner = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionCut as error:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.") from error


class Switchboard(httpx.AsyncBaseTransport):
    """One way to whatever ledger the present test has plugged in."""

    current: httpx.AsyncBaseTransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert self.current is not None, "the test has no ledger"
        return await self.current.handle_async_request(request)


class Rig:
    """One ledger, our gateway to it, and its control pages."""

    def __init__(
        self, *, customers: int = 12, invoices: int = 60, limits: Limits = UNLIMITED, books: Any = None, **settings: Any
    ) -> None:
        self.clock = HandClock()
        books = books or generate_books(1, customers, invoices, today=self.clock.instant.date())
        self.app: Litestar = a_ledger(books, LedgerSettings(limits=limits, now=self.clock, **settings))
        self.cable = Cable(self.app)
        self.http = httpx.AsyncClient(transport=self.cable, base_url=ADDRESS)
        self.xero = XeroGateway(Settings(demo_ledger_url=ADDRESS), transport=self.cable, call_seconds=2.0)

    @property
    def ledger(self) -> Ledger:
        running: Ledger = self.app.state.ledger
        return running

    async def consent(self, url: str, *, tenants: int = 1, decision: str = "allow") -> dict[str, str]:
        """Sit at the consent page; what comes back to the callback."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        shown = await self.http.get(urlsplit(url).path, params=asked)
        offered = re.findall(r'name="tenant" value="([^"]+)"', shown.text)
        form = {**asked, "decision": decision, "tenant": offered[:tenants] if tenants > 0 else offered[tenants:]}
        answer = await self.http.post(urlsplit(url).path, data=form)
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}

    async def connect(self, member: SignedIn, *, tenants: int = 1) -> connect_actions.Journey:
        """From the button to the chosen organisation, as a browser would go."""
        now = self.clock()
        url = await connect_actions.begin_connection(member, "demo", xero=self.xero, base_url=BASE, now=now)
        answer = await self.consent(url, tenants=tenants)
        journey = await connect_actions.finish_connection(member, answer, xero=self.xero, base_url=BASE, now=now)
        if not journey.is_reconnected:
            tenant = journey.tenants[0].tenant_id
            await connect_actions.choose_tenant(member, journey.authorisation_id, tenant, xero=self.xero, now=now)
        return journey

    async def sync(self, organisation_id: int, trigger: str = "asked") -> SyncOutcome:
        return await sync(organisation_id, xero=self.xero, trigger=trigger, now=self.clock)

    async def do(self, path: str, **act: Any) -> Any:
        """An act on the books: do("/control/payments", invoice="INV-0001", amount="all")."""
        answer = await self.http.post(path, json=act)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def fault(self, name: str, **facts: Any) -> None:
        answer = await self.http.post("/faults", json={"fault": name, **facts})
        assert answer.status_code == 200, answer.text

    async def mend(self) -> None:
        await self.http.delete("/faults")

    def calls(self) -> list[str]:
        """What the Accounting API was asked since the last look, as "GET /Invoices"."""
        asked = [
            f"{call.method} {call.path.removeprefix('/api.xro/2.0')}"
            for call in self.ledger.calls.latest
            if "/api.xro" in call.path
        ]
        self.ledger.calls.clear()
        return asked

    def books(self, plural: str) -> list[dict[str, Any]]:
        """The ledger's own records, as it keeps them."""
        shelf = self.ledger.organisations[0].shelves[plural]
        return [shelf.get(place) for place in range(len(shelf))]

    async def close(self) -> None:
        await self.xero.close()
        if not self.http.is_closed:
            await self.http.aclose()
            put_away(self.app)


@pytest.fixture
async def rig(database: Any) -> AsyncIterator[Rig]:
    made = Rig()
    yield made
    await made.close()


@pytest.fixture
async def firm(database: Any, rig: Rig) -> cast.Firm:
    """Borealis, connected and set up, not synced yet."""
    made = await cast.borealis(created_at=NOW)
    await rig.connect(made.anna)
    return made


@pytest.fixture
async def synced(firm: cast.Firm, rig: Rig) -> cast.Firm:
    """Borealis after its first sync."""
    outcome = await rig.sync(firm.id, "first")
    assert outcome.is_good, outcome
    return firm

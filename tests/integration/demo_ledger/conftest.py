"""A demo ledger on a Monday morning, and a client that is connected to it."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from litestar import Litestar

from app.demo_ledger.generate import generate_books
from app.demo_ledger.ledger import Ledger
from app.demo_ledger.serve import ledger_on_a_thread
from app.demo_ledger.settings import UNLIMITED, LedgerSettings
from tests.contract.xero_session import XeroSession
from tests.ledgers import a_ledger, put_away

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.instant = NOW

    def __call__(self) -> datetime:
        return self.instant

    def forward(self, **by: int) -> None:
        self.instant += timedelta(**by)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def ledger_app(clock: HandClock) -> Iterator[Litestar]:
    books = generate_books(1, today=clock.instant.date())
    app = a_ledger(books, LedgerSettings(limits=UNLIMITED, now=clock))
    yield app
    put_away(app)


@pytest.fixture
def ledger(ledger_app: Litestar) -> Ledger:
    running: Ledger = ledger_app.state.ledger
    return running


@pytest.fixture
async def stranger(ledger_app: Litestar) -> AsyncIterator[XeroSession]:
    """A client that has not been allowed anything yet."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(ledger_app), base_url="http://localhost") as http:
        yield XeroSession(http)


@pytest.fixture
async def xero(stranger: XeroSession) -> XeroSession:
    return await stranger.connect()


@pytest.fixture
def served(ledger_app: Litestar) -> Iterator[str]:
    """The same ledger behind a real socket, where connections can break."""
    with ledger_on_a_thread(ledger_app) as address:
        yield address


@pytest.fixture
async def wired(served: str) -> AsyncIterator[XeroSession]:
    async with httpx.AsyncClient(base_url=served, timeout=5) as http:
        yield await XeroSession(http).connect()

"""The running application in front of a demo ledger, both on one clock, and a person who opens every page."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from app.main import create_app
from app.organisations.membership import Role
from app.schedules.actions import ship as ship_schedule
from app.settings import Settings
from app.xero.gateway import XeroGateway
from tests import cast
from tests.scenarios.books import a_small_firm, read_from_a_file
from tests.scenarios.desk import Desk
from tests.web.conftest import borealis, client, sign_in
from tests.xero_rig import ADDRESS, Rig, Switchboard

__all__ = ["borealis", "client", "sign_in"]


@pytest.fixture(scope="session")
def switchboard() -> Switchboard:
    return Switchboard()


@pytest.fixture(scope="session")
def wired_application(switchboard: Switchboard) -> Litestar:
    return create_app(XeroGateway(Settings(demo_ledger_url=ADDRESS), transport=switchboard, call_seconds=0.3))


@pytest.fixture
async def rig(database: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rig]:
    """A ledger whose books come from a file: three customers, five invoices."""
    made = Rig(books=read_from_a_file(a_small_firm(), tmp_path))
    made.xero._call_seconds = 0.3
    monkeypatch.setattr("app.clock.now", made.clock)
    monkeypatch.setattr("app.xero.reading_actions.PAUSES", (0.0, 0.0))
    yield made
    await made.close()


@pytest.fixture
def application(wired_application: Litestar, switchboard: Switchboard, rig: Rig) -> Litestar:
    switchboard.current = rig.cable
    return wired_application


@pytest.fixture
async def desk(client: httpx.AsyncClient, sign_in: Any, borealis: cast.Firm, rig: Rig) -> Desk:
    """Anna of Borealis at her desk: connected, set up, not synced yet."""
    member = await sign_in(Role.OWNER)
    await ship_schedule(borealis.id, rig.clock())
    await rig.connect(member)
    return Desk(client, rig, borealis, member)

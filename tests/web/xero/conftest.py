"""The application in front of a demo ledger."""

import pytest
from litestar import Litestar

from app.main import create_app
from app.settings import Settings
from app.xero.gateway import XeroGateway
from tests.xero_rig import ADDRESS, Rig, Switchboard, rig

__all__ = ["rig"]


@pytest.fixture(scope="session")
def switchboard() -> Switchboard:
    return Switchboard()


@pytest.fixture(scope="session")
def wired_application(switchboard: Switchboard) -> Litestar:
    return create_app(XeroGateway(Settings(demo_ledger_url=ADDRESS), transport=switchboard))


@pytest.fixture
def application(wired_application: Litestar, switchboard: Switchboard, rig: Rig) -> Litestar:
    switchboard.current = rig.cable
    return wired_application

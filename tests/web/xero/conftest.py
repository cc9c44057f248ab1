"""The application in front of a demo ledger."""

import pytest
from litestar import Litestar

from app.main import create_app
from tests.xero_rig import Rig, rig

__all__ = ["rig"]


@pytest.fixture
def application(rig: Rig) -> Litestar:
    return create_app(rig.xero)

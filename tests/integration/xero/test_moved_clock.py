"""TACTFUL_NOW moves the clock for demonstrations, never on real books."""

import pytest

from app.settings import reload_settings
from app.xero.connect_actions import MovedClock, begin_connection, check_clock
from app.xero.gateway import XeroGateway
from app.xero.tables import Connection
from tests import cast
from tests.cast import NOW


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TACTFUL_NOW", "2026-12-01T10:00:00+00:00")
    monkeypatch.setenv("XERO_CLIENT_ID", "an-app")
    yield reload_settings()
    monkeypatch.undo()
    reload_settings()


async def test_real_books_cannot_be_connected_while_the_clock_is_moved(database, moved):
    firm = await cast.borealis()
    with pytest.raises(MovedClock):
        await begin_connection(firm.anna, "xero", xero=XeroGateway(moved), base_url="http://localhost", now=NOW)


@pytest.mark.parametrize(("provider", "refused"), [("xero", True), ("demo", False)])
async def test_nothing_starts_with_a_moved_clock_on_real_books(database, moved, provider: str, refused: bool):
    firm = await cast.borealis()
    await Connection(organisation=firm.id, provider=provider, tenant_id="t", state="connected").save()
    if refused:
        with pytest.raises(MovedClock):
            await check_clock()
    else:
        await check_clock()

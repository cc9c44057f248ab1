"""A firm with one reminder due, one to come, and the schedule that ships."""

import re

import httpx
import pytest

from app.schedules.tables import Schedule
from tests import cast
from tests.web.chasing.ready import owing, planned, ready
from tests.web.schedules.editing import Form, Press


@pytest.fixture
async def firm(borealis: cast.Firm) -> cast.Firm:
    await ready(borealis)
    await owing(borealis, "Harbour Foods Ltd", number="INV-0231", days_overdue=3)
    await owing(borealis, "Ashdown Engineering", number="INV-0300", days_overdue=-20, total="80.00")
    await planned(borealis)
    return borealis


@pytest.fixture
async def best(firm: cast.Firm) -> Schedule:
    found = await Schedule.objects().get(Schedule.organisation == firm.id)
    assert found is not None
    return found


@pytest.fixture
def press(client: httpx.AsyncClient) -> Press:
    """Open the page at `path` (or take this one), change fields, press a button."""

    async def pressing(page: str, do: str = "", changes: dict[str, str] | None = None, to: str = "") -> httpx.Response:
        text = (await client.get(page)).text if page.startswith("/") else page
        fields = {**Form(text).fields, **(changes or {}), **({"do": do} if do else {})}
        found = re.search(r'id="schedule" method="post" action="([^"]+)"', text)
        assert found
        return await client.post(to or found.group(1) + ("/draft" if do else ""), data=fields)

    return pressing

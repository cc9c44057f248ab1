"""/upcoming: the coming four weeks."""

from datetime import timedelta

import httpx
import pytest

from app.chasing.tables import Reminder
from app.xero.tables import Connection
from tests import cast
from tests.web.chasing.ready import ZONE, owing, planned, ready, today
from tests.web.conftest import SignIn

REGION = {"HX-Request": "true", "HX-Target": "upcoming"}


@pytest.fixture
async def firm(borealis: cast.Firm) -> cast.Firm:
    await ready(borealis)
    await owing(borealis, "Harbour Foods Ltd", number="INV-0231")
    await owing(borealis, "Ashdown Engineering", number="INV-0300", days_overdue=-20, total="80.00")
    await planned(borealis)
    return borealis


async def test_four_weeks_are_shown_with_counts_and_sums(client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm) -> None:
    await sign_in("viewer")
    page = (await client.get("/upcoming")).text
    assert "emails to 2 customers in the next four weeks" in page
    assert page.count("<tr>") in (5, 6)
    assert "£640" in page
    assert "Harbour Foods Ltd" in page


async def test_another_day_is_chosen(client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm) -> None:
    await sign_in("viewer")
    first = (await client.get("/upcoming")).text
    days = [piece.split('"')[0] for piece in first.split('href="/upcoming?on=')[1:]]
    fragment = (await client.get(f"/upcoming?on={days[-1]}", headers=REGION)).text
    assert fragment.lstrip().startswith('<div class="stack page" id="upcoming"')
    assert "aria-current" in fragment.split(f"/upcoming?on={days[-1]}")[-1].split(">")[0]


@pytest.mark.parametrize("on", ["2000-01-01", "soon", ""])
async def test_a_day_without_mail_says_so(client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm, on: str) -> None:
    await sign_in("viewer")
    page = await client.get(f"/upcoming?on={on}")
    assert page.status_code == 200
    assert ("Nothing goes out on Saturday 1 January 2000" in page.text) == (on == "2000-01-01")


async def test_what_is_planned_next_can_be_skipped_from_here(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm
) -> None:
    await sign_in("controller")
    assert "Goes by itself" in (await client.get("/upcoming")).text
    reminder = await Reminder.objects().first()
    assert reminder is not None
    answer = await client.post(f"/reminders/{reminder.id}/skip", data={"from": "upcoming"})
    assert answer.headers["location"] == "/upcoming"
    assert "Skipped." in (await client.get("/upcoming")).text


async def test_what_keeps_everything_from_going_is_said_first(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm
) -> None:
    long_ago = {Connection.state: "disconnected", Connection.reason: "Access was revoked."}
    await Connection.update(long_ago).where(Connection.organisation == firm.id)
    await sign_in("viewer")
    assert "Held: Xero is disconnected. Nothing goes out until this is put right." in (await client.get("/upcoming")).text


async def test_nothing_of_another_organisation_is_shown(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm, meridian: cast.Firm
) -> None:
    await sign_in(meridian.anna)
    page = (await client.get(f"/upcoming?on={today(ZONE) + timedelta(days=1)}")).text
    assert "Harbour" not in page
    assert "Nothing goes out in the next four weeks" in page

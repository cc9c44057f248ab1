"""/upcoming/past: the time machine."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from app.chasing.tables import Run
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from tests import cast
from tests.web.chasing.ready import ZONE, owing, planned, ready, today
from tests.web.conftest import SignIn

REGION = {"HX-Request": "true", "HX-Target": "past"}


@pytest.fixture
async def firm(borealis: cast.Firm) -> cast.Firm:
    """A week ago Harbour was reminded; Ashdown's reminder was cancelled."""
    every_day = {Organisation.chase_weekdays: "[0,1,2,3,4,5,6]", Organisation.country: "XX"}
    await Organisation.update(every_day).where(Organisation.id == borealis.id)
    await ready(borealis)
    await owing(borealis, "Harbour Foods Ltd", number="INV-0231", days_overdue=18)
    await owing(borealis, "Ashdown Engineering", number="INV-0300", days_overdue=19, total="80.00")
    await planned(borealis)
    day = a_week_ago()
    at = datetime.combine(day, time(10, 30), ZoneInfo(ZONE))
    await Run.update({Run.day: day}).where(Run.organisation == borealis.id)
    went, cancelled = await Message.objects().order_by(Message.customer_id)
    await Message.update({Message.state: "sent", Message.claimed_at: at, Message.sent_at: at, Message.planned_on: day}).where(
        Message.id == went.id
    )
    dead = {Message.state: "cancelled", Message.state_reason: "Skipped by Tom Hale.", Message.planned_on: day}
    await Message.update(dead).where(Message.id == cancelled.id)
    return borealis


def a_week_ago() -> date:
    return today(ZONE) - timedelta(days=7)


async def test_what_would_have_gone_stands_beside_what_went(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm
) -> None:
    await sign_in("viewer")
    page = (await client.get(f"/upcoming/past?on={a_week_ago()}")).text
    assert "It was cancelled: skipped by Tom Hale." in page
    assert "INV-0231" in page
    assert page.index("Would have gone, and did not") < page.index("Harbour Foods Ltd")


async def test_one_customer_is_looked_at_and_the_fragment_is_the_region(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm
) -> None:
    await sign_in("viewer")
    fragment = (await client.get(f"/upcoming/past?on={a_week_ago()}&customer=harb", headers=REGION)).text
    assert fragment.lstrip().startswith('<div class="stack page" id="past"')
    assert "Harbour Foods Ltd" in fragment
    assert "Ashdown" not in fragment


@pytest.mark.parametrize(
    ("on", "said"), [("soon", "Choose a day, as"), ("2999-01-01", "before today"), ("1066-10-14", "century")]
)
async def test_a_day_that_cannot_be_looked_at_says_so(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm, on: str, said: str
) -> None:
    await sign_in("viewer")
    answer = await client.get(f"/upcoming/past?on={on}")
    assert answer.status_code == 200
    assert said in answer.text


async def test_a_day_on_which_nothing_was_due_says_so(client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm) -> None:
    await sign_in("viewer")
    page = (await client.get("/upcoming/past?on=2001-05-09")).text
    assert "Nothing went, and nothing would have gone" in page
    assert "Tactful did not plan on that day" in page


async def test_without_a_day_the_last_chase_day_is_shown(client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm) -> None:
    await sign_in("viewer")
    assert "What is known of that day, and what is not" in (await client.get("/upcoming/past")).text


async def test_nothing_of_another_organisation_is_shown(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm, meridian: cast.Firm
) -> None:
    await sign_in(meridian.anna)
    page = (await client.get(f"/upcoming/past?on={a_week_ago()}")).text
    assert "Harbour" not in page
    assert "Ashdown" not in page


async def test_who_has_not_signed_in_is_asked_to(client: httpx.AsyncClient, firm: cast.Firm) -> None:
    assert (await client.get("/upcoming/past")).status_code in (303, 401)

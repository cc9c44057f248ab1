"""/upcoming: the coming four weeks."""

from datetime import timedelta

import httpx
import pytest

from app.chasing.tables import Reminder, UpcomingPass
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


@pytest.mark.parametrize("number", ["-1", "0", "9" * 40])
async def test_odd_numbers_in_the_address_choose_nothing(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm, number: str
) -> None:
    await sign_in("viewer")
    page = await client.get(f"/upcoming?schedule={number}&at={number}")
    assert page.status_code == 200
    assert "Harbour Foods Ltd" in page.text


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


async def test_the_weeks_are_narrowed_to_a_customer_a_step_or_a_schedule(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm
) -> None:
    await sign_in("viewer")
    harbour = (await client.get("/upcoming?customer=HARB")).text
    assert "to 1 customer in the next four weeks" in harbour
    assert "Ashdown" not in harbour
    assert "&amp;customer=HARB" in harbour.split('class="weeks"')[1]
    coming_up = (await client.get("/upcoming?step=Coming+up")).text
    assert "1 email to 1 customer" in coming_up
    assert "Ashdown Engineering" in coming_up
    other = (await client.get("/upcoming?schedule=999999")).text
    assert "Nothing that fits goes out" in other
    assert "Show all" in other


@pytest.mark.parametrize("customer", ["%", "_", "'; DROP TABLE customer", "x" * 500])
async def test_whatever_is_typed_into_the_filter_is_a_name(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm, customer: str
) -> None:
    await sign_in("viewer")
    assert (await client.get("/upcoming", params={"customer": customer})).status_code == 200


async def test_while_the_weeks_are_worked_out_the_page_says_how_far(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm
) -> None:
    under_way = {UpcomingPass.finished_at: None, UpcomingPass.done: 400, UpcomingPass.of: 20_000}
    await UpcomingPass.update(under_way).where(UpcomingPass.organisation_id == firm.id)
    await sign_in("viewer")
    page = (await client.get("/upcoming")).text
    assert "400 of 20,000 customers are done" in page
    assert "Harbour Foods Ltd" in page


async def test_one_leafs_through_the_pile_of_a_day(client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm) -> None:
    for number in range(3):
        await owing(firm, f"Customer {number}", total=f"{100 + number}.00")
    await planned(firm)
    await sign_in("viewer")
    first = (await client.get("/upcoming")).text
    assert "1 of 4" in first
    assert 'rel="prev"' not in first
    link = first.split('rel="next"')[0].split('<a class="button quiet" href="')[-1].split('"')[0].replace("&amp;", "&")
    second = (await client.get(link, headers=REGION)).text
    assert "2 of 4" in second
    assert ">Customer 2</a>" in second
    assert 'data-key="ArrowLeft"' in second


async def test_an_organisation_that_never_ran_says_what_it_waits_for(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await ready(borealis)
    await sign_in("viewer")
    assert "The first run works out what is coming up." in (await client.get("/upcoming")).text

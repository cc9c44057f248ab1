"""/customers and /receivables: the list, its fragment, and what can be done to the selected ones."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.activity.tables import Activity
from app.clock import now
from app.customers.tables import Customer
from app.invoices.summary_actions import recount
from app.promises.actions import promise
from app.promises.dispute_actions import open_dispute
from app.promises.words import Said
from app.schedules.tables import Schedule
from tests import cast
from tests.web.chasing.ready import ZONE, owing, planned, ready, today
from tests.web.conftest import SignIn

REGION = {"HX-Request": "true", "HX-Target": "grid-customers"}


@pytest.fixture
async def list_of_two(borealis: cast.Firm) -> tuple[Customer, Customer]:
    """Harbour owes most and is chased; Ashdown owes less and is not."""
    harbour, _ = await owing(borealis, "Harbour Foods Ltd", total="900.00")
    ashdown, _ = await owing(borealis, "Ashdown Engineering", days_overdue=45, total="80.00")
    await Customer.update({Customer.chasing: False}).where(Customer.id == ashdown.id)
    await recount(borealis.id, today(ZONE))
    return harbour, ashdown


async def chased() -> dict[str, bool]:
    return {row["name"]: row["chasing"] for row in await Customer.select(Customer.name, Customer.chasing)}


async def test_receivables_lead_to_the_customers(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("viewer")
    assert (await client.get("/receivables")).headers["location"] == "/customers"


async def test_the_list_shows_who_owes_what_largest_overdue_first(
    client: httpx.AsyncClient, sign_in: SignIn, list_of_two: Any
) -> None:
    await sign_in("viewer")
    page = (await client.get("/customers")).text
    assert page.index("Harbour Foods Ltd") < page.index("Ashdown Engineering")
    assert "900.00" in page
    assert "45 days overdue" in page
    assert "Not chasing" in page


async def test_three_figures_stand_on_top_and_are_filters(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    _, invoice = await owing(borealis, total="640.00")
    _, coming = await owing(borealis, "Ashdown", days_overdue=-9, total="60.00")
    await recount(borealis.id, today(ZONE))
    sunday = today(ZONE) + timedelta(days=6 - today(ZONE).weekday())
    await promise([invoice], sunday, source=Said.PHONE, by="Tom", now=now())
    await sign_in("viewer")
    page = (await client.get("/customers")).text
    assert "£700.00" in page
    assert 'href="/customers?overdue=0"' in page
    assert "1 promise" in page
    promised = (await client.get("/invoices?promised=week")).text
    assert invoice.number in promised
    assert coming.number not in promised


async def test_htmx_gets_the_grid_alone(client: httpx.AsyncClient, sign_in: SignIn, list_of_two: Any) -> None:
    await sign_in("viewer")
    fragment = (await client.get("/customers?q=ashd", headers=REGION)).text
    assert fragment.lstrip().startswith('<div class="grid-region"')
    assert "Ashdown Engineering" in fragment
    assert "Harbour" not in fragment


@pytest.mark.parametrize("sort", ["name", "-name", "overdue", "-outstanding", "oldest", "status", "next", "-contacted", "late"])
async def test_every_column_sorts(client: httpx.AsyncClient, sign_in: SignIn, list_of_two: Any, sort: str) -> None:
    await sign_in("viewer")
    page = (await client.get(f"/customers?sort={sort}&size=50")).text
    assert page.count('class="row-link"') == 2


@pytest.mark.parametrize(
    ("query", "found"), [("status=not_chasing", "Ashdown"), ("overdue=30", "Ashdown"), ("owes_from=500", "Harbour")]
)
async def test_filters_leave_the_others_out(
    client: httpx.AsyncClient, sign_in: SignIn, list_of_two: Any, query: str, found: str
) -> None:
    await sign_in("viewer")
    page = (await client.get(f"/customers?{query}")).text
    assert page.count('class="row-link"') == 1
    assert found in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("said=promise", "Harbour"),
        ("said=query", "Ashdown"),
        ("hold=not_chasing", "Ashdown"),
        ("currency=USD", "Harbour"),
        ("due_to={long_ago}", "Ashdown"),
    ],
)
async def test_what_stands_at_their_invoices_filters_customers(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, query: str, found: str
) -> None:
    await ready(borealis)
    harbour, promised = await owing(borealis, "Harbour Foods Ltd", total="900.00")
    ashdown, asked = await owing(borealis, "Ashdown Engineering", days_overdue=45, total="80.00", number="INV-2")
    await Customer.update({Customer.chasing: False}).where(Customer.id == ashdown.id)
    await cast.an_invoice(harbour, "PRO-7", due_on=today(ZONE), currency="USD", rate="1.25")
    await promise([promised], today(ZONE), source=Said.PHONE, by="Tom", now=now())
    await open_dispute(asked, amount=None, reason="wrong_amount", text="", source=Said.PHONE, by="Tom", now=now())
    await recount(borealis.id, today(ZONE))
    await planned(borealis)
    await sign_in("viewer")
    page = (await client.get("/customers?" + query.format(long_ago=today(ZONE) - timedelta(days=40)))).text
    assert page.count('class="row-link"') == 1
    assert found in page


async def test_the_schedule_is_a_column_that_sorts_by_name(
    client: httpx.AsyncClient, sign_in: SignIn, list_of_two: tuple[Customer, Customer], borealis: cast.Firm
) -> None:
    gentle, slow = Schedule(organisation=borealis.id, name="Gentle"), Schedule(organisation=borealis.id, name="Slow")
    await gentle.save()
    await slow.save()
    harbour, ashdown = list_of_two
    await Customer.update({Customer.schedule_id: slow.id}).where(Customer.id == harbour.id)
    await Customer.update({Customer.schedule_id: gentle.id}).where(Customer.id == ashdown.id)
    await sign_in("viewer")
    page = (await client.get("/customers?cols=name&cols=schedule&sort=-schedule")).text
    assert page.index('<span class="badge plain">Slow</span>') < page.index('<span class="badge plain">Gentle</span>')


async def test_a_customer_is_edited_in_xero_from_its_row(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await ready(borealis)
    customer, _ = await owing(borealis)
    await planned(borealis)
    await sign_in("viewer")
    page = (await client.get("/customers")).text
    assert f'href="https://go.xero.com/app/%21bor1/contacts/contact/{customer.xero_id}"' in page


async def test_nobody_elses_customers_are_shown(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, meridian: cast.Firm
) -> None:
    await owing(meridian, "Secret Supplies")
    await recount(meridian.id, today(ZONE))
    await sign_in("owner")
    for query in ("", "?sort=name", "?q=secret", "?status=chasing"):
        assert "Secret Supplies" not in (await client.get(f"/customers{query}")).text
    assert "£0.00" in (await client.get("/customers")).text


async def test_an_empty_list_says_what_will_be_here(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("viewer")
    assert "They arrive with the first sync from Xero" in (await client.get("/customers")).text


async def test_the_selected_are_chased_from_now_on(
    client: httpx.AsyncClient, sign_in: SignIn, list_of_two: tuple[Customer, Customer]
) -> None:
    await sign_in("controller")
    harbour, ashdown = list_of_two
    answer = await client.post("/customers/chasing", data={"ids": [str(ashdown.id), str(harbour.id)], "matching": "sort=name"})
    assert answer.headers["location"] == "/customers?sort=name"
    assert await chased() == {"Harbour Foods Ltd": True, "Ashdown Engineering": True}
    assert [row["customer_id"] for row in await Activity.select(Activity.customer_id)] == [ashdown.id]


async def test_all_that_match_are_left_out_of_chasing(client: httpx.AsyncClient, sign_in: SignIn, list_of_two: Any) -> None:
    await sign_in("controller")
    await client.post("/customers/chasing/end", data={"all_matching": "1", "matching": "q=harbour"})
    assert await chased() == {"Harbour Foods Ltd": False, "Ashdown Engineering": False}


async def test_a_viewer_may_not(client: httpx.AsyncClient, sign_in: SignIn, list_of_two: tuple[Customer, Customer]) -> None:
    await sign_in("viewer")
    assert (await client.post("/customers/chasing", data={"ids": str(list_of_two[1].id)})).status_code == 403
    assert (await chased())["Ashdown Engineering"] is False


async def test_another_organisations_ids_change_nothing(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, meridian: cast.Firm
) -> None:
    theirs, _ = await owing(meridian, "Secret Supplies")
    await sign_in("owner")
    await client.post("/customers/chasing/end", data={"ids": str(theirs.id)})
    await client.post("/customers/chasing/end", data={"all_matching": "1", "matching": ""})
    assert await chased() == {"Secret Supplies": True}


async def test_nonsense_in_the_selection_is_left_out(client: httpx.AsyncClient, sign_in: SignIn, list_of_two: Any) -> None:
    await sign_in("controller")
    assert (await client.post("/customers/chasing", data={"ids": ["x", "9" * 30, "-1"]})).status_code == 303


async def test_the_status_tells_the_reason_and_the_end(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    end = cast.TODAY.replace(year=2099)
    stopped = await cast.a_customer(
        borealis.organisation, "Ashdown", stop="breathing_space", stop_until_on=end, stop_note="4711"
    )
    paused = await cast.a_customer(borealis.organisation, "Bellwether", paused_until_on=end, pause_note="They move house")
    for customer in (stopped, paused):
        await cast.an_invoice(customer)
    await recount(borealis.id, cast.TODAY)
    await sign_in("viewer")
    page = (await client.get("/customers")).text
    assert "breathing space until 30 Nov 2099" in page
    assert 'title="They move house"' in page

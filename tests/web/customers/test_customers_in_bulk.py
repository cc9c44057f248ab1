"""Many customers at once: POST /customers/chasing, …/assignee, /bulk-changes/{id}/undo; GET /customers/sum."""

import html
import re

import httpx
import pytest

from app.activity.tables import Activity
from app.customers.tables import BulkChange, Customer
from app.invoices.summary_actions import recount
from tests import cast
from tests.web.chasing.ready import owing
from tests.web.conftest import SignIn

UNDO = re.compile(r'formaction="(/bulk-changes/\d+/undo)"')


@pytest.fixture
async def three(borealis: cast.Firm) -> list[int]:
    """Harbour and Ashdown are chased, Cedar is not; they owe 120, 60 and 30 pounds, all overdue."""
    made = []
    for name, total, chasing in (("Harbour", "120.00", True), ("Ashdown", "60.00", True), ("Cedar", "30.00", False)):
        customer = await cast.a_customer(borealis.organisation, name, chasing=chasing)
        await cast.an_invoice(customer, f"INV-{name}", due_on=cast.TODAY.replace(year=2020), total=total)
        made.append(customer.id)
    await recount(borealis.id, cast.TODAY)
    return made


async def chased() -> list[bool]:
    return [row["chasing"] for row in await Customer.select(Customer.chasing).order_by(Customer.id)]


async def assigned() -> list[int | None]:
    return [row["assigned_to"] for row in await Customer.select(Customer.assigned_to).order_by(Customer.id)]


async def undo_of(client: httpx.AsyncClient) -> str:
    """The address behind Undo on the page that the last change led to."""
    found = UNDO.search((await client.get("/customers")).text)
    assert found
    return found.group(1)


async def test_many_are_set_to_not_chasing_and_undo_gives_each_what_it_had(
    client: httpx.AsyncClient, sign_in: SignIn, three: list[int]
) -> None:
    await sign_in("controller")
    done = await client.post("/customers/chasing/end", data={"ids": [str(each) for each in three], "matching": "sort=name"})
    assert done.headers["location"] == "/customers?sort=name"
    page = (await client.get("/customers")).text
    assert "2 customers set to not chasing." in page
    assert await chased() == [False, False, False]
    undone = await client.post(UNDO.search(page)[1])  # type: ignore[index]
    assert undone.headers["location"] == "/customers"
    assert "Undone: 2 customers have again what was there before." in (await client.get("/customers")).text
    assert await chased() == [True, True, False]


async def test_whoever_was_changed_since_is_left_as_he_is(client: httpx.AsyncClient, sign_in: SignIn, three: list[int]) -> None:
    await sign_in("controller")
    await client.post("/customers/chasing/end", data={"all_matching": "1", "matching": ""})
    undo = await undo_of(client)
    await client.post(f"/customers/{three[0]}/chasing")
    await client.post(undo)
    assert await chased() == [True, True, False]
    assert "1 changed since, and stay as they are" in (await client.get("/customers")).text


async def test_undo_works_once(client: httpx.AsyncClient, sign_in: SignIn, three: list[int]) -> None:
    await sign_in("controller")
    await client.post("/customers/chasing/end", data={"all_matching": "1", "matching": ""})
    undo = await undo_of(client)
    await client.post(undo)
    assert (await client.post(undo)).status_code == 409


async def test_what_changes_nobody_offers_no_undo(client: httpx.AsyncClient, sign_in: SignIn, three: list[int]) -> None:
    await sign_in("controller")
    await client.post("/customers/chasing", data={"ids": [str(three[0])]})
    page = (await client.get("/customers")).text
    assert "That changed nothing." in page
    assert not UNDO.search(page)
    assert not await BulkChange.count()


async def test_assigning_asks_whom_and_keeps_the_selection(
    client: httpx.AsyncClient, sign_in: SignIn, three: list[int], borealis: cast.Firm
) -> None:
    member = await sign_in("controller")
    asked = (await client.post("/customers/assignee", data={"ids": [str(three[0]), str(three[2])]})).text
    assert "Who looks after 2 customers?" in asked
    assert f'<option value="{member.member_id}" selected>{html.escape(member.name)}</option>' in re.sub(r"\s+", " ", asked)
    kept = re.findall(r'name="ids" value="(\d+)"', asked)
    assert kept == [str(three[0]), str(three[2])]
    await client.post("/customers/assignee", data={"ids": kept, "assignee": str(member.member_id)})
    assert await assigned() == [member.member_id, None, member.member_id]
    page = (await client.get("/customers?assigned=" + str(member.member_id))).text
    assert f"2 customers assigned to {member.name}." in page
    assert 'class="grid-count" role="status">2 customers<' in page
    await client.post(UNDO.search(page)[1])  # type: ignore[index]
    assert await assigned() == [None, None, None]


async def test_a_viewer_is_nobody_to_assign_to(
    client: httpx.AsyncClient, sign_in: SignIn, three: list[int], borealis: cast.Firm
) -> None:
    from app.organisations.membership import Role

    await sign_in("controller")
    viewer = borealis.members[Role.VIEWER].member_id
    refused = await client.post("/customers/assignee", data={"ids": [str(three[0])], "assignee": str(viewer)})
    assert refused.status_code == 422
    assert "Choose a colleague, or nobody" in refused.text
    assert await assigned() == [None, None, None]


async def test_each_change_is_on_the_timeline(client: httpx.AsyncClient, sign_in: SignIn, three: list[int]) -> None:
    await sign_in("controller")
    await client.post("/customers/chasing/end", data={"all_matching": "1", "matching": ""})
    await client.post(await undo_of(client))
    lines = await Activity.select(Activity.sentence).where(Activity.customer_id == three[0]).order_by(Activity.id)
    assert [line["sentence"] for line in lines] == ["Chasing is switched off", "Chasing is switched on"]


async def test_the_bar_is_told_what_all_that_match_add_up_to(
    client: httpx.AsyncClient, sign_in: SignIn, three: list[int]
) -> None:
    await sign_in("viewer")
    assert (await client.get("/customers/sum")).text == "£210.00"
    assert (await client.get("/customers/sum?status=not_chasing")).text == "£30.00"
    assert (await client.get("/customers/sum?q=nobody")).text == ""


async def test_a_viewer_may_not(client: httpx.AsyncClient, sign_in: SignIn, three: list[int]) -> None:
    await sign_in("controller")
    await client.post("/customers/chasing/end", data={"ids": [str(three[0])]})
    undo = await undo_of(client)
    await sign_in("viewer")
    for path in ("/customers/chasing", "/customers/chasing/end", "/customers/assignee", undo):
        assert (await client.post(path, data={"ids": [str(three[2])], "assignee": ""})).status_code == 403
    assert await chased() == [False, True, False]


async def test_another_organisation_can_neither_change_nor_undo(
    client: httpx.AsyncClient, sign_in: SignIn, three: list[int], meridian: cast.Firm
) -> None:
    await sign_in("controller")
    await client.post("/customers/chasing/end", data={"ids": [str(three[0])]})
    undo = await undo_of(client)
    await owing(meridian, "Secret Supplies")
    await sign_in(meridian.anna)
    assert (await client.post(undo)).status_code == 404
    await client.post("/customers/assignee", data={"ids": [str(three[0])], "assignee": ""})
    await client.post("/customers/chasing", data={"ids": [str(three[2])]})
    assert (await chased())[:3] == [False, True, False]
    assert "210" not in (await client.get("/customers/sum")).text

"""/tasks: what waits for me, for everybody; doing it and taking that back."""

from datetime import date
from typing import Any

import httpx
import pytest

from app.activity.actions import add_task
from app.activity.tables import Activity, Task
from app.organisations.membership import Role
from tests import cast


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at cast.NOW."""
    monkeypatch.setattr("app.clock.now", lambda: cast.NOW)


@pytest.fixture
async def ring(borealis: cast.Firm) -> Task:
    """Asked of Tom, about Harbour Foods, a day late."""
    customer = await cast.a_customer(borealis.organisation)
    task = await add_task(
        organisation_id=borealis.id,
        sentence="Ring Priya Shah",
        now=cast.NOW,
        customer_id=customer.id,
        assigned_to=borealis.tom.member_id,
        due_on=date(2026, 11, 29),
    )
    row = await Task.objects().get(Task.id == task)
    assert row is not None
    return row


async def test_my_tasks_are_those_for_me_and_for_anyone(client: httpx.AsyncClient, ring: Task, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    page = (await client.get("/tasks")).text
    assert "Ring Priya Shah" in page and "Harbour Foods Ltd" in page and "was due" in page
    await sign_in(Role.OWNER)
    assert "Ring Priya Shah" not in (await client.get("/tasks")).text
    everybodys = (await client.get("/tasks?whose=all", headers={"HX-Request": "true", "HX-Target": "tasks"})).text
    assert "Ring Priya Shah" in everybodys and "<html" not in everybodys


async def test_a_task_is_done_from_home_and_taken_back(client: httpx.AsyncClient, ring: Task, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post(f"/tasks/{ring.id}/done", data={"origin": "/"})
    assert answer.headers["location"] == "/"
    await ring.refresh()
    assert (ring.done_at, ring.done_by) == (cast.NOW, "Tom Hale")
    assert f'action="/tasks/{ring.id}/done/end"' in (await client.get("/")).text
    await client.post(f"/tasks/{ring.id}/done/end", data={"origin": "/tasks?whose=done"})
    await ring.refresh()
    assert (ring.done_at, ring.done_by) == (None, "")
    said = await Activity.select(Activity.sentence).order_by(Activity.id).output(as_list=True)
    assert said == ["Done: Ring Priya Shah", "Not done after all: Ring Priya Shah"]


async def test_a_task_of_ones_own_is_given_to_a_colleague(
    client: httpx.AsyncClient, ring: Task, borealis: cast.Firm, sign_in: Any
) -> None:
    await sign_in(Role.CONTROLLER)
    fields = {
        "sentence": "  Ask  for the order number ",
        "assigned_to": str(borealis.anna.member_id),
        "due_on": "2026-12-02",
        "customer_id": str(ring.customer_id),
        "origin": f"/customers/{ring.customer_id}",
    }
    assert (await client.post("/tasks", data=fields)).headers["location"] == f"/customers/{ring.customer_id}"
    row = await Task.objects().order_by(Task.id, ascending=False).first()
    assert row is not None
    facts = (row.sentence, row.assigned_to, row.due_on, row.customer_id, row.created_by)
    assert facts == ("Ask for the order number", borealis.anna.member_id, date(2026, 12, 2), ring.customer_id, "Tom Hale")
    assert "Ask for the order number" in (await client.get(f"/customers/{ring.customer_id}")).text


async def test_a_task_without_words_is_asked_again(client: httpx.AsyncClient, borealis: cast.Firm, sign_in: Any) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post("/tasks", data={"sentence": " ", "due_on": "soon", "assigned_to": "77"})
    assert answer.status_code == 422
    assert "Write what is to be done" in answer.text and "Write the date as" in answer.text
    assert await Task.count() == 0


async def test_a_task_is_put_off_and_handed_on(
    client: httpx.AsyncClient, ring: Task, borealis: cast.Firm, sign_in: Any
) -> None:
    await sign_in(Role.CONTROLLER)
    await client.post(f"/tasks/{ring.id}", data={"assigned_to": "", "due_on": "2026-12-04"})
    await ring.refresh()
    assert (ring.assigned_to, ring.due_on) == (None, date(2026, 12, 4))
    await client.post(f"/tasks/{ring.id}", data={"assigned_to": str(borealis.vera.member_id), "due_on": "2026-12-04"})
    await ring.refresh()
    assert ring.assigned_to is None  # a viewer does nothing


@pytest.mark.parametrize("origin", ["https://evil.example", "//evil.example", "/sign-out", "/customers/1/stop", ""])
async def test_the_way_back_leads_nowhere_else(client: httpx.AsyncClient, ring: Task, sign_in: Any, origin: str) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post(f"/tasks/{ring.id}/done", data={"origin": origin})
    assert answer.headers["location"] == "/tasks"


@pytest.mark.parametrize("path", ["", "/done", "/done/end"])
async def test_who_may(client: httpx.AsyncClient, ring: Task, meridian: cast.Firm, sign_in: Any, path: str) -> None:
    await sign_in(Role.VIEWER)
    assert (await client.post(f"/tasks/{ring.id}{path}", data={})).status_code == 403
    assert (await client.post("/tasks", data={"sentence": "x"})).status_code == 403
    assert "Add the task" not in (await client.get("/tasks")).text
    await sign_in(meridian.anna)
    assert (await client.post(f"/tasks/{ring.id}{path}", data={})).status_code == 404
    assert "Ring Priya" not in (await client.get("/tasks?whose=all")).text
    theirs = {"sentence": "x", "customer_id": str(ring.customer_id)}
    assert (await client.post("/tasks", data=theirs)).status_code == 404

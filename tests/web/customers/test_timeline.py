"""The timeline of a customer: notes that ask colleagues, parts of it, and the way further back."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.activity.actions import record
from app.activity.tables import Task
from app.customers.page_controllers import LINES
from app.customers.tables import Customer
from app.organisations.membership import Role
from tests import cast

LIST = {"HX-Request": "true", "HX-Target": "timeline-lines"}


@pytest.fixture
async def harbour(borealis: cast.Firm) -> Customer:
    return await cast.a_customer(borealis.organisation)


async def happened(customer: Customer, kind: str, sentence: str, minutes_ago: int = 0) -> int:
    return await record(
        organisation_id=customer.organisation, customer_id=customer.id, kind=kind, sentence=sentence, by="Xero",
        now=cast.NOW - timedelta(minutes=minutes_ago),
    )  # fmt: skip


async def test_a_colleague_named_in_a_note_is_asked_to_look(
    client: httpx.AsyncClient, sign_in: Any, borealis: cast.Firm, harbour: Customer
) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post(f"/customers/{harbour.id}/notes", data={"note": "@Anna and @Tom Hale: their director rang"})
    assert answer.status_code == 303
    task = await Task.objects().get(Task.customer_id == harbour.id)
    assert task is not None
    assert (task.assigned_to, task.created_by) == (borealis.anna.member_id, "Tom Hale")  # nobody asks themselves
    assert task.sentence == "Tom Hale asks you to look at Harbour Foods Ltd: “@Anna and @Tom Hale: their director rang”"
    page = (await client.get(f"/customers/{harbour.id}")).text
    assert "Anna Berg is asked to look." in page
    assert 'data-mentions="Anna Berg' in page
    await sign_in(borealis.anna)
    assert "Tom Hale asks you to look" in (await client.get("/tasks")).text


async def test_a_viewer_is_not_asked(client: httpx.AsyncClient, sign_in: Any, harbour: Customer) -> None:
    await sign_in(Role.CONTROLLER)
    await client.post(f"/customers/{harbour.id}/notes", data={"note": "@Vera look"})
    assert await Task.count() == 0


@pytest.mark.parametrize(
    ("show", "seen"),
    [
        ("", {"mail", "promise", "note", "call", "switched"}),
        ("emails", {"mail"}),
        ("said", {"promise", "call"}),
        ("notes", {"note", "call"}),
        ("changes", {"switched"}),
        ("nonsense", {"mail", "promise", "note", "call", "switched"}),
    ],
)
async def test_parts_of_it(client: httpx.AsyncClient, sign_in: Any, harbour: Customer, show: str, seen: set[str]) -> None:
    kinds = {"mail": "email_sent", "promise": "promise", "note": "note", "call": "call", "switched": "status_changed"}
    for word, kind in kinds.items():
        await happened(harbour, kind, f"This is the {word}")
    await sign_in(Role.VIEWER)
    for headers in ({}, LIST):
        page = (await client.get(f"/customers/{harbour.id}", params={"show": show}, headers=headers)).text
        assert {word for word in kinds if f"This is the {word}" in page} == seen
    assert page.startswith('<div class="stack" id="timeline-lines"')


async def test_it_goes_on_further_back(client: httpx.AsyncClient, sign_in: Any, harbour: Customer) -> None:
    ids = [await happened(harbour, "note", f"Line {n}.", minutes_ago=n // 2) for n in range(LINES + 3)]
    await sign_in(Role.VIEWER)
    first = (await client.get(f"/customers/{harbour.id}", headers=LIST)).text
    assert first.count('<li class="note">') == LINES
    at = first.split("before=")[1].split("#")[0].split('"')[0]
    rest = (await client.get(f"/customers/{harbour.id}", params={"before": at}, headers=LIST)).text
    assert rest.count('<li class="note">') == 3
    assert "Back to the newest" in rest
    shown = [n for n in range(LINES + 3) if f"Line {n}." in first] + [n for n in range(LINES + 3) if f"Line {n}." in rest]
    assert sorted(shown) == list(range(LINES + 3))
    assert len(ids) == LINES + 3


async def test_the_line_of_another_organisation_is_no_beginning(
    client: httpx.AsyncClient, sign_in: Any, harbour: Customer, meridian: cast.Firm
) -> None:
    theirs = await happened(await cast.a_customer(meridian.organisation), "note", "Secret")
    await sign_in(Role.VIEWER)
    assert (await client.get(f"/customers/{harbour.id}", params={"before": theirs})).status_code == 404
    assert (await client.get(f"/customers/{harbour.id}", params={"before": "x"})).status_code == 200

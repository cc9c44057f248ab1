"""/schedules and /schedules/{id}: the list, who may, pausing, the default, archiving."""

import httpx
import pytest

from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from app.schedules.tables import Schedule
from tests import cast
from tests.web.conftest import SignIn
from tests.web.schedules.editing import Press, ten_days_later


async def test_every_member_may_look(client: httpx.AsyncClient, sign_in: SignIn, best: Schedule) -> None:
    await sign_in("viewer")
    page = (await client.get("/schedules")).text
    assert "Best practice" in page and "−3 · 3 · 7 · 14 · 30" in page and "Default" in page
    assert "New schedule" not in page
    shown = (await client.get(f"/schedules/{best.id}")).text
    assert "normal recipients, copies to escalated and copy recipients" in shown
    assert "Save schedule" not in shown


@pytest.mark.parametrize("role", ["viewer", "controller"])
async def test_only_managers_and_owners_may_change(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule, role: str
) -> None:
    await sign_in(role)
    one = f"/schedules/{best.id}"
    for path in (
        "/schedules/new",
        "/schedules/new/draft",
        one,
        *(one + act for act in ("/draft", "/pause", "/default", "/archive")),
    ):
        assert (await client.post(path, data={})).status_code == 403, path
    assert (await client.get("/schedules/new")).status_code == 403


async def test_another_organisations_schedule_is_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule, meridian: cast.Firm
) -> None:
    await sign_in(meridian.anna)
    for act in ("", "/draft", "/pause", "/pause/end", "/default", "/archive", "/archive/end"):
        assert (await client.post(f"/schedules/{best.id}{act}", data={"name": "x"})).status_code == 404, act
    for path in (f"/schedules/{best.id}", f"/schedules/{best.id}/pause", f"/schedules/new?like={best.id}"):
        assert (await client.get(path)).status_code == 404, path
    assert "Best practice" not in (await client.get("/schedules")).text


async def test_a_pause_says_first_whom_it_silences_then_silences_them(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule
) -> None:
    await sign_in("manager")
    asked = (await client.get(f"/schedules/{best.id}/pause")).text
    assert "Pause Best practice?" in asked
    assert "would not hear from us at all" in asked
    assert (await client.post(f"/schedules/{best.id}/pause")).status_code == 303
    page = (await client.get("/schedules")).text
    assert "Best practice is paused." in page and 'class="badge waiting">Paused' in page
    assert await Message.count().where(Message.state == "planned") == 0
    assert "Resume Best practice?" in (await client.get(f"/schedules/{best.id}/pause")).text
    await client.post(f"/schedules/{best.id}/pause/end")
    assert await Message.count().where(Message.state == "planned") == 1


async def test_for_very_many_customers_the_page_comes_first_and_asks_for_the_rest(
    client: httpx.AsyncClient, sign_in: SignIn, best: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.schedules.controllers.MOST_AT_ONCE", 1)
    await sign_in("manager")
    path = f"/schedules/{best.id}/pause"
    page = (await client.get(path)).text
    assert "would not hear from us" not in page and 'hx-get="?show=true"' in page
    fragment = await client.get(f"{path}?show=true", headers={"HX-Request": "true", "HX-Target": "what-would-change"})
    assert fragment.text.lstrip().startswith('<section class="card dry-run" id="what-would-change"')
    assert "would not hear from us at all" in fragment.text


async def test_another_default_says_first_what_changes(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm, best: Schedule, press: Press
) -> None:
    await sign_in("manager")
    page = (await client.get(f"/schedules/new?like={best.id}")).text
    await press(page, changes={"name": "Slow", **ten_days_later(page)})
    slow = await Schedule.objects().get(Schedule.name == "Slow")
    assert slow is not None
    assert "1 customer would hear from us later and 1 less often." in (await client.get(f"/schedules/{slow.id}/default")).text
    await client.post(f"/schedules/{slow.id}/default")
    assert "Slow is the default now." in (await client.get("/schedules")).text
    organisation = await Organisation.objects().get(Organisation.id == firm.id)
    assert organisation is not None and organisation.default_schedule_id == slow.id


async def test_one_in_use_or_the_default_cannot_be_archived_and_says_what_to_do(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm, best: Schedule, press: Press
) -> None:
    await sign_in("manager")
    await client.post(f"/schedules/{best.id}/archive")
    assert "Make another the default first" in (await client.get("/schedules")).text
    page = (await client.get(f"/schedules/new?like={best.id}")).text
    await press(page, changes={"name": "Gentle"})
    gentle = await Schedule.objects().get(Schedule.name == "Gentle")
    assert gentle is not None
    await Invoice.update({Invoice.schedule_id: gentle.id}).where(Invoice.number == "INV-0231")
    await client.post(f"/schedules/{gentle.id}/archive")
    assert "Give its customers and invoices another one first" in (await client.get("/schedules")).text
    await Invoice.update({Invoice.schedule_id: None}).where(Invoice.number == "INV-0231")
    await client.post(f"/schedules/{gentle.id}/archive")
    page = (await client.get("/schedules")).text
    assert "Gentle is archived" in page and "1 archived" in page
    assert (await client.get(f"/schedules/{gentle.id}")).status_code == 404
    await client.post(f"/schedules/{gentle.id}/archive/end")
    assert (await client.get(f"/schedules/{gentle.id}")).status_code == 200


async def test_an_organisation_without_a_schedule_is_told_how_to_get_one(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("manager")
    assert "No schedule yet" in (await client.get("/schedules")).text
    assert await Customer.count() == 0

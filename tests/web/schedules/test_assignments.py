"""/customers/schedule, /schedules/assignments, /invoices/{id}/schedule: who follows which schedule."""

import httpx
import pytest

from app.activity.tables import Activity
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.outbox.tables import Message
from app.schedules.tables import Assignment, Schedule, Step
from tests import cast
from tests.web.chasing.ready import owing, planned, ready
from tests.web.conftest import SignIn

REGION = {"HX-Request": "true", "HX-Target": "assign"}


@pytest.fixture
async def firm(borealis: cast.Firm) -> cast.Firm:
    """Harbour's reminder is due today, Ashdown's is not; *Slow* waits ten days longer for each step."""
    await ready(borealis)
    await owing(borealis, "Harbour Foods Ltd", number="INV-0231", days_overdue=3)
    await owing(borealis, "Ashdown Engineering", number="INV-0300", days_overdue=-20, total="80.00")
    await planned(borealis)
    await Schedule(organisation=borealis.id, name="Slow", entry_offset=17).save()
    slow = await schedule("Slow")
    for step in await Step.objects().order_by(Step.offset_days):
        later = step.offset_days + 10 if step.offset_days > 0 else step.offset_days
        await Step(schedule=slow.id, offset_days=later, template=step.template, recipient_kinds=step.recipient_kinds).save()
    return borealis


async def schedule(name: str) -> Schedule:
    found = await Schedule.objects().get(Schedule.name == name)
    assert found is not None
    return found


async def customers() -> dict[str, Customer]:
    return {row.name: row for row in await Customer.objects()}


async def own_schedules() -> dict[str, int | None]:
    return {name: row.schedule_id for name, row in (await customers()).items()}


async def all_ids() -> str:
    return ",".join(str(row.id) for row in (await customers()).values())


async def test_the_selected_are_shown_with_what_they_follow_now(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm
) -> None:
    await sign_in("controller")
    page = await client.post("/customers/schedule", data={"ids": (await all_ids()).split(",")})
    assert "A schedule for 2 customers" in page.text
    assert "2 follow the default (Best practice)" in page.text
    one = (await customers())["Harbour Foods Ltd"]
    assert "A schedule for Harbour Foods Ltd" in (await client.get(f"/customers/{one.id}/schedule")).text
    everybody = await client.post("/customers/schedule", data={"all_matching": "1", "matching": "q=foods"})
    assert "A schedule for Harbour Foods Ltd" in everybody.text
    nobody = await client.post("/customers/schedule", data={})
    assert nobody.headers["location"] == "/customers"


async def test_what_it_changes_is_shown_before_anybody_is_given_it(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm
) -> None:
    await sign_in("controller")
    form = {"customers": await all_ids(), "schedule": str((await schedule("Slow")).id)}
    page = (await client.post("/schedules/assignments/draft", data=form, headers=REGION)).text
    assert page.lstrip().startswith('<form class="schedule" id="assign"')
    assert "1 customer would hear from us later and 1 less often." in page
    assert "Harbour Foods Ltd" in page
    assert set((await own_schedules()).values()) == {None}
    missing = await client.post("/schedules/assignments", data={"customers": await all_ids(), "schedule": ""})
    assert missing.status_code == 422 and "Choose a schedule first" in missing.text


async def test_they_are_given_it_planned_anew_and_it_can_be_undone(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm
) -> None:
    await sign_in("controller")
    slow = await schedule("Slow")
    harbour = (await customers())["Harbour Foods Ltd"]
    assert await Message.count().where(Message.state == "planned") == 1
    answer = await client.post("/schedules/assignments", data={"customers": await all_ids(), "schedule": str(slow.id)})
    where = answer.headers["location"]
    page = (await client.get(where)).text
    assert "2 customers on Slow" in page and "0 reminders planned anew." in page and "2 had the default" in page
    assert set((await own_schedules()).values()) == {slow.id}
    told = await Activity.objects().where(Activity.customer_id == harbour.id, Activity.kind == "schedule_changed").first()
    assert told is not None and told.sentence == "Follows the schedule “Slow” from now on" and told.by == "Tom Hale"
    await client.post(f"{where}/undo")
    assert set((await own_schedules()).values()) == {None}
    assert "Undone: 2 customers have the schedules from before again." in (await client.get("/customers")).text
    assert await Message.count().where(Message.state == "planned") == 1
    assert (await client.post(f"{where}/undo")).status_code == 409


async def test_undo_leaves_those_alone_who_were_given_another_one_since(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm
) -> None:
    await sign_in("controller")
    slow, best = await schedule("Slow"), await schedule("Best practice")
    answer = await client.post("/schedules/assignments", data={"customers": await all_ids(), "schedule": str(slow.id)})
    harbour = (await customers())["Harbour Foods Ltd"]
    await client.post("/schedules/assignments", data={"customers": str(harbour.id), "schedule": str(best.id)})
    await client.post(f"{answer.headers['location']}/undo")
    assert await own_schedules() == {"Harbour Foods Ltd": best.id, "Ashdown Engineering": None}


async def test_nobody_is_given_what_they_have(client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm) -> None:
    await sign_in("controller")
    answer = await client.post("/schedules/assignments", data={"customers": await all_ids(), "schedule": "default"})
    assert answer.headers["location"] == "/customers"
    assert await Assignment.count() == 0


async def test_viewers_may_not_and_other_organisations_are_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm, meridian: cast.Firm
) -> None:
    slow, ids = await schedule("Slow"), await all_ids()
    form = {"customers": ids, "schedule": str(slow.id), "ids": ids.split(",")[0]}
    invoice = await Invoice.objects().get(Invoice.number == "INV-0231")
    assert invoice is not None
    paths = (
        "/schedules/assignments",
        "/schedules/assignments/draft",
        f"/invoices/{invoice.id}/schedule",
        "/customers/schedule",
    )
    await sign_in("viewer")
    for path in paths:
        assert (await client.post(path, data=form)).status_code == 403, path
    theirs = await cast.a_customer(meridian.organisation)
    await sign_in("controller")
    answer = await client.post("/schedules/assignments", data={"customers": f"{ids},{theirs.id}", "schedule": str(slow.id)})
    await sign_in(meridian.anna)
    for path in paths[:3]:
        assert (await client.post(path, data=form)).status_code == 404, path
    assert (await client.post("/customers/schedule", data=form)).status_code == 303
    foreign = {"customers": str(theirs.id), "schedule": str(slow.id)}
    assert (await client.post("/schedules/assignments", data=foreign)).status_code == 404
    for path in (answer.headers["location"], f"/customers/{form['ids']}/schedule"):
        assert (await client.get(path)).status_code == 404, path
    untouched = await Customer.objects().get(Customer.id == theirs.id)
    assert untouched is not None and untouched.schedule_id is None


async def test_an_invoice_follows_a_schedule_of_its_own_and_its_customers_again(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm
) -> None:
    await sign_in("controller")
    slow = await schedule("Slow")
    invoice = await Invoice.objects().get(Invoice.number == "INV-0231")
    assert invoice is not None
    path = f"/invoices/{invoice.id}"
    assert "Its customer's: Best practice (the default)." in (await client.get(path)).text
    answer = await client.post(f"{path}/schedule", data={"schedule": str(slow.id)})
    assert answer.headers["location"] == path
    page = (await client.get(path)).text
    assert "INV-0231 follows Slow now." in page and "A schedule of its own: Slow." in page
    assert "INV-0231 follows the schedule “Slow” from now on" in page
    assert await Message.count().where(Message.state == "planned") == 0
    await client.post(f"{path}/schedule", data={"schedule": ""})
    assert await Message.count().where(Message.state == "planned") == 1
    assert (await client.post(f"{path}/schedule", data={"schedule": "999"})).status_code == 404


async def test_the_customers_page_names_its_schedule(client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm) -> None:
    slow = await schedule("Slow")
    harbour = (await customers())["Harbour Foods Ltd"]
    await Customer.update({Customer.schedule_id: slow.id}).where(Customer.id == harbour.id)
    await sign_in("viewer")
    page = (await client.get(f"/customers/{harbour.id}")).text
    assert "Schedule: <b>Slow</b>" in page
    assert f"/customers/{harbour.id}/schedule" not in page


async def test_the_list_of_customers_is_narrowed_to_those_on_a_schedule(
    client: httpx.AsyncClient, sign_in: SignIn, firm: cast.Firm
) -> None:
    slow, best = await schedule("Slow"), await schedule("Best practice")
    harbour = (await customers())["Harbour Foods Ltd"]
    await Customer.update({Customer.schedule_id: slow.id}).where(Customer.id == harbour.id)
    await sign_in("viewer")
    on_slow = (await client.get(f"/customers?schedule={slow.id}")).text
    assert "on Slow" in on_slow and "Harbour Foods Ltd" in on_slow and "Ashdown Engineering" not in on_slow
    by_default = (await client.get(f"/customers?schedule={best.id}")).text
    assert "Ashdown Engineering" in by_default and "Harbour Foods Ltd" not in by_default

"""/settings/closed-days: the business's own closed days, and what the chasing settings tell of days without chasing."""

import json

import httpx

from app.activity.tables import AuditEntry
from app.customers.tables import Customer
from app.organisations.tables import Organisation
from tests import cast
from tests.web.conftest import SignIn

DAY = {"closed_on": "2031-12-24", "closed_name": "Christmas Eve"}


async def closed() -> dict[str, str]:
    row = await Organisation.objects().get(Organisation.name.like("Borealis%"))
    assert row is not None
    return {on: json.loads(row.closed_day_names).get(on, "") for on in json.loads(row.closed_days)}


async def test_the_settings_name_the_next_days_without_chasing(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("viewer")
    page = (await client.get("/settings/chasing")).text
    assert "Next days without chasing:" in page
    assert "Christmas Day" in page
    assert "None to come." in page
    assert "Add them all" not in page


async def test_a_day_is_added_removed_and_put_back(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, meridian: cast.Firm
) -> None:
    ours, theirs = await cast.a_customer(borealis.organisation), await cast.a_customer(meridian.organisation)
    await sign_in("manager")
    answer = await client.post("/settings/closed-days", data=DAY)
    assert answer.headers["location"] == "/settings/chasing#closed-days"
    assert await closed() == {"2031-12-24": "Christmas Eve"}
    page = (await client.get("/settings/chasing")).text
    assert "1 closed day added. Nothing is sent on it." in page and "Remove 24 Dec 2031" in page
    stamps = {row.id: row.reconsider_at for row in await Customer.objects()}
    assert stamps[ours.id] is not None and stamps[theirs.id] is None
    removed = await client.post("/settings/closed-days/removal", data=DAY)
    assert await closed() == {}
    page = (await client.get(removed.headers["location"].split("#")[0])).text
    assert "24 Dec 2031 is a day like any other now." in page and "Close it again" in page
    await client.post("/settings/closed-days", data={"closed_on": "2031-12-24"})
    assert await closed() == {"2031-12-24": ""}
    assert [entry.act for entry in await AuditEntry.objects().order_by(AuditEntry.id)] == [
        "add closed days",
        "remove closed day",
        "add closed days",
    ]


async def test_a_list_is_pasted_once_or_twice(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("owner")
    pasted = {"closed_list": "2031-12-24 Christmas Eve\n29/12/2031 to 31/12/2031 Office closed"}
    await client.post("/settings/closed-days/list", data=pasted)
    assert list(await closed()) == ["2031-12-24", "2031-12-29", "2031-12-30", "2031-12-31"]
    await client.post("/settings/closed-days/list", data=pasted)
    assert "These were closed days already." in (await client.get("/settings/chasing")).text
    assert len(await closed()) == 4


async def test_what_is_no_day_comes_back_with_a_sentence_and_what_was_typed(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("manager")
    answer = await client.post("/settings/closed-days/list", data={"closed_list": "Christmas"})
    assert answer.status_code == 422
    assert "“Christmas” is no day" in answer.text and ">Christmas</textarea>" in answer.text
    answer = await client.post("/settings/closed-days", data={"closed_on": "soon", "closed_name": "Move"})
    assert "Choose the day on which you are closed" in answer.text and 'value="Move"' in answer.text
    assert (await client.post("/settings/closed-days/removal", data={"closed_on": "x"})).status_code == 303
    assert await closed() == {}


async def test_only_managers_and_owners_may_close_days(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("controller")
    for path in ("", "/list", "/removal"):
        assert (await client.post(f"/settings/closed-days{path}", data=DAY)).status_code == 403
    assert await closed() == {}

"""/settings, /settings/chasing, /settings/review-mode, /settings/bank-details, /members, the switcher"""

import json
from datetime import date

import httpx
import pytest

from app.activity.tables import Activity, AuditEntry
from app.clock import now
from app.customers.tables import Customer
from app.organisations.actions import add_member
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from tests import cast
from tests.web.conftest import SignIn

FACTS = {
    "name": "Borealis Studio",
    "legal_name": "Borealis Studio Ltd",
    "registration_number": "SC123456",
    "registered_office": "1 Quay\r\nLeith",
    "email": "office@borealis.example",
    "phone": "0131 496 0000",
    "country": "GB",
    "timezone": "Europe/London",
}
CHASING = {
    "weekday_0": "1",
    "weekday_2": "1",
    "from": "9:30",
    "until": "17:00",
    "minimum_gap_days": "5",
    "subdivision": "SCT",
    "approve_above": "5,000",
    "respects_expected_dates": "1",
    "longest_promise_days": "21",
}


async def row() -> Organisation:
    found = await Organisation.objects().get(Organisation.name.like("Borealis%"))
    assert found is not None
    return found


@pytest.mark.parametrize("path", ["/settings", "/settings/chasing", "/settings/bank-details", "/settings/members", "/account"])
async def test_every_member_may_look(client: httpx.AsyncClient, sign_in: SignIn, path: str) -> None:
    await sign_in("viewer")
    answer = await client.get(path)
    assert answer.status_code == 200
    assert 'href="/settings"' in answer.text


@pytest.mark.parametrize("path", ["/settings", "/settings/chasing", "/settings/review-mode", "/settings/bank-details"])
@pytest.mark.parametrize("role", ["viewer", "controller"])
async def test_only_managers_and_owners_may_change(client: httpx.AsyncClient, sign_in: SignIn, path: str, role: str) -> None:
    await sign_in(role)
    answer = await client.post(path, data={**FACTS, **CHASING})
    assert answer.status_code == 403
    assert "Your role does not allow this" in answer.text
    assert (await row()).name == "Borealis Studio Ltd"
    assert not (await row()).review_mode


async def test_those_who_may_not_change_see_no_button(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("controller")
    assert "Save</button>" not in (await client.get("/settings")).text
    await sign_in("manager")
    assert "Save</button>" in (await client.get("/settings")).text


async def test_a_manager_changes_the_facts(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("manager")
    answer = await client.post("/settings", data=FACTS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings")
    changed = await row()
    assert (changed.name, changed.registered_office) == ("Borealis Studio", "1 Quay\nLeith")
    page = (await client.get("/settings")).text
    assert "Saved." in page
    assert "SC123456" in page
    assert "Saved." not in (await client.get("/settings")).text


async def test_what_changed_is_audited_by_field_names_only(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    member = await sign_in("manager")
    await client.post("/settings", data=FACTS)
    entry = await AuditEntry.objects().first()
    assert entry is not None
    assert (entry.act, entry.user_id, entry.organisation_id) == ("change facts", member.user_id, borealis.id)
    assert "registration_number" in json.loads(entry.fields)
    assert "SC123456" not in entry.fields
    await client.post("/settings", data=FACTS)
    assert await AuditEntry.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Give the name of the business"),
        ("email", "nowhere", "Give an email address"),
        ("country", "XX", "Choose a country"),
        ("timezone", "Moon/Base", "Choose a timezone"),
    ],
)
async def test_a_wrong_fact_comes_back_with_a_sentence(
    client: httpx.AsyncClient, sign_in: SignIn, field: str, value: str, sentence: str
) -> None:
    await sign_in("owner")
    answer = await client.post("/settings", data={**FACTS, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "SC123456" in answer.text
    assert (await row()).registration_number == ""


async def test_a_manager_changes_when_chasing_goes(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("manager")
    assert (await client.post("/settings/chasing", data=CHASING)).status_code == 303
    changed = await row()
    assert json.loads(changed.chase_weekdays) == [0, 2]
    assert (changed.chase_from_minute, changed.chase_until_minute, changed.minimum_gap_days) == (570, 1020, 5)
    assert changed.approve_above == 50_000_000
    assert (changed.subdivision, changed.sends_thank_yous, changed.longest_promise_days) == ("SCT", False, 21)
    page = (await client.get("/settings/chasing")).text
    assert 'value="09:30"' in page


async def test_a_pause_has_a_last_day(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("manager")
    await client.post("/settings/chasing", data={**CHASING, "paused": "1", "paused_until_on": "2026-12-31"})
    changed = await row()
    assert (changed.paused, changed.paused_until_on) == (True, date(2026, 12, 31))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"weekday_0": "", "weekday_2": ""}, "at least one chase day"),
        ({"from": "25:00"}, "Give a time such as 10:00"),
        ({"until": "09:00"}, "later than the first one"),
        ({"minimum_gap_days": "0"}, "from 1 to 60"),
        ({"minimum_gap_days": "four"}, "from 1 to 60"),
        ({"approve_above": "much"}, "Give an amount such as 5,000"),
        ({"subdivision": "BAVARIA"}, "Choose a region"),
        ({"longest_promise_days": "999999999"}, "1 to 365"),
    ],
)
async def test_a_wrong_chasing_setting_comes_back_with_a_sentence(
    client: httpx.AsyncClient, sign_in: SignIn, changes: dict[str, str], sentence: str
) -> None:
    await sign_in("owner")
    answer = await client.post("/settings/chasing", data={**CHASING, **changes})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert (await row()).minimum_gap_days == 4


async def test_a_changed_setting_has_every_customer_planned_anew(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, meridian: cast.Firm
) -> None:
    ours = await cast.a_customer(borealis.organisation)
    theirs = await cast.a_customer(meridian.organisation)
    await sign_in("manager")
    await client.post("/settings/chasing", data=CHASING)
    stamps = {each.id: each.reconsider_at for each in await Customer.objects()}
    assert stamps[ours.id] is not None
    assert stamps[theirs.id] is None


async def test_review_mode_ends_by_its_own_button_only(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    await Organisation.update({Organisation.review_mode: True}).where(Organisation.id == borealis.id)
    await sign_in("manager")
    await client.post("/settings/chasing", data=CHASING)
    assert (await row()).review_mode
    assert "Stop reviewing: send without asking" in (await client.get("/settings/chasing")).text
    answer = await client.post("/settings/review-mode", data={"reviewing": ""})
    assert answer.headers["location"] == "/settings/chasing"
    assert not (await row()).review_mode
    line = await Activity.objects().first()
    assert line is not None and "Mia Chen switched review mode off" in line.sentence
    await client.post("/settings/review-mode", data={"reviewing": "1"})
    assert (await row()).review_mode


async def test_members_are_listed_with_their_roles(client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm) -> None:
    await sign_in("viewer")
    page = (await client.get("/settings/members")).text
    assert all(word in page for word in ("Anna Berg", "tom@borealis.example", "Viewer", "Owner"))
    assert "Max Roe" not in page


async def test_one_switches_between_ones_own_organisations(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm
) -> None:
    member = await sign_in("viewer")
    await add_member(meridian.id, member.user_id, Role.OWNER, now())
    page = (await client.get("/settings/members")).text
    assert f"/organisations/{meridian.id}/visit" in page
    answer = await client.post(f"/organisations/{meridian.id}/visit")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = (await client.get("/settings/members")).text
    assert "Max Roe" in page
    assert "tom@borealis.example" not in page
    assert (await client.post("/settings", data={**FACTS, "name": "Meridian Two"})).status_code == 303


async def test_there_is_no_visiting_of_others(client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm) -> None:
    await sign_in("owner")
    assert (await client.post(f"/organisations/{meridian.id}/visit")).status_code == 404
    assert "Max Roe" not in (await client.get("/settings/members")).text


async def test_who_lost_their_membership_is_told_so(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    member = await sign_in("viewer")
    from app.organisations.tables import Member

    await Member.delete().where(Member.id == member.member_id)
    answer = await client.get("/settings/members")
    assert answer.status_code == 403
    assert "You belong to no organisation" in answer.text

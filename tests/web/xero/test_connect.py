"""From the choice of the accounting software to the first sync, and everything that can go wrong between."""

import re
from urllib.parse import urlencode

import pytest

from app.activity.tables import Notice
from app.customers.tables import Customer
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from app.sealing import token_hash
from app.xero.actions import sync
from app.xero.connection_actions import disconnect
from app.xero.tables import Authorisation, Connection, Grant, SyncRun


@pytest.fixture
async def anna(sign_in, borealis):
    """The owner, in a business that has not answered the settings page."""
    await Organisation.update({Organisation.set_up_at: None, Organisation.starts_with: ""}).where(
        Organisation.id == borealis.id
    )
    return await sign_in(Role.OWNER)


async def to_xero(client) -> str:
    answer = await client.post("/connect/demo")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def back(client, query: dict[str, str]):
    return await client.get(f"/xero/callback?{urlencode(query)}")


async def connect(client, rig):
    return await back(client, await rig.consent(await to_xero(client)))


async def test_the_page_offers_the_software_that_is_set_up(client, anna):
    page = await client.get("/connect")
    assert page.status_code == 200
    assert "Connect with the demo ledger" in page.text and "Connect with Xero" not in page.text


async def test_connecting_leads_to_the_settings_prefilled_from_the_books(client, anna, rig):
    answer = await connect(client, rig)
    assert (answer.status_code, answer.headers["location"]) == (303, "/set-up")
    page = await client.get("/set-up")
    name = rig.ledger.organisations[0].organisation["Name"]
    assert f'value="{name}"' in page.text
    assert '<option value="Europe/London" selected>' in page.text and '<option value="GB" selected>' in page.text


async def test_a_login_with_two_organisations_is_asked_which(client, anna, rig):
    answer = await back(client, await rig.consent(await to_xero(client), tenants=2))
    page = await client.get(answer.headers["location"])
    names = [books.organisation["Name"] for books in rig.ledger.organisations]
    assert all(name.replace("&", "&amp;") in page.text for name in names)
    chosen = await client.post(answer.headers["location"], data={"tenant": rig.ledger.organisations[1].tenant})
    assert chosen.headers["location"] == "/set-up"
    row = await Connection.objects().first()
    assert row is not None and row.tenant_id == rig.ledger.organisations[1].tenant


async def test_the_organisation_just_allowed_is_the_one_offered_first(client, anna, rig):
    """The login reaches another from an earlier consent; one press too quick must not tie the business to that one."""
    await back(client, await rig.consent(await to_xero(client)))
    await Connection.delete(force=True)
    rig.clock.forward(minutes=1)
    answer = await back(client, await rig.consent(await to_xero(client), tenants=-1))
    page = (await client.get(answer.headers["location"])).text
    just_allowed = rig.ledger.organisations[-1].tenant
    assert "Which organisation" in page
    assert re.search(rf'value="{just_allowed}"[^>]* checked', page)


async def test_an_organisation_that_the_login_does_not_reach_cannot_be_chosen(client, anna, rig):
    answer = await back(client, await rig.consent(await to_xero(client), tenants=2))
    refused = await client.post(answer.headers["location"], data={"tenant": "459e17a1-0000-0000-0000-000000000000"})
    assert refused.status_code == 409
    assert await Connection.count() == 0


async def test_get_started_begins_the_first_sync_and_shows_its_progress(client, anna, borealis, rig):
    await connect(client, rig)
    form = {"name": "Borealis", "country": "GB", "timezone": "Europe/London", "starts_with": "few"}
    answer = await client.post("/set-up", data=form)
    assert answer.status_code == 303
    page = await client.get(answer.headers["location"])
    assert 'id="progress-sync"' in page.text and 'hx-trigger="every 1s"' in page.text
    outcome = await sync(borealis.id, xero=rig.xero, trigger="first", now=rig.clock)
    assert outcome.is_good and answer.headers["location"] == f"/syncs/{outcome.run_id}"
    fragment = await client.get(answer.headers["location"], headers={"HX-Request": "true", "HX-Target": "progress-sync"})
    assert "<html" not in fragment.text and 'href="/set-up/customers"' in fragment.text
    assert await Customer.count().where(Customer.chasing.eq(True)) == 0


async def test_a_few_are_picked_the_largest_overdue_first(client, anna, borealis, rig):
    await connect(client, rig)
    form = {"name": "Borealis", "country": "GB", "timezone": "Europe/London", "starts_with": "few"}
    await client.post("/set-up", data=form)
    await sync(borealis.id, xero=rig.xero, trigger="first", now=rig.clock)
    page = await client.get("/set-up/customers")
    ids = [part.split('"')[0] for part in page.text.split('name="ids" value="')[1:]]
    assert len(ids) > 2
    answer = await client.post("/set-up/customers", data={"ids": ids[:2]})
    assert answer.headers["location"] == "/customers"
    chased = await Customer.select(Customer.id).where(Customer.chasing.eq(True)).output(as_list=True)
    assert sorted(map(str, chased)) == sorted(ids[:2])


async def test_starting_with_all_makes_everybody_chasing(client, anna, borealis, rig):
    await connect(client, rig)
    form = {"name": "Borealis", "country": "GB", "timezone": "Europe/London", "starts_with": "all"}
    await client.post("/set-up", data=form)
    await sync(borealis.id, xero=rig.xero, trigger="first", now=rig.clock)
    assert await Customer.count().where(Customer.chasing.eq(False)) == 0


@pytest.mark.parametrize("wrong", [{"starts_with": ""}, {"timezone": "Mars/Olympus"}, {"country": "QQ"}, {"name": " "}])
async def test_a_wrong_answer_comes_back_with_its_message(client, anna, rig, wrong):
    await connect(client, rig)
    form = {"name": "Borealis", "country": "GB", "timezone": "Europe/London", "starts_with": "few", **wrong}
    answer = await client.post("/set-up", data=form)
    assert answer.status_code == 422 and "error-summary" in answer.text
    assert await SyncRun.count() == 0


async def test_cancel_on_the_consent_page_is_explained(client, anna, rig):
    answer = await back(client, await rig.consent(await to_xero(client), decision="cancel"))
    assert answer.status_code == 400
    assert "Access was not allowed" in answer.text and "Standard or Adviser" in answer.text
    assert 'href="/connect"' in answer.text
    assert await Grant.count() == 0


@pytest.mark.parametrize("query", [{}, {"code": "abc"}, {"state": "x_made-up", "code": "abc"}, {"error": "access_denied"}])
async def test_a_return_without_a_journey_connects_nothing(client, anna, query):
    answer = await back(client, query)
    assert answer.status_code == 400 and "belongs to no consent of yours" in answer.text
    assert await Grant.count() == 0


async def test_a_return_works_once(client, anna, rig):
    query = await rig.consent(await to_xero(client))
    await back(client, query)
    again = await back(client, query)
    assert again.status_code == 400 and "has been used already" in again.text
    assert await Grant.count() == 1


async def test_a_return_of_another_session_connects_nothing(client, anna, sign_in, meridian, rig):
    query = await rig.consent(await to_xero(client))
    await sign_in(meridian.anna)
    answer = await back(client, query)
    assert answer.status_code == 400 and await Connection.count() == 0


async def test_the_same_owner_in_a_new_session_has_to_start_again(client, anna, sign_in, rig):
    query = await rig.consent(await to_xero(client))
    await sign_in(Role.OWNER)
    assert (await back(client, query)).status_code == 400


async def test_a_consent_given_too_late_is_refused(client, anna, rig):
    query = await rig.consent(await to_xero(client))
    row = await Authorisation.objects().get(Authorisation.state_hash == token_hash(query["state"]))
    assert row is not None
    row.created_at = row.created_at.replace(year=2020)
    await row.save()
    answer = await back(client, query)
    assert answer.status_code == 400 and "took too long" in answer.text


async def test_a_made_up_code_is_refused_and_told(client, anna, rig):
    query = await rig.consent(await to_xero(client))
    answer = await back(client, {**query, "code": "made-up"})
    assert answer.status_code == 502 and "Start again" in answer.text
    assert await Grant.count() == 0


@pytest.mark.parametrize("fault", ["html", "500", "reset", "truncated"])
async def test_xero_away_while_connecting_is_told_and_nothing_is_half_done(client, anna, rig, fault):
    query = await rig.consent(await to_xero(client))
    await rig.fault(fault, path="/connect/token", times=None)
    answer = await back(client, query)
    assert answer.status_code in (502, 503) and "Start again" in answer.text
    assert (await Grant.count(), await Connection.count()) == (0, 0)


@pytest.mark.parametrize("fault", ["401-scope", "403"])
async def test_a_role_that_may_not_read_is_explained(client, anna, rig, fault):
    query = await rig.consent(await to_xero(client))
    await rig.fault(fault, times=None)
    answer = await back(client, query)
    assert answer.status_code == 403 and "Standard or Adviser" in answer.text
    assert await Connection.count() == 0


async def test_only_an_owner_connects(client, sign_in, rig):
    await sign_in(Role.CONTROLLER)
    assert (await client.post("/connect/demo")).status_code == 403
    assert (await client.post("/reconnect")).status_code == 403
    assert "Only an owner" in (await client.get("/connect")).text


async def test_an_unknown_software_is_refused(client, anna):
    answer = await client.post("/connect/sage")
    assert answer.status_code == 404


async def test_reconnecting_to_the_same_organisation_clears_the_notice_and_asks_for_a_sync(client, anna, borealis, rig):
    await connect(client, rig)
    await disconnect(borealis.id, "It was disconnected in Xero.", rig.clock())
    page = await client.get("/")
    assert "Reconnect to Xero" in page.text
    answer = await client.post("/reconnect")
    answer = await back(client, await rig.consent(answer.headers["location"]))
    assert answer.headers["location"] == "/"
    row = await Connection.objects().first()
    assert row is not None and (row.state, row.reason) == ("connected", "")
    assert await Notice.count().where(Notice.kind == "disconnected", Notice.cleared_at.is_null()) == 0
    assert await SyncRun.count().where(SyncRun.trigger == "reconnected") == 1


async def test_reconnecting_to_another_organisation_is_refused(client, anna, borealis, rig):
    await connect(client, rig)
    first = rig.ledger.organisations[0].tenant
    await disconnect(borealis.id, "It was disconnected in Xero.", rig.clock())
    rig.ledger.grants.revoke_client()
    url = (await client.post("/reconnect")).headers["location"]
    answer = await back(client, await rig.consent(url, tenants=-1))
    assert answer.status_code == 409 and "another Xero organisation" in answer.text
    first_name, second_name = (str(rig.ledger.organisations[i].organisation["Name"]) for i in (0, -1))
    assert f"You chose {second_name}" in answer.text and f"tied to {first_name}" in answer.text
    row = await Connection.objects().first()
    assert row is not None and (row.state, row.tenant_id) == ("disconnected", first)

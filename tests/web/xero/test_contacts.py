"""/syncs/contacts: contacts that need a hand in Xero"""

import pytest

from app.customers.tables import Recipient, Summary
from app.organisations.membership import Role
from app.xero.tables import Connection
from tests import cast


@pytest.fixture
async def connected(borealis, sign_in):
    await Connection(
        organisation=borealis.id, provider="xero", state="connected", tenant_name="Borealis", short_code="!a1B2c"
    ).save()
    await sign_in(Role.CONTROLLER)
    return borealis


async def a_debtor(firm, name: str, *, open_count: int = 1, address: bool = True, **facts):
    """A customer that owes, with everything that is needed unless said."""
    standard = {"first_name": "Ann", "last_name": "Lee", "email": f"{name.replace(' ', '.').lower()}@ex.example"}
    customer = await cast.a_customer(firm.organisation, name, **{**standard, **facts})
    await Summary(customer=customer.id, organisation_id=firm.id, open_count=open_count, outstanding_base=1_234_5600).save()
    if address:
        await cast.a_recipient(customer)
    return customer


def names(page) -> list[str]:
    return [part.split("<")[0] for part in page.text.split('class="row-link" href="')[1:] for part in [part.split('">', 1)[1]]]


async def test_two_of_one_name_stand_side_by_side_with_the_way_into_xero(client, connected):
    await a_debtor(connected, "Unique Ltd")
    first, second = await a_debtor(connected, "Harbour Foods"), await a_debtor(connected, "HARBOUR FOODS", open_count=0)
    page = await client.get("/syncs/contacts?list=same-name")
    assert names(page) == ["Harbour Foods", "HARBOUR FOODS"]
    for each in (first, second):
        assert f"https://go.xero.com/app/%21a1B2c/contacts/contact/{each.xero_id}" in page.text
    assert "Merge it in Xero" in page.text and "1,234.56" in page.text


async def test_two_of_one_address_are_told_with_it(client, connected):
    await a_debtor(connected, "Left Ltd", email="pay@shared.example")
    await a_debtor(connected, "Right Ltd", email="Pay@Shared.example")
    page = await client.get("/syncs/contacts?list=same-email")
    assert names(page) == ["Left Ltd", "Right Ltd"] and "pay@shared.example" in page.text


async def test_suppliers_archived_and_merged_ones_are_no_twins(client, connected):
    for _ in range(2):
        await cast.a_customer(connected.organisation, "Two suppliers")
    await a_debtor(connected, "Acme")
    await a_debtor(connected, "Acme", is_archived=True, open_count=0)
    await a_debtor(connected, "Acme", merged_to_xero_id="x", open_count=0)
    assert names(await client.get("/syncs/contacts?list=same-name")) == []


async def test_archived_ones_are_told_only_while_they_owe(client, connected):
    await a_debtor(connected, "Owes", is_archived=True)
    await a_debtor(connected, "Settled", is_archived=True, open_count=0)
    page = await client.get("/syncs/contacts?list=archived")
    assert names(page) == ["Owes"] and "Bring it back in Xero" in page.text


async def test_each_missing_thing_has_its_fix(client, connected):
    await a_debtor(connected, "Complete")
    await a_debtor(connected, "No first", first_name="")
    await a_debtor(connected, "No names", first_name="", last_name="")
    await a_debtor(connected, "No address", address=False, email="")
    await a_debtor(connected, "Owes nothing", first_name="", open_count=0)
    page = await client.get("/syncs/contacts?list=unchaseable")
    assert sorted(names(page)) == ["No address", "No first", "No names"]
    assert "No first name: emails greet the company" in page.text
    assert "No first and no last name:" in page.text
    assert "No email address: no reminder can go." in page.text


async def test_an_address_added_here_makes_somebody_chaseable(client, connected):
    customer = await a_debtor(connected, "Written to here", address=False, email="")
    await Recipient(customer=customer.id, email="ap@here.example", kind="normal", source="here").save()
    assert names(await client.get("/syncs/contacts?list=unchaseable")) == []


async def test_the_sync_page_counts_each_list(client, connected):
    assert "None: no two have the same name" in (await client.get("/syncs")).text
    await a_debtor(connected, "No first", first_name="")
    page = await client.get("/syncs")
    assert 'href="/syncs/contacts?list=unchaseable"' in page.text and "1 contact<" in page.text
    assert "list=archived" not in page.text


async def test_a_page_holds_a_hundred(client, connected):
    for number in range(103):
        await a_debtor(connected, f"Debtor {number:03}", first_name="")
    first, second = (
        await client.get("/syncs/contacts?list=unchaseable"),
        await client.get("/syncs/contacts?list=unchaseable&page=2"),
    )
    assert (len(names(first)), len(names(second))) == (100, 3)
    assert len({*names(first), *names(second)}) == 103
    assert "1 to 100 of 103" in first.text and "101 to 103 of 103" in second.text
    assert "shorter" in (await client.get("/syncs/contacts?list=unchaseable&page=9")).text


async def test_htmx_gets_the_list_alone(client, connected):
    answer = await client.get("/syncs/contacts?list=archived", headers={"HX-Request": "true", "HX-Target": "flawed"})
    assert answer.status_code == 200 and "<html" not in answer.text and 'id="flawed"' in answer.text


@pytest.mark.parametrize("query", ["list=nonsense", "page=0", "page=-1", "page=x", "page=99999999999999999999"])
async def test_what_there_is_not_is_not_found(client, connected, query):
    assert (await client.get(f"/syncs/contacts?{query}")).status_code == 404


async def test_another_businesss_contacts_are_not_listed(client, connected, sign_in, meridian):
    await a_debtor(connected, "Twice Ltd", first_name="")
    await a_debtor(meridian, "Twice Ltd", first_name="")
    for flaw in ("same-name", "same-email", "archived"):
        assert names(await client.get(f"/syncs/contacts?list={flaw}")) == [], flaw
    assert len(names(await client.get("/syncs/contacts?list=unchaseable"))) == 1


async def test_a_viewer_reads_but_is_not_asked_on_return(client, connected, sign_in):
    await sign_in(Role.VIEWER)
    page = await client.get("/syncs/contacts")
    assert page.status_code == 200 and "on-return" not in page.text


async def test_xeros_own_reminders_are_warned_of(client, connected):
    assert "nobody is chased twice" in (await client.get("/syncs")).text
    await Connection.update({Connection.sends_own_reminders: True}).where(Connection.organisation == connected.id)
    page = await client.get("/syncs")
    assert "the same customers get reminders from Xero and from here" in page.text

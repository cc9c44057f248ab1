"""A step whose letter does not lead to the portal: no address of it anywhere, and still a letter that reads well."""

import re

import httpx
import pytest

from app.chasing.tables import Reminder, Wording
from app.organisations.tables import Organisation
from app.schedules.tables import Step
from tests import cast
from tests.web.chasing.ready import owing, planned, ready
from tests.web.conftest import SignIn


@pytest.mark.parametrize("leads", [True, False])
async def test_a_letter_leads_to_the_portal_only_where_its_step_says_so(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, leads: bool
) -> None:
    facts = {Organisation.review_mode: True, Organisation.bank_details: "Sort code 00-00-00"}
    await Organisation.update(facts).where(Organisation.id == borealis.id)
    await ready(borealis)
    await Step.update({Step.links_portal: leads}).where(Step.links_portal.ne(leads))
    for days, name in ((3, "Three Ltd"), (40, "Forty Ltd")):
        await owing(borealis, name, days_overdue=days, total="900.00")
    await planned(borealis)
    await sign_in("viewer")
    reminders = await Reminder.objects()
    assert len(reminders) == 2
    for reminder in reminders:
        letter = (await client.get(f"/reminders/{reminder.id}/letter")).text
        assert ("/p/" in letter) is leads
        assert "£900.00" in letter
        assert 'href=""' not in letter and "](" not in letter


@pytest.mark.parametrize("leads", [True, False])
async def test_so_does_one_written_by_hand(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, leads: bool
) -> None:
    await ready(borealis)
    await Step.update({Step.links_portal: leads}).where(Step.links_portal.ne(leads))
    customer, _ = await owing(borealis, days_overdue=9)
    await planned(borealis)
    await sign_in("controller")
    page = (await client.get(f"/customers/{customer.id}/chase-now")).text
    assert ("_link }}" in page.partition("<textarea")[2]) is leads


@pytest.mark.parametrize("leads", [True, False])
async def test_so_do_several_written_by_hand(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, leads: bool
) -> None:
    await ready(borealis)
    await Step.update({Step.links_portal: leads}).where(Step.links_portal.ne(leads))
    customer, _ = await owing(borealis, days_overdue=9)
    await planned(borealis)
    await sign_in("controller")
    page = (await client.post("/customers/chase-now", data={"ids": [str(customer.id)]})).text
    [letter, *_] = re.findall(r'href="(/chase-now/\d+/letter[^"]*)"', page)
    assert ("/p/" in (await client.get(letter.replace("&amp;", "&"))).text) is leads
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    [template] = re.findall(r'name="template".*?<option value="(\d+)" selected', page, re.S)
    sent = {**hidden, "template": template, f"customer_{customer.id}": "1", "do": "send"}
    assert (await client.post("/chase-now", data=sent)).status_code == 303
    [by_hand] = await Reminder.objects().where(Reminder.kind == "chase_now")
    letter_sent = (await client.get(f"/reminders/{by_hand.id}/letter")).text
    assert ("/p/" in letter_sent) is leads
    assert "£640.00" in letter_sent
    [wording] = await Wording.objects()
    assert bool(wording.body) is not leads, "the template's own words, where they may stand as they are"

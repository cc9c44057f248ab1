"""Editing templates: every text is a version, nobody saves over somebody else, customers get their language."""

from datetime import timedelta

import pytest

from app.activity.tables import AuditEntry
from app.customers.tables import Customer
from app.email_templates import edit_actions
from app.email_templates.drafts import Draft
from app.email_templates.queries import TemplateText, languages_of, shipped_template, template_for, templates_of, versions_of
from app.email_templates.tables import TemplateVersion
from app.organisations.membership import Role
from app.problems import NotFound, OutOfDate
from app.schedules.actions import ship
from app.schedules.queries import schedules_of
from app.schedules.template_use_queries import template_uses
from tests.cast import NOW, Firm, a_customer, borealis, meridian

pytestmark = pytest.mark.usefixtures("database")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
async def firm(database: object) -> Firm:
    firm = await borealis()
    await ship(firm.id, NOW)
    return firm


async def firm_text(firm: Firm) -> TemplateText:
    return await shipped_template(firm.id, "Firm")


def draft_of(text: TemplateText, **changes: object) -> Draft:
    facts = {"name": text.name, "language": "", "subject": text.subject, "body": text.body, "stamp": text.version}
    return Draft(**{**facts, **changes})  # type: ignore[arg-type]


async def test_a_saved_text_is_a_new_version_and_the_old_one_is_kept(firm: Firm) -> None:
    text, member = await firm_text(firm), firm.members[Role.MANAGER]
    assert await edit_actions.save(member, text.id, draft_of(text, body="Pay.\n"), LATER)
    assert ((await template_for(text.id)).body, (await template_for(text.id)).version) == ("Pay.\n", 2)
    newest, first = await versions_of(member, text.id)
    assert (newest.number, newest.made_by, newest.made_at) == (2, member.name, LATER)
    assert (first.number, first.body, first.made_by) == (1, text.body, "Tactful")


async def test_everybody_is_planned_anew_after_a_change(firm: Firm) -> None:
    customer = await a_customer(firm.organisation)
    text = await firm_text(firm)
    await edit_actions.save(firm.members[Role.MANAGER], text.id, draft_of(text, body="Pay.\n"), LATER)
    assert await Customer.exists().where(Customer.id == customer.id, Customer.reconsider_at == LATER)


async def test_saving_what_stands_there_changes_nothing(firm: Firm) -> None:
    text = await firm_text(firm)
    assert not await edit_actions.save(firm.members[Role.MANAGER], text.id, draft_of(text), LATER)
    assert await TemplateVersion.count().where(TemplateVersion.template == text.id) == 1


async def test_who_opened_it_before_somebody_else_saved_is_told(firm: Firm) -> None:
    text, member = await firm_text(firm), firm.members[Role.MANAGER]
    await edit_actions.save(member, text.id, draft_of(text, body="First.\n"), LATER)
    with pytest.raises(OutOfDate):
        await edit_actions.save(member, text.id, draft_of(text, body="Second.\n"), LATER)
    assert (await template_for(text.id)).body == "First.\n"


async def test_restoring_makes_the_old_words_the_newest_version(firm: Firm) -> None:
    text, member = await firm_text(firm), firm.members[Role.MANAGER]
    await edit_actions.save(member, text.id, draft_of(text, body="Pay.\n"), LATER)
    first = (await versions_of(member, text.id))[-1]
    await edit_actions.restore(member, text.id, first, LATER)
    now = await template_for(text.id)
    assert (now.body, now.version) == (text.body, 3)


async def test_a_language_has_its_own_text_and_numbers_that_no_other_version_has(firm: Firm) -> None:
    text, member = await firm_text(firm), firm.members[Role.MANAGER]
    await edit_actions.save(member, text.id, draft_of(text, language="de", body="Bitte.\n", stamp=0), LATER)
    await edit_actions.save(member, text.id, draft_of(text, body="Please.\n", stamp=1), LATER)
    await edit_actions.save(member, text.id, draft_of(text, language="de", body="Bitte sehr.\n", stamp=2), LATER)
    assert (await template_for(text.id, "de")).body == "Bitte sehr.\n"
    assert (await template_for(text.id, "fr")).body == "Please.\n"
    assert sorted(each.number for each in await versions_of(member, text.id)) == [1, 2, 3, 4]
    assert (await languages_of([text.id]))[text.id] == ("de",)


async def test_two_who_begin_the_same_language_do_not_overwrite_each_other(firm: Firm) -> None:
    text, member = await firm_text(firm), firm.members[Role.MANAGER]
    await edit_actions.save(member, text.id, draft_of(text, language="de", body="Bitte.\n", stamp=0), LATER)
    with pytest.raises(OutOfDate):
        await edit_actions.save(member, text.id, draft_of(text, language="de", body="Los.\n", stamp=0), LATER)


async def test_a_language_out_of_use_leaves_its_customers_the_text_for_everybody(firm: Firm) -> None:
    text, member = await firm_text(firm), firm.members[Role.MANAGER]
    await edit_actions.save(member, text.id, draft_of(text, language="de", body="Bitte.\n", stamp=0), LATER)
    await edit_actions.take_out(member, text.id, "de", LATER)
    assert (await template_for(text.id, "de")).body == text.body
    assert (await languages_of([text.id]))[text.id] == ()
    german = next(each for each in await versions_of(member, text.id) if each.body == "Bitte.\n")
    await edit_actions.restore(member, text.id, german, LATER)
    assert (await template_for(text.id, "de")).body == "Bitte.\n"
    with pytest.raises(NotFound):
        await edit_actions.take_out(member, text.id, "fr", LATER)


async def test_in_use_it_cannot_be_archived_and_says_by_which_schedule(firm: Firm) -> None:
    text, member = await firm_text(firm), firm.members[Role.MANAGER]
    [use] = (await template_uses(firm.id))[text.id]
    assert (use.schedule, use.when) == ((await schedules_of(firm.id))[0].name, "14 days after the due date")

    async def used_by() -> str:
        return f"{use.schedule} uses it"

    with pytest.raises(edit_actions.InUse, match="Firm cannot be archived: Best practice uses it"):
        await edit_actions.archive(member, text, used_by, LATER)
    assert text.id in {each.id for each in await templates_of(firm.id)}


async def test_an_unused_one_is_archived_and_comes_back(firm: Firm) -> None:
    member = firm.members[Role.MANAGER]
    number = await edit_actions.create(member, Draft(name="Ours", subject="S", body="B\n"), LATER)

    async def nobody() -> str:
        return ""

    await edit_actions.archive(member, await template_for(number), nobody, LATER)
    assert number not in {each.id for each in await templates_of(firm.id)}
    await edit_actions.unarchive(member, number, LATER)
    assert number in {each.id for each in await templates_of(firm.id)}


async def test_every_change_is_in_the_audit_trail(firm: Firm) -> None:
    text, member = await firm_text(firm), firm.members[Role.MANAGER]
    await edit_actions.save(member, text.id, draft_of(text, body="Pay.\n"), LATER, "192.0.2.1")
    [entry] = await AuditEntry.objects().where(AuditEntry.act == "change template")
    assert (entry.user_id, entry.subject, entry.address) == (member.user_id, f"template {text.id}", "192.0.2.1")


async def test_another_organisations_template_cannot_be_touched(firm: Firm) -> None:
    text, other = await firm_text(firm), (await meridian()).members[Role.OWNER]
    with pytest.raises(NotFound):
        await edit_actions.save(other, text.id, draft_of(text, body="Gone.\n"), LATER)
    with pytest.raises(NotFound):
        await edit_actions.take_out(other, text.id, "de", LATER)
    with pytest.raises(NotFound):
        await versions_of(other, text.id)
    assert (await template_for(text.id)).body == text.body

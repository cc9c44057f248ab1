"""What a new organisation gets: seven templates and the best-practice schedule."""

import pytest

from app.email_templates.actions import ship as ship_templates
from app.email_templates.queries import current_version, shipped_for, template_for, template_of, templates_of
from app.email_templates.shipped import SHIPPED
from app.email_templates.tables import Template, TemplateVersion
from app.organisations.tables import Organisation
from app.problems import NotFound
from app.schedules.actions import ship
from app.schedules.queries import schedules_of
from app.schedules.shipped import BEST_PRACTICE
from tests.cast import NOW, borealis, meridian

pytestmark = pytest.mark.usefixtures("database")


async def test_seven_templates_and_one_schedule_that_is_the_default() -> None:
    firm = await borealis()
    schedule_id = await ship(firm.id, NOW)
    [schedule] = await schedules_of(firm.id)
    templates = {each.id: each for each in await templates_of(firm.id)}
    assert [each.name for each in templates.values()] == [text.name for text in SHIPPED]
    assert schedule.id == schedule_id
    assert await Organisation.exists().where(Organisation.id == firm.id, Organisation.default_schedule_id == schedule_id)
    for step, shipped in zip(schedule.steps, BEST_PRACTICE.steps, strict=True):
        same = (
            "offset",
            "name",
            "sender",
            "recipient_kinds",
            "attach_invoices",
            "attach_statement",
            "needs_approval",
            "minimum",
        )
        assert [getattr(step, name) for name in same] == [getattr(shipped, name) for name in same]
        assert templates[step.template_id].name == shipped.name
    assert (schedule.minimum, schedule.last_step_minimum) == (BEST_PRACTICE.minimum, BEST_PRACTICE.last_step_minimum)
    assert schedule.entry_offset == BEST_PRACTICE.entry_offset


async def test_shipping_twice_changes_nothing() -> None:
    firm = await borealis()
    first = await ship(firm.id, NOW)
    await Template.update({Template.name: "Ours"}).where(Template.shipped_as == "Firm")
    assert await ship(firm.id, NOW) == first
    await ship_templates(firm.id, NOW)
    assert await Template.count() == len(SHIPPED)
    assert await Template.exists().where(Template.name == "Ours")


async def test_a_customers_language_is_used_where_the_template_has_it() -> None:
    firm = await borealis()
    await ship(firm.id, NOW)
    thanks = await shipped_for(firm.id, "thank_you")
    await TemplateVersion(template=thanks.id, number=1, language="de", subject="Danke", body="Danke!", made_at=NOW).save()
    assert (await template_for(thanks.id, "de")).subject == "Danke"
    assert (await template_for(thanks.id, "fr")).subject == thanks.subject
    assert (await template_for(thanks.id)).subject == thanks.subject


async def test_the_current_version_is_the_one_that_is_written() -> None:
    firm = await borealis()
    await ship(firm.id, NOW)
    thanks = await shipped_for(firm.id, "thank_you")
    await TemplateVersion(template=thanks.id, number=2, language="", subject="New", body="New", made_at=NOW).save()
    assert (await template_for(thanks.id)).version == 1
    await Template.update({Template.current_version: 2}).where(Template.id == thanks.id)
    assert (await template_for(thanks.id)).subject == "New"
    assert await current_version(thanks.id) == 2


async def test_another_organisations_template_is_not_found() -> None:
    firm, other = await borealis(), await meridian()
    await ship(firm.id, NOW)
    thanks = await shipped_for(firm.id, "thank_you")
    with pytest.raises(NotFound):
        await template_of(other.anna, thanks.id)
    with pytest.raises(NotFound):
        await shipped_for(other.id, "thank_you")
    assert await templates_of(other.id) == ()

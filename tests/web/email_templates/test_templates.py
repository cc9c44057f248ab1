"""Templates and schedules as pages."""

import httpx

from app.email_templates.queries import templates_of
from app.email_templates.tables import Template, TemplateVersion
from app.schedules.actions import ship
from tests.cast import NOW, Firm
from tests.web.conftest import SignIn


async def test_each_shipped_template_is_shown_as_a_customer_would_get_it(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm
) -> None:
    await ship(borealis.id, NOW)
    await sign_in("viewer")
    index = (await client.get("/templates")).text
    for template in await templates_of(borealis.id):
        assert template.name in index
        page = await client.get(f"/templates/{template.id}")
        assert page.status_code == 200
        assert "why broken" not in page.text, template.name
        letter = await client.get(f"/templates/{template.id}/letter")
        assert "Hello Maria," in letter.text
        assert "sandbox" in letter.headers["content-security-policy"]


async def test_a_template_with_a_fault_says_so_instead_of_failing(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm
) -> None:
    await ship(borealis.id, NOW)
    template = (await templates_of(borealis.id))[0]
    await TemplateVersion.update({TemplateVersion.body: "{{ nonsense }}"}).where(TemplateVersion.template == template.id)
    await sign_in()
    assert "There is no placeholder “nonsense”" in (await client.get(f"/templates/{template.id}")).text
    assert (await client.get(f"/templates/{template.id}/letter")).status_code == 404


async def test_the_schedule_shows_its_steps(client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm) -> None:
    await ship(borealis.id, NOW)
    await sign_in("viewer")
    page = (await client.get("/schedules")).text
    assert "3 days before the due date" in page
    assert "30 days after the due date" in page
    assert "£5.00" in page


async def test_another_organisations_template_is_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm, meridian: Firm
) -> None:
    await ship(borealis.id, NOW)
    template = await Template.objects().first()
    assert template is not None
    await sign_in(meridian.anna)
    assert (await client.get(f"/templates/{template.id}")).status_code == 404
    assert (await client.get(f"/templates/{template.id}/letter")).status_code == 404

"""/templates: all of them, each as a customer would get it, put away and taken out again."""

import httpx
import pytest

from app.email_templates.queries import TemplateText, templates_of
from app.email_templates.tables import Template, TemplateVersion
from app.organisations.membership import Role
from app.schedules.actions import ship
from tests.cast import NOW, Firm
from tests.web.conftest import SignIn


@pytest.fixture
async def templates(borealis: Firm) -> dict[str, TemplateText]:
    await ship(borealis.id, NOW)
    return {each.name: each for each in await templates_of(borealis.id)}


async def test_each_shipped_template_is_shown_as_a_customer_would_get_it(
    client: httpx.AsyncClient, sign_in: SignIn, templates: dict[str, TemplateText]
) -> None:
    await sign_in("viewer")
    index = (await client.get("/templates")).text
    for template in templates.values():
        assert template.name in index
        page = await client.get(f"/templates/{template.id}")
        assert page.status_code == 200
        assert "because broken" not in page.text, template.name
        letter = await client.get(f"/templates/{template.id}/letter")
        assert "Hello Maria," in letter.text
        assert "sandbox" in letter.headers["content-security-policy"]


async def test_a_template_with_a_fault_says_so_instead_of_failing(
    client: httpx.AsyncClient, sign_in: SignIn, templates: dict[str, TemplateText]
) -> None:
    template = templates["Firm"]
    await TemplateVersion.update({TemplateVersion.body: "{{ nonsense }}"}).where(TemplateVersion.template == template.id)
    await sign_in()
    assert "There is no placeholder “nonsense”" in (await client.get(f"/templates/{template.id}")).text
    assert "There is no placeholder “nonsense”" in (await client.get(f"/templates/{template.id}/letter")).text


async def test_only_a_manager_is_offered_what_changes_something(
    client: httpx.AsyncClient, sign_in: SignIn, templates: dict[str, TemplateText]
) -> None:
    number = templates["Firm"].id
    for role, may in ((Role.VIEWER, False), (Role.CONTROLLER, False), (Role.MANAGER, True), (Role.OWNER, True)):
        await sign_in(role)
        assert ("New template" in (await client.get("/templates")).text) is may
        page = (await client.get(f"/templates/{number}")).text
        assert ("Send a test to me" in page) is may
        assert ("trix-2.1.19" in page) is may
        assert ("A manager or owner changes templates." in page) is not may


@pytest.mark.parametrize(
    "path", ["/new", "/{id}", "/{id}/trial", "/{id}/archive", "/{id}/archive/end", "/{id}/versions/1/restore",
             "/{id}/languages/de/removal"],
)  # fmt: skip
async def test_a_controller_may_change_nothing(
    client: httpx.AsyncClient, sign_in: SignIn, templates: dict[str, TemplateText], path: str
) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post(f"/templates{path}".format(id=templates["Firm"].id), data={"name": "X"})
    assert answer.status_code == 403


async def test_another_organisations_template_is_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: Firm, templates: dict[str, TemplateText]
) -> None:
    await sign_in(meridian.anna)
    number = templates["Firm"].id
    for path in ("", "/letter", "/versions"):
        assert (await client.get(f"/templates/{number}{path}")).status_code == 404
    for path in ("", "/trial", "/archive", "/versions/1/restore", "/languages/de/removal"):
        assert (await client.post(f"/templates/{number}{path}", data={"name": "X"})).status_code == 404
    assert (await client.post("/templates/preview", data={"template": str(number)})).status_code == 404
    assert (await client.get(f"/templates/new?like={number}")).status_code == 404


async def test_one_in_use_stays_and_says_by_which_schedule(
    client: httpx.AsyncClient, sign_in: SignIn, templates: dict[str, TemplateText]
) -> None:
    await sign_in(Role.MANAGER)
    await client.post(f"/templates/{templates['Firm'].id}/archive")
    assert (
        "Best practice uses it 14 days after the due date. Give that step another template first."
        in (await client.get("/templates")).text
    )
    await client.post(f"/templates/{templates['Thank you'].id}/archive")
    assert "it thanks for payments" in (await client.get("/templates")).text
    assert await Template.count().where(Template.archived_at.is_not_null()) == 0


async def test_a_copy_is_archived_and_restored(
    client: httpx.AsyncClient, sign_in: SignIn, templates: dict[str, TemplateText]
) -> None:
    await sign_in(Role.MANAGER)
    page = (await client.get(f"/templates/new?like={templates['Firm'].id}")).text
    assert 'value="Firm (copy)"' in page
    made = await client.post("/templates/new", data={"name": "Firm (copy)", "subject": "S", "body": "B"})
    number = made.headers["location"].rpartition("/")[2]
    assert (await client.post(f"/templates/{number}/archive")).status_code == 303
    page = (await client.get("/templates")).text
    assert "1 archived" in page
    assert "It is archived." in (await client.get(f"/templates/{number}")).text
    await client.post(f"/templates/{number}/archive/end")
    assert "1 archived" not in (await client.get("/templates")).text

"""/settings/portal, its preview, /settings/logo, /logos/{name}"""

import io
import re

import httpx
import pytest
from PIL import Image

from app.activity.tables import AuditEntry
from app.customers.tables import Customer
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from app.portal.tables import PortalSettings
from tests import cast
from tests.web.conftest import SignIn

LOOK = {"accent": "#8a1c3b", "greeting": "Thank you for your custom.", "footer": "Borealis, since 1987", "shows_paid": "1"}


def a_logo(colour: str = "teal") -> dict[str, tuple[str, bytes, str]]:
    paper = io.BytesIO()
    Image.new("RGB", (300, 90), colour).save(paper, "PNG")
    return {"logo": ("logo.png", paper.getvalue(), "image/png")}


async def test_a_manager_changes_what_customers_see(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, portal: str
) -> None:
    await sign_in(Role.MANAGER)
    answer = await client.post("/settings/portal", data=LOOK)
    assert answer.status_code == 303
    page = (await client.get(portal)).text
    assert "Thank you for your custom." in page and "Borealis, since 1987" in page and "8a1c3b.css" in page
    assert "I’ll pay on a date" not in page and "Something’s wrong" not in page
    entry = await AuditEntry.objects().where(AuditEntry.act == "change portal").first()
    assert entry is not None and "greeting" in str(entry.fields)


async def test_what_was_saved_stands_in_the_form_and_saving_again_changes_nothing(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await sign_in(Role.MANAGER)
    for _ in range(2):
        await client.post("/settings/portal", data=LOOK)
    page = (await client.get("/settings/portal")).text
    assert "Thank you for your custom." in page and 'value="#8a1c3b"' in page
    assert await PortalSettings.count().where(PortalSettings.organisation == borealis.id) == 1
    assert await AuditEntry.count().where(AuditEntry.act == "change portal") == 1


async def test_the_preview_shows_the_form_and_saves_nothing(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer, borealis: cast.Firm
) -> None:
    await sign_in(Role.CONTROLLER)
    answer = await client.post("/settings/portal/preview", data={**LOOK, "customer": str(harbour.id)})
    assert answer.status_code == 200 and "Thank you for your custom." in answer.text
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert not await PortalSettings.exists().where(PortalSettings.organisation == borealis.id)


async def test_nobody_previews_with_another_firms_customer(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm, harbour: Customer
) -> None:
    await sign_in(meridian.anna)
    answer = await client.post("/settings/portal/preview", data={**LOOK, "customer": str(harbour.id)})
    assert answer.status_code == 404
    assert (await client.post("/settings/portal/preview", data={**LOOK, "customer": "x"})).status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTROLLER])
async def test_who_may_not_change_it_sees_it_and_is_told(client: httpx.AsyncClient, sign_in: SignIn, role: Role) -> None:
    await sign_in(role)
    assert "A manager or owner changes this page" in (await client.get("/settings/portal")).text
    assert (await client.post("/settings/portal", data=LOOK)).status_code == 403
    assert (await client.post("/settings/logo", files=a_logo())).status_code == 403
    assert (await client.post("/settings/logo/removal")).status_code == 403


async def test_a_colour_that_is_none_and_words_without_end_come_back(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in(Role.MANAGER)
    answer = await client.post("/settings/portal", data={**LOOK, "accent": "red;}", "greeting": "x" * 700})
    assert answer.status_code == 422
    assert "Give a colour such as" in answer.text and "it has 700" in answer.text


async def test_an_uploaded_logo_stands_in_the_portal(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, portal: str
) -> None:
    await sign_in(Role.MANAGER)
    assert (await client.post("/settings/logo", files=a_logo())).status_code == 303
    found = re.search(r'<img src="(/logos/[0-9a-f]{64}\.png)"', (await client.get(portal)).text)
    assert found
    picture = await client.get(found[1])
    assert picture.headers["content-type"] == "image/png" and "immutable" in picture.headers["cache-control"]
    assert Image.open(io.BytesIO(picture.content)).size == (300, 90)

    await client.post("/settings/logo", files=a_logo("navy"))
    assert (await client.get(found[1])).status_code == 404
    await client.post("/settings/logo/removal")
    assert "/logos/" not in (await client.get(portal)).text
    organisation = await Organisation.objects().get(Organisation.id == borealis.id)
    assert organisation is not None and organisation.logo == ""


async def test_a_file_that_is_no_picture_comes_back_with_what_to_do(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in(Role.MANAGER)
    answer = await client.post("/settings/logo", files={"logo": ("logo.svg", b"<svg/>", "image/svg+xml")})
    assert answer.status_code == 422 and "Save the logo as a PNG" in answer.text
    assert (await client.post("/settings/logo", data={"logo": "text"})).status_code in (400, 422)

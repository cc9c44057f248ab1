"""When statements go, to whom and with what; and how one would look."""

import io
from typing import Any

import httpx
import pypdf

from app.activity.tables import AuditEntry
from app.customers.tables import Customer
from app.organisations.membership import Role
from app.statements.queries import settings_of
from app.statements.tables import Statement, StatementSettings
from tests import cast
from tests.cast import NOW

ALL = {
    "day": "31", "at_minute": "660", "who": "all", "minimum": "1,050.50", "shows": "movements", "sends": "link",
    "same_day": "reminder", "footer": "Thirty days net.", "is_on": "1",
}  # fmt: skip


async def previewed(client: httpx.AsyncClient, customer: Customer, **settings: str) -> httpx.Response:
    return await client.post("/statements/preview", data={"day": "1", "customer": str(customer.id), **settings})


async def test_all_settings_are_kept_and_audited(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, sign_in: Any
) -> None:
    await sign_in(Role.MANAGER)
    await previewed(client, harbour)
    assert (await client.post("/statements/settings", data=ALL)).status_code == 303
    kept = await settings_of(borealis.id)
    assert (kept.day, kept.chasing_only, kept.switched_on_at, kept.at_minute) == (31, False, NOW, 660)
    assert (kept.shows, kept.sends, kept.minimum, kept.footer) == ("movements", "link", 10_505_000, "Thirty days net.")
    assert not kept.replaces_reminder
    page = (await client.get("/statements")).text
    assert "Thirty days net." in page
    assert "1050.50" in page
    await client.post("/statements/settings", data={"day": "1"})
    kept = await settings_of(borealis.id)
    assert (kept.day, kept.chasing_only, kept.switched_on_at, kept.replaces_reminder) == (1, True, None, True)
    assert await AuditEntry.count().where(AuditEntry.act == "settled statements") == 2
    assert await Customer.exists().where(Customer.id == harbour.id, Customer.reconsider_at == NOW)


async def test_they_cannot_be_switched_on_before_somebody_has_looked_at_one(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, sign_in: Any
) -> None:
    await sign_in(Role.MANAGER)
    answer = await client.post("/statements/settings", data=ALL)
    assert answer.status_code == 422
    assert "Look at a statement first" in answer.text
    assert "Thirty days net." in answer.text, "what was written is not lost"
    assert await StatementSettings.count() == 0
    await previewed(client, harbour)
    assert (await client.post("/statements/settings", data=ALL)).status_code == 303


async def test_what_cannot_be_meant_comes_back_with_a_word_at_its_field(
    client: httpx.AsyncClient, harbour: Customer, sign_in: Any
) -> None:
    await sign_in(Role.MANAGER)
    for wrong in ({"minimum": "-5"}, {"minimum": "lots"}, {"minimum": "1e9"}, {"footer": "x" * 501}, {"day": "30"}):
        answer = await client.post("/statements/settings", data={"day": "1", **wrong})
        assert answer.status_code == 422
        assert f'id="field-{next(iter(wrong))}"' in answer.text
        assert "One answer needs another look" in answer.text
    await client.post("/statements/settings", data={"day": "1", "at_minute": "3", "template": "999"})
    kept = await StatementSettings.objects().first()
    assert kept is not None
    assert (kept.at_minute, kept.template_id) == (None, None), "only what the lists offer"


async def test_a_preview_shows_settings_that_are_not_saved(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, sign_in: Any
) -> None:
    await sign_in(Role.MANAGER)
    paper = await previewed(client, harbour, shows="movements", footer="Ring us before Friday.")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
    assert "Opening balance" in text
    assert "Ring us before Friday." in text
    kept = await settings_of(borealis.id)
    assert (kept.shows, kept.footer, kept.previewed_at, await Statement.count()) == ("open", "", NOW, 0)


async def test_a_preview_of_nobody_or_of_anothers_customer_is_refused(
    client: httpx.AsyncClient, meridian: cast.Firm, harbour: Customer, sign_in: Any
) -> None:
    await sign_in(Role.MANAGER)
    assert (await client.post("/statements/preview", data={"day": "1"})).status_code == 422
    await sign_in(Role.CONTROLLER)
    assert (await previewed(client, harbour)).status_code == 403
    await sign_in(meridian.anna)
    assert (await previewed(client, harbour)).status_code == 404

"""/settings/audit: who did what, when and from where."""

import re

import httpx
import pytest

from app.activity.actions import audit
from app.activity.tables import AuditEntry, AuditValue
from app.organisations.membership import Role
from tests import cast
from tests.web.conftest import SignIn


async def test_a_changed_setting_stands_there_with_before_after_and_from_where(
    client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    anna = await sign_in(Role.OWNER)
    facts = {"reviewing": "1"}
    assert (await client.post("/settings/review-mode", data=facts)).status_code == 303
    entry = await AuditEntry.objects().where(AuditEntry.act == "review mode").first()
    assert (entry.user_id, entry.organisation_id, entry.address) == (anna.user_id, anna.organisation_id, "127.0.0.1")
    assert entry.session_id
    value = await AuditValue.objects().where(AuditValue.entry_id == entry.id).first()
    assert (value.field, value.before, value.after) == ("review_mode", "no", "yes")
    listed = (await client.get("/settings/audit")).text
    assert "Switched review mode" in listed and "Anna Berg" in listed and "review mode" in listed
    shown = (await client.get(f"/settings/audit/{entry.id}")).text
    assert re.search(r"review mode</td>\s*<td[^>]*>no</td>\s*<td[^>]*>yes</td>", shown)
    assert f"session {entry.session_id}" in shown


async def test_what_changes_nothing_leaves_nothing(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in(Role.OWNER)
    await client.post("/settings/review-mode", data={})
    assert await AuditEntry.count() == 0


async def test_what_is_refused_leaves_nothing(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in(Role.OWNER)
    assert (await client.post("/settings", data={"name": ""})).status_code == 422
    assert await AuditEntry.count() == 0


async def test_it_is_filtered_by_who_what_and_when(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    mia, anna = borealis.members[Role.MANAGER], borealis.anna
    for who, act, day in ((anna, "change facts", 1), (mia, "change sender", 2), (mia, "change facts", 3)):
        at = cast.NOW.replace(day=day)
        await audit(organisation_id=borealis.id, user_id=who.user_id, act=act, subject=f"thing {day}", now=at)
    await sign_in(Role.MANAGER)

    async def found(**asked: object) -> list[str]:
        answer = await client.get("/settings/audit", params={key: str(value) for key, value in asked.items()})
        return re.findall(r">(thing \d)<", answer.text)

    assert await found() == ["thing 3", "thing 2", "thing 1"]
    assert await found(who=mia.user_id) == ["thing 3", "thing 2"]
    assert await found(who=mia.user_id, act="change facts") == ["thing 3"]
    assert await found(on_from="2026-11-02", on_to="2026-11-02") == ["thing 2"]
    assert await found(q="anna") == ["thing 1"]


async def test_it_is_a_file_too_and_taking_it_is_told(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    await audit(organisation_id=borealis.id, user_id=1, act="change facts", subject="=cmd", now=cast.NOW, fields=("name",))
    await sign_in(Role.OWNER)
    csv = (await client.get("/settings/audit.csv")).text
    assert "2026-11-30 09:30:00" in csv and "Changed facts about the business" in csv and ",=cmd" not in csv
    assert (await client.get("/settings/audit.xlsx")).content[:2] == b"PK"
    acts = await AuditEntry.select(AuditEntry.act).where(AuditEntry.organisation_id == borealis.id).output(as_list=True)
    assert acts.count("export audit") == 2


@pytest.mark.parametrize(
    ("role", "reads", "takes"), [("owner", 200, 200), ("manager", 200, 403), ("controller", 403, 403), ("viewer", 403, 403)]
)
async def test_who_may(client: httpx.AsyncClient, sign_in: SignIn, role: str, reads: int, takes: int) -> None:
    await sign_in(role)
    assert (await client.get("/settings/audit")).status_code == reads
    assert (await client.get("/settings/audit.csv")).status_code == takes


async def test_another_organisations_trail_is_not_to_be_seen(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm
) -> None:
    entry = await audit(
        organisation_id=meridian.id, user_id=meridian.anna.user_id, act="change facts", subject="x 1", now=cast.NOW
    )
    await sign_in(Role.OWNER)
    assert (await client.get(f"/settings/audit/{entry}")).status_code == 404
    assert "Max Roe" not in (await client.get("/settings/audit")).text


async def test_signing_in_and_out_stand_there(client: httpx.AsyncClient, borealis: cast.Firm) -> None:
    from app.identity import gateway
    from app.identity.tables import User

    await User.update({User.password_hash: await gateway.hashed(cast.PASSWORD)}).where(User.id == borealis.anna.user_id)
    token = re.search(r'name="_csrf_token" value="([^"]+)"', (await client.get("/sign-in")).text)[1]  # type: ignore[index]
    form = {"email": borealis.anna.email, "password": cast.PASSWORD, "_csrf_token": token}
    assert (await client.post("/sign-in", data={**form, "password": "wrong"})).status_code == 422
    assert await AuditEntry.count() == 0
    assert (await client.post("/sign-in", data=form)).status_code == 303
    token = re.search(r'name="_csrf_token" value="([^"]+)"', (await client.get("/settings/privacy")).text)[1]  # type: ignore[index]
    assert (await client.post("/sign-out", data={"_csrf_token": token})).status_code == 303
    told = await AuditEntry.select(AuditEntry.act, AuditEntry.organisation_id, AuditEntry.session_id).order_by(AuditEntry.id)
    assert [(each["act"], each["organisation_id"]) for each in told] == [("sign in", borealis.id), ("sign out", borealis.id)]
    assert told[0]["session_id"] == told[1]["session_id"]


async def test_a_recipients_address_stands_among_the_values_and_never_in_the_trail_itself(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    customer = await cast.a_customer(borealis.organisation)
    recipient = await cast.a_recipient(customer, "ada@harbour.example", source="here")
    await sign_in()
    await client.post(f"/customers/{customer.id}/recipients/{recipient.id}", data={"kind": "copy"})
    await client.post(f"/customers/{customer.id}/recipients/{recipient.id}/end")
    entries = await AuditEntry.select().where(AuditEntry.act == "change recipients").order_by(AuditEntry.id)
    assert len(entries) == 2 and "harbour" not in repr(entries)
    values = await AuditValue.select().order_by(AuditValue.id)
    assert ("copy", "") in [(row["before"], row["after"]) for row in values]
    assert "ada@harbour.example" in [row["before"] for row in values]
    assert {row["customer_id"] for row in values} == {customer.id}


async def test_a_password_shows_as_changed_and_never_as_it_is(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    from app.audited_queries import HIDDEN, changes_between, look
    from app.mail.tables import Sender
    from app.sealing import seal

    row = Sender(organisation=borealis.id, kind="normal", address="tom@borealis.example", password_sealed=seal("old"))
    await row.save()
    before = await look("sender", borealis.id, row.id)
    await Sender.update({Sender.password_sealed: seal("new"), Sender.phone: "1"}).where(Sender.id == row.id)
    changes = changes_between(before, await look("sender", borealis.id, row.id))
    assert changes == {"phone": ("", "1"), "password_sealed": (HIDDEN, HIDDEN)}

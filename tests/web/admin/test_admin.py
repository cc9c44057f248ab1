"""/admin"""

import httpx
import pytest

from app.activity.tables import AuditEntry
from app.identity.tables import User
from app.organisations.membership import Role
from tests import cast
from tests.web.admin.conftest import make_superuser, token_of
from tests.web.conftest import SignIn


async def test_admin_leads_to_its_own_root(superuser: httpx.AsyncClient) -> None:
    answer = await superuser.get("/admin")
    assert answer.status_code in (302, 307)
    assert answer.headers["location"] == "/admin/"


async def test_a_superuser_gets_the_page_and_its_assets(superuser: httpx.AsyncClient) -> None:
    page = await superuser.get("/admin/")
    assert page.status_code == 200
    assert '<div id="app">' in page.text
    script = page.text.split('src="./')[1].split('"')[0]
    asset = await superuser.get(f"/admin/{script}")
    assert asset.status_code == 200
    assert len(asset.content) > 100_000


async def test_every_table_is_listed_in_a_group(superuser: httpx.AsyncClient) -> None:
    answer = await superuser.get("/admin/api/tables/grouped/")
    assert answer.status_code == 200
    found = answer.json()
    assert found["ungrouped"] == []
    from app.outbox.tables import StoredFile
    from app.piccolo_app import TABLES

    names = {table._meta.tablename for table in TABLES if table is not StoredFile}
    assert {name for group in found["grouped"].values() for name in group} == names


async def test_rows_come_without_secrets(superuser: httpx.AsyncClient) -> None:
    await User.update({User.password_hash: "$argon2id$secret"}).where(User.email == "anna@borealis.example")
    for address in ("/admin/api/tables/users/", "/admin/api/tables/users/1/", "/admin/api/tables/user_session/"):
        answer = await superuser.get(address)
        assert answer.status_code == 200, answer.text
        assert "argon2id" not in answer.text
    assert "anna@borealis.example" in (await superuser.get("/admin/api/tables/users/")).text
    sessions = (await superuser.get("/admin/api/tables/user_session/")).json()["rows"]
    assert all(not row.get("token_hash") and not row.get("csrf_secret") for row in sessions)


async def test_nothing_sealed_comes_out(superuser: httpx.AsyncClient) -> None:
    from app.mail.tables import Sender
    from app.outbox.tables import Message

    await Message(kind="system", state="planned", portal_token_sealed="gAAAA-sealed-1").save()
    await Sender(name="Anna", password_sealed="gAAAA-sealed-2").save()
    for name in ("message", "sender"):
        for address in (f"/admin/api/tables/{name}/", f"/admin/api/tables/{name}/1/"):
            answer = await superuser.get(address)
            assert answer.status_code == 200
            assert "gAAAA-sealed" not in answer.text


async def test_every_table_can_be_opened(superuser: httpx.AsyncClient) -> None:
    grouped = (await superuser.get("/admin/api/tables/grouped/")).json()["grouped"]
    for name in [name for group in grouped.values() for name in group]:
        answer = await superuser.get(f"/admin/api/tables/{name}/?__page_size=5")
        assert answer.status_code == 200, (name, answer.text)
        assert (await superuser.get(f"/admin/api/tables/{name}/schema/")).status_code == 200, name


@pytest.mark.parametrize(
    "address",
    ["/admin", "/admin/", "/admin/api/tables/", "/admin/api/tables/users/", "/admin/public/meta/", "/admin/assets/x.js"],
)
async def test_for_everybody_else_there_is_no_such_page(client: httpx.AsyncClient, sign_in: SignIn, address: str) -> None:
    assert (await client.get(address)).status_code == 404
    for role in Role:
        await sign_in(role)
        answer = await client.get(address)
        assert answer.status_code == 404
        assert "piccolo" not in answer.text.lower()


async def test_its_own_door_stays_shut(superuser: httpx.AsyncClient) -> None:
    assert (await superuser.get("/admin/public/login/")).status_code == 404
    assert (await superuser.post("/admin/public/login/")).status_code == 404
    assert (await superuser.post("/admin/api/change-password/")).status_code == 404


async def test_a_session_cookie_of_the_admins_own_name_is_not_adopted(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await make_superuser(borealis.anna.email)
    token, _ = await cast.a_session(borealis.anna)
    client.cookies.set("id", token)
    assert (await client.get("/admin/api/tables/")).status_code == 404


async def test_a_user_can_be_deactivated_and_that_is_audited(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    headers = await token_of(superuser)
    tom = borealis.tom.user_id
    answer = await superuser.patch(f"/admin/api/tables/users/{tom}/", json={"active": False}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert await User.select(User.active).where(User.id == tom).first() == {"active": False}
    entry = await AuditEntry.objects().order_by(AuditEntry.id, ascending=False).first()
    assert entry is not None
    assert (entry.act, entry.subject, entry.is_by_admin) == ("admin change", f"users {tom}", True)


async def test_a_password_hash_cannot_be_planted(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    headers = await token_of(superuser)
    tom = borealis.tom.user_id
    answer = await superuser.patch(f"/admin/api/tables/users/{tom}/", json={"password_hash": "x"}, headers=headers)
    assert answer.status_code in (400, 405)
    row = await User.objects().get(User.id == tom)
    assert row is not None and row.password_hash != "x"


async def test_other_tables_are_only_looked_at(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    headers = await token_of(superuser)
    answer = await superuser.patch(
        f"/admin/api/tables/organisation/{borealis.id}/", json={"review_mode": True}, headers=headers
    )
    assert answer.status_code == 405
    assert (await superuser.delete("/admin/api/tables/audit_entry/", headers=headers)).status_code == 405


async def test_an_unsafe_request_needs_the_admins_token(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    answer = await superuser.patch(f"/admin/api/tables/users/{borealis.tom.user_id}/", json={"active": False})
    assert answer.status_code == 403


async def test_signing_out_there_ends_our_session(superuser: httpx.AsyncClient) -> None:
    headers = await token_of(superuser)
    await superuser.post("/admin/public/logout/", headers=headers)
    assert (await superuser.get("/admin/")).status_code == 404

"""/admin/api/tables: every table in its group, in words, without secrets; looked at more than changed."""

import httpx
import pytest

from app.activity.tables import AuditEntry, AuditValue, Task
from app.admin.shown import NAMED, SHOWN
from app.clock import now
from app.identity.tables import OneTimeLink, Session, User
from app.outbox.tables import StoredFile
from app.piccolo_app import TABLES
from tests import cast
from tests.web.admin.conftest import token_of

BY_NAME = {table._meta.tablename: table for table in TABLES}
SECRETS = ["password_hash", "token_hash", "csrf_secret", "secret_sealed", "code_hash", "password_sealed", "token_set_sealed"]


def test_every_table_is_shown_in_words_by_columns_it_has() -> None:
    assert set(SHOWN) == set(BY_NAME) - {StoredFile._meta.tablename}
    for name, shown in SHOWN.items():
        columns = {column._meta.name for column in BY_NAME[name]._meta.columns}
        assert set(shown.columns.split()) <= columns, name
        assert shown.columns.split()[0] == "id", "the number leads to the row"
        assert shown.changeable <= columns, name
        assert shown.words.endswith("."), name
    assert {
        name: called for name, called in NAMED.items() if called not in {c._meta.name for c in BY_NAME[name]._meta.columns}
    } == {}


@pytest.mark.parametrize(
    "name", ["message", "audit_entry", "audit_value", "activity", "failed_job", "organisation", "second_factor"]
)
async def test_what_the_product_keeps_is_only_looked_at(superuser: httpx.AsyncClient, borealis: cast.Firm, name: str) -> None:
    await BY_NAME[name]().save()
    headers = await token_of(superuser)
    place = f"/admin/api/tables/{name}/"
    for method, where in (
        ("POST", place),
        ("PUT", f"{place}1/"),
        ("PATCH", f"{place}1/"),
        ("DELETE", f"{place}1/"),
        ("DELETE", place),
    ):
        answer = await superuser.request(method, where, json={}, headers=headers)
        assert answer.status_code == 405, (method, where, answer.text)


async def test_columns_explain_themselves_in_the_words_of_their_table(superuser: httpx.AsyncClient) -> None:
    schema = (await superuser.get("/admin/api/tables/failed_job/schema/")).json()
    assert schema["extra"]["help_text"].startswith("Work in the background that went wrong")
    assert schema["properties"]["times"]["extra"]["help_text"] == "How often it has failed in a row."
    assert (
        "password_hash" not in (await superuser.get("/admin/api/tables/users/schema/")).json()["extra"]["visible_column_names"]
    )


async def test_a_row_is_called_by_its_name_where_another_names_it(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    rows = (await superuser.get("/admin/api/tables/member/?__readable=true&__page_size=50")).json()["rows"]
    assert {row["user_readable"] for row in rows} >= {"anna@borealis.example", "tom@borealis.example"}
    assert {row["organisation_readable"] for row in rows} == {"Borealis Studio Ltd"}


@pytest.mark.parametrize("secret", SECRETS)
async def test_secrets_are_neither_shown_nor_searched(superuser: httpx.AsyncClient, borealis: cast.Firm, secret: str) -> None:
    table = next(
        name for name, found in BY_NAME.items() if secret in {c._meta.name for c in found._meta.columns} and name in SHOWN
    )
    for question in (
        f"{secret}=a", f"{secret}[]=a", f"{secret}__match=starts&{secret}=a", f"{secret}__operator=gt&{secret}=a",
        f"__order={secret}", f"__order=id,-{secret}", f"__visible_fields=id,{secret}",
    ):  # fmt: skip
        for place in ("", "count/"):
            answer = await superuser.get(f"/admin/api/tables/{table}/{place}?{question}")
            assert answer.status_code == 405, (question, answer.text)


async def test_nor_by_way_of_another_table(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    await User.update({User.password_hash: "$argon2id$secret"}).where(User.id == borealis.anna.user_id)
    for question in ("__visible_fields=user.password_hash", "user.password_hash=%24argon2id", "__order=user.password_hash"):
        answer = await superuser.get(f"/admin/api/tables/member/?{question}")
        assert "argon2id" not in answer.text
        assert answer.status_code == 405


async def test_a_change_by_hand_stands_in_the_trail_before_and_after(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    tom = borealis.tom.user_id
    await superuser.patch(f"/admin/api/tables/users/{tom}/", json={"name": "Tom Hall"}, headers=await token_of(superuser))
    entry = await AuditEntry.objects().where(AuditEntry.act == "admin change").first()
    assert entry is not None
    assert (entry.organisation_id, entry.user_id, entry.subject) == (borealis.id, borealis.anna.user_id, f"users {tom}")
    assert (entry.address, entry.session_id is not None, entry.is_by_admin) == ("127.0.0.1", True, True)
    value = await AuditValue.objects().where(AuditValue.entry_id == entry.id).first()
    assert value is not None and (value.field, value.before, value.after) == ("name", "Tom Hale", "Tom Hall")


async def test_a_task_of_an_organisation_stands_in_its_trail(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    task = Task(organisation_id=borealis.id, sentence="Ring them", created_at=now())
    await task.save()
    answer = await superuser.patch(
        f"/admin/api/tables/task/{task.id}/",
        json={"due_on": "2026-12-04", "sentence": "Do nothing"},
        headers=await token_of(superuser),
    )
    assert answer.status_code == 200, answer.text
    row = await Task.objects().get(Task.id == task.id)
    assert row is not None and (str(row.due_on), row.sentence) == ("2026-12-04", "Ring them")
    entry = await AuditEntry.objects().where(AuditEntry.subject == f"task {task.id}").first()
    assert entry is not None and entry.organisation_id == borealis.id


async def test_nothing_different_is_no_change(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    answer = await superuser.patch(
        f"/admin/api/tables/users/{borealis.tom.user_id}/", json={"name": "Tom Hale"}, headers=await token_of(superuser)
    )
    assert answer.status_code == 405
    assert not await AuditEntry.exists().where(AuditEntry.act == "admin change")


async def test_who_is_locked_out_is_out_of_every_browser(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    await cast.a_session(borealis.tom)
    tom = borealis.tom.user_id
    await superuser.patch(f"/admin/api/tables/users/{tom}/", json={"active": False}, headers=await token_of(superuser))
    assert not await Session.exists().where(Session.user == tom)


async def test_a_new_admin_can_open_the_admin(superuser: httpx.AsyncClient, sign_in: object, borealis: cast.Firm) -> None:
    tom = borealis.tom.user_id
    answer = await superuser.patch(
        f"/admin/api/tables/users/{tom}/", json={"superuser": True}, headers=await token_of(superuser)
    )
    assert answer.status_code == 200, answer.text
    await sign_in("controller")  # type: ignore[operator]
    assert (await superuser.get("/admin/api/tables/users/")).status_code == 200


async def test_making_an_admin_takes_a_fresh_sign_in(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    await Session.update({Session.created_at: cast.NOW - cast.timedelta(days=30)}).where(Session.id > 0)
    tom = borealis.tom.user_id
    answer = await superuser.patch(
        f"/admin/api/tables/users/{tom}/", json={"superuser": True}, headers=await token_of(superuser)
    )
    assert answer.status_code == 405
    assert "sign out and in again" in answer.text
    assert not await User.exists().where(User.id == tom, User.superuser.eq(True))


@pytest.mark.parametrize("fields", [{"active": False}, {"superuser": False}])
async def test_nobody_locks_themselves_out(superuser: httpx.AsyncClient, borealis: cast.Firm, fields: dict[str, bool]) -> None:
    anna = borealis.anna.user_id
    answer = await superuser.patch(f"/admin/api/tables/users/{anna}/", json=fields, headers=await token_of(superuser))
    assert answer.status_code == 405
    assert await User.exists().where(User.id == anna, User.superuser.eq(True), User.active.eq(True))


async def test_a_row_that_is_not_there(superuser: httpx.AsyncClient) -> None:
    answer = await superuser.patch("/admin/api/tables/users/999/", json={"name": "x"}, headers=await token_of(superuser))
    assert answer.status_code == 404
    assert await OneTimeLink.count() == 0


ODDITIES = (
    "__page=-1", "__page=99999999999999999999", "__page=²", "__page_size=-5", "__page_size=abc", "__page_size=99999", "id=abc",
    "id=99999999999999999999", "id=9999999999", "id=-9999999999", "total=99999999999999999999", "__order=nothing", "__order=",
    "__order=id,", "__order=id.id", "__visible_fields=nothing", "__visible_fields=customer.nothing", "nothing=1",
    "issued_on=notadate", "number__operator=zz", "number__match=zz&number=a", "number=%ff", "is_open=perhaps", "customer=abc",
    "__readable=maybe", "number[]=a&number[]=b", "number=a&number=b", "number='; DROP TABLE users; --", "limit=-1",
    "limit=abc", "offset=-3", "search=%25", f"currency={'a' * 300}",
)  # fmt: skip


async def test_odd_questions_break_nothing(superuser: httpx.AsyncClient, borealis: cast.Firm) -> None:
    await cast.an_invoice(await cast.a_customer(borealis.organisation))
    broken = []
    for place in ("", "count/", "ids/", "1/"):
        for question in ODDITIES:
            answer = await superuser.get(f"/admin/api/tables/invoice/{place}?{question}")
            if answer.status_code >= 500:
                broken.append((place, question))
    if (await superuser.get("/admin/api/tables/statement_settings/?day=40000")).status_code >= 500:
        broken.append(("statement_settings", "day"))
    for row in ("abc/", "99999999999999999999/", "9999999999/", "-1/", "0/", "1%2f/"):
        if (await superuser.get(f"/admin/api/tables/invoice/{row}")).status_code >= 500:
            broken.append((row, ""))
    assert broken == []
    assert len((await superuser.get("/admin/api/tables/invoice/?__order=-total,id&number__match=starts")).json()["rows"]) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x" * 500},
        {"name": None},
        {"name": "a\x00b"},
        {"active": "perhaps"},
        {"active": None},
        {"superuser": 7},
        {"nothing": 1},
    ],
)
async def test_nor_do_odd_values(superuser: httpx.AsyncClient, borealis: cast.Firm, fields: dict[str, object]) -> None:
    place = f"/admin/api/tables/users/{borealis.tom.user_id}/"
    answer = await superuser.patch(place, json=fields, headers=await token_of(superuser))
    assert 400 <= answer.status_code < 500, answer.text
    row = await User.objects().get(User.id == borealis.tom.user_id)
    assert row is not None and (row.name, row.active, row.superuser) == ("Tom Hale", True, False)

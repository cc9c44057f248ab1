"""S16: every privileged act leaves an entry in the audit trail, and nobody takes one out again."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from app.activity.actions import audit
from app.activity.acts import WORDS, Act, words_of
from app.activity.tables import AuditEntry, AuditValue
from app.database import engine, fetch, is_sqlite
from app.identity import cookies
from app.organisations.membership import Role, SignedIn
from app.piccolo_app import TABLES
from app.recorded import NOTHING, RECORDED, WORK
from app.recording import Record
from app.screen import Needs
from tests import cast
from tests.attacks.addresses import SAFE

Handled = Callable[[], Awaitable[None]]


def routes(application: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Method, path as it is declared, handler."""
    for route in application.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                yield method, route.path_format, handler


def role_of(handler: HTTPRouteHandler) -> Role | None:
    """The highest role that its guards, and those of its controller, ask for."""
    guards = [getattr(guard, "func", guard) for guard in handler.resolve_guards()]
    roles = [guard.role for guard in guards if isinstance(guard, Needs)]
    return max(roles, key=list(Role).index) if roles else None


def test_every_unsafe_address_says_what_it_leaves_behind(application: Litestar) -> None:
    unsafe = {f"{method} {path}" for method, path, _ in routes(application) if method not in SAFE}
    silent = {each for each in unsafe if each not in RECORDED and not each.startswith((*WORK, *NOTHING))}
    assert silent == set(), "say in app/recorded.py what these leave behind"


def test_what_is_declared_exists(application: Litestar) -> None:
    known = {f"{method} {path}" for method, path, _ in routes(application)}
    assert set(RECORDED) - known == set()
    assert [each for each in (*WORK, *NOTHING) if not any(path.startswith(each) for path in known)] == []


def test_what_takes_a_manager_or_an_owner_is_recorded(application: Litestar) -> None:
    higher = {
        f"{method} {path}"
        for method, path, handler in routes(application)
        if method not in SAFE and role_of(handler) in (Role.MANAGER, Role.OWNER)
    }
    assert len(higher) > 40
    assert {each for each in higher if each not in RECORDED and not each.startswith(NOTHING)} == set()


def test_every_list_that_can_be_taken_out_is_recorded(application: Litestar) -> None:
    files = {
        f"{method} {path}"
        for method, path, _ in routes(application)
        if method in ("GET", "POST") and path.endswith((".csv", ".xlsx"))
    }
    assert len(files) > 8
    assert files - set(RECORDED) == set()


def test_every_act_has_words_of_its_own() -> None:
    assert {act.code for act in RECORDED.values() if act.code not in WORDS} == set()
    assert words_of("something new") == "Something new"


async def _entries() -> list[str]:
    found: list[str] = await AuditEntry.select(AuditEntry.act).order_by(AuditEntry.id).output(as_list=True)
    return found


def test_every_request_passes_the_door(application: Litestar) -> None:
    doors = [each for each in application.middleware if isinstance(each, Record)]
    assert len(doors) == 1
    assert (doors[0].exclude_opt_key, doors[0].exclude_path_pattern) == (None, None)


async def _pass(application: Litestar, key: str, row_id: int, cookie: str, handled: Handled, status: int = 200) -> None:
    """Through the door to a handler that succeeds after doing no more than `handled` does."""
    method, path = key.split(" ")
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    scope: Any = {
        "type": "http",
        "app": application,
        "method": method,
        "path": path,
        "path_template": path,
        "query_string": b"",
        "headers": [(b"cookie", cookie.encode())],
        "client": ("192.0.2.7", 1),
        "state": {},
        "scheme": "http",
        "path_params": dict.fromkeys(names, row_id),
    }

    async def handler(scope: Any, receive: Any, send: Any) -> None:
        await handled()
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(message: Any) -> None:
        pass

    await Record()(handler)(scope, None, send)  # type: ignore[arg-type]


async def _nothing() -> None:
    pass


async def _signed_in(member: SignedIn) -> str:
    token, _ = await cast.a_session(member)
    return f"{cookies.SESSION}={token}"


async def test_whoever_passes_a_recorded_address_leaves_an_entry(application: Litestar, borealis: cast.Firm) -> None:
    """Handlers that succeed without recording anything themselves: what is left behind is the door's doing, at each address."""
    cookie = await _signed_in(borealis.anna)
    plain = {key: act for key, act in RECORDED.items() if not act.about and act.code != "sign in"}
    assert len(plain) > 30
    for key, act in plain.items():
        before = len(await _entries())
        await _pass(application, key, 1, cookie, _nothing)
        assert (await _entries())[before:] == [act.code], key
    last = await AuditEntry.objects().order_by(AuditEntry.id, ascending=False).first()
    assert (last.organisation_id, last.user_id, last.address) == (borealis.id, borealis.anna.user_id, "192.0.2.7")
    assert last.session_id


async def test_what_can_be_compared_leaves_what_it_was_before_and_after(application: Litestar, borealis: cast.Firm) -> None:
    cookie, things = await _signed_in(borealis.anna), await _things(borealis)
    compared = {key: act for key, act in RECORDED.items() if act.about and _names_its_row(key, act)}
    assert len(compared) > 30
    for number, (key, act) in enumerate(compared.items(), 1):
        table, column, row_id = things[act.about]
        before = len(await _entries())
        await _pass(application, key, row_id, cookie, _changing(table, column, row_id, number))
        assert (await _entries())[before:] == [act.code], key
        value = await AuditValue.objects().order_by(AuditValue.id, ascending=False).first()
        assert value.field.endswith(column) and value.after == str(number), key


async def test_what_did_not_come_about_leaves_nothing(application: Litestar, borealis: cast.Firm) -> None:
    cookie = await _signed_in(borealis.anna)
    for key, status in (("POST /senders/{sender_id}/test", 422), ("POST /disconnect", 409), ("GET /customers.csv", 303)):
        await _pass(application, key, 1, cookie, _nothing, status)
    assert await _entries() == []


def _names_its_row(key: str, act: Act) -> bool:
    """What is made has no row beforehand; there the action tells, as the tests of the pages show."""
    return "{" in key or act.about not in ("sender", "template", "schedule")


def _changing(table: Any, column: str, row_id: int, number: int) -> Handled:
    async def handle() -> None:
        value = number if column == "mail_months" else str(number)
        await table.update({column: value}).where(table._meta.primary_key == row_id)

    return handle


async def _things(firm: cast.Firm) -> dict[str, tuple[Any, str, int]]:
    """A row of everything that acts are about, all with the id 1 of the first organisation, and a text column of it."""
    by_name = {table._meta.tablename: table for table in TABLES}
    customer = await cast.a_customer(firm.organisation)
    recipient = await cast.a_recipient(customer)
    found: dict[str, tuple[Any, str, int]] = {
        "organisation": (by_name["organisation"], "phone", firm.id),
        "customer": (by_name["customer"], "pause_note", customer.id),
        "recipients": (by_name["recipient"], "name", recipient.id),
    }
    for about, name, column in (
        ("portal", "portal_settings", "footer"),
        ("statements", "statement_settings", "footer"),
        ("connection", "xero_connection", "reason"),
        ("sender", "sender", "phone"),
        ("schedule", "schedule", "name"),
        ("template", "email_template", "name"),
    ):
        row = by_name[name](organisation=firm.id)
        await row.save()
        found[about] = (by_name[name], column, row.id)
    retention = by_name["privacy_settings"](organisation=firm.id)
    await retention.save()
    return {**found, "retention": (by_name["privacy_settings"], "mail_months", retention.id)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET act = 'nothing'",
        "DELETE FROM audit_entry",
        "UPDATE audit_value SET after = 'nothing'",
        "INSERT OR REPLACE INTO audit_entry (id, act) VALUES (1, 'nothing')",
        "TRUNCATE audit_entry",
    ],
)
async def test_no_statement_takes_an_entry_out_or_writes_over_it(database: Any, statement: str) -> None:
    entry = await audit(
        organisation_id=1, user_id=2, act="change facts", subject="x 1", now=cast.NOW, changes={"name": ("a", "b")}
    )
    only_sqlite, only_postgres = "REPLACE" in statement, "TRUNCATE" in statement
    if (only_sqlite and not is_sqlite()) or (only_postgres and is_sqlite()):
        pytest.skip("the other database's statement")
    with pytest.raises(Exception, match="append-only"):
        await engine()._run_in_new_connection(statement)
    assert [row["act"] for row in await fetch("SELECT act FROM audit_entry WHERE id = {}", entry)] == ["change facts"]
    assert [row["after"] for row in await fetch("SELECT after FROM audit_value")] == ["b"]


async def test_values_can_be_erased_and_the_entry_stays(database: Any) -> None:
    facts = {"organisation_id": 1, "user_id": 2, "act": "change recipients", "subject": "customer 7", "now": cast.NOW}
    entry = await audit(**facts, changes={"email": ("old@x.example", "new@x.example")}, customer_id=7)
    await AuditValue.delete().where(AuditValue.customer_id == 7)
    kept = await AuditEntry.objects().get(AuditEntry.id == entry)
    assert kept is not None and "email" in kept.fields and "x.example" not in str(kept.to_dict())

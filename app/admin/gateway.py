"""Piccolo Admin, built once: the tables it shows, the few columns it may change, its forms, and whose session it trusts.

Rows are changed by actions, which keep their rules (a message's state, the audit trail); so the admin looks at
everything and changes by hand only what SHOWN names as changeable. What an admin has to do beyond that is a form.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

from piccolo.columns import BigInt, Column, SmallInt
from piccolo.columns.readable import Readable
from piccolo.table import Table
from piccolo_admin.endpoints import FormConfig, TableConfig, create_admin
from piccolo_admin.translations.data import ENGLISH
from piccolo_admin.translations.models import Translation
from piccolo_api.crud.endpoints import OrderBy
from piccolo_api.crud.hooks import Hook, HookType
from piccolo_api.crud.validators import Validators
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.admin.explained import meanings
from app.admin.questions import Unreadable, check
from app.admin.showing import Shown
from app.admin.shown import NAMED, SHOWN
from app.identity.tables import Session, User
from app.piccolo_app import TABLES
from app.problems import Problem
from app.sealing import token_hash
from app.settings import Settings
from components.assets import asset_url

SECRET_NAMES = frozenset({"state_hash"})
"""Besides what is sealed and what its column says."""


OURS = {
    "Select a table in the sidebar to get started.": (
        "On the left: first the forms, one for each job of an admin, then the tables. Tables are looked at; where something"
        " of a row can be changed here, the question mark beside its heading says what. Whatever you do stands in the audit"
        " trail."
    ),
    "Welcome to": "",
    "Log Out": "Sign out",
    "Submit": "Do it",
    "Form submitted": "Done",
    "Use again": "Once more",
    "Edit": "Row of",
    "About": "About",
}
"""Words of its pages in ours."""


class Change(NamedTuple):
    """What an admin asks to change by hand: field → its value before and after."""

    user_id: int
    table: type[Table]
    row_id: int
    row: Mapping[str, Any]
    fields: Mapping[str, tuple[Any, Any]]


Decide = Callable[[Change], Awaitable[Mapping[str, Any]]]
"""Notes the change, or raises a Problem; what else of the row changes with it."""


class Admin(NamedTuple):
    """Who fills in a form."""

    user_id: int
    name: str


class Form(NamedTuple):
    """A job of admins. `model`: a pydantic model of its fields; `act` gives the sentence that is shown, or raises a
    Problem."""

    name: str
    group: str
    words: str
    model: type[Any]
    act: Callable[[Admin, Any], Awaitable[str]]


class OurSessions:
    """What Piccolo Admin asks of a session table, answered from our own sessions of superusers."""

    @staticmethod
    async def get_user_id(token: str, increase_expiry: object = None) -> int | None:
        """The gate in front has looked at idle time and expiry already."""
        row = await Session.objects().get(Session.token_hash == token_hash(token))
        return int(row.user) if row is not None else None

    @staticmethod
    async def remove_session(token: str) -> None:
        await Session.delete().where(Session.token_hash == token_hash(token))


def build_admin(settings: Settings, decide: Decide, forms: Sequence[Form]) -> Any:
    """The ASGI application to mount at /admin; who may reach it is decided in front of it."""
    tables = [table for table in TABLES if table._meta.tablename in SHOWN]
    for table in tables:
        _prepare(table)
    secrets = frozenset(column._meta.name for table in tables for column in table._meta.secret_columns)
    admin = create_admin(
        [_config(table, SHOWN[table._meta.tablename], secrets, decide) for table in tables],
        forms=[_form(each) for each in forms],
        auth_table=cast(Any, User),
        session_table=cast(Any, OurSessions),
        auto_include_related=False,
        production=True,
        allowed_hosts=[urlsplit(settings.base_url).hostname or "localhost"],
        site_name="Tactful: this installation",
        default_language_code="en",
        translations=[Translation(language_name="English", language_code="en", translations={**ENGLISH.translations, **OURS})],
        page_size=50,
        sidebar_links={"Back to Tactful": "/"},
    )
    ours = f'<link rel="stylesheet" href="{asset_url("admin.css")}"><link rel="icon" href="{asset_url("mark.svg")}">'
    admin.template = admin.template.replace("</head>", f"{ours}</head>")
    return admin


def _prepare(table: type[Table]) -> None:
    """Whatever is sealed is a secret, also where its column does not say so: only secret columns stay out of the API.
    Columns explain themselves, and a row that others name is called by more than its number."""
    explained = meanings(table)
    for column in table._meta.columns:
        name = column._meta.name
        if name.endswith("_sealed") or name in SECRET_NAMES:
            column._meta.secret = True
        column._meta.help_text = explained.get(name)
    table._meta.help_text = SHOWN[table._meta.tablename].words
    if called := NAMED.get(table._meta.tablename):
        readable = Readable(template="%s", columns=[table._meta.get_column_by_name(called)])
        table.get_readable = classmethod(lambda cls: readable)  # type: ignore[method-assign,assignment]


def _config(table: type[Table], shown: Shown, secrets: frozenset[str], decide: Decide) -> TableConfig:
    listed = [table._meta.get_column_by_name(name) for name in shown.columns.split()]
    only = _only_patches if shown.changeable else _only_looks
    return TableConfig(
        table,
        menu_group=shown.group,
        visible_columns=listed,
        visible_filters=[column for column in listed if not column._meta.secret],
        order_by=[OrderBy(table._meta.primary_key, ascending=False)],
        validators=Validators(every=[only, _readable(table, secrets)]),
        hooks=[Hook(HookType.pre_patch, _keeping_to(table, shown.changeable, decide))] if shown.changeable else None,
    )


def _only_looks(piccolo_crud: Any, request: Request) -> None:
    if request.method != "GET":
        raise HTTPException(405, "This table is changed by the product only.")


def _only_patches(piccolo_crud: Any, request: Request) -> None:
    if request.method not in ("GET", "PATCH"):
        raise HTTPException(405, "Rows of this table are neither made nor deleted here.")


def _readable(table: type[Table], secrets: frozenset[str]) -> Callable[[Any, Request], None]:
    names = {column._meta.name for column in table._meta.columns}
    numbers = [column for column in table._meta.columns if column.value_type is int]
    largest = {each._meta.name: 2 ** _bits(each) - 1 for each in numbers}

    def refuse(piccolo_crud: Any, request: Request) -> None:
        asked = request.query_params
        try:
            check(asked.multi_items(), largest, secrets)
            for word in asked.get("__order", "").split(",") if "__order" in asked else ():
                piccolo_crud._get_column(column_name=word.lstrip("-"))
            piccolo_crud.pydantic_model_filters(**{name: asked[name] for name in names & asked.keys()})
        except Problem as problem:
            raise HTTPException(problem.status, str(problem)) from problem
        except (ValueError, AttributeError) as nothing:
            raise HTTPException(Unreadable.status, str(Unreadable())) from nothing

    return refuse


def _bits(column: Column) -> int:
    """Of its numbers in PostgreSQL, but for the sign."""
    return 63 if isinstance(column, BigInt) else 15 if isinstance(column, SmallInt) else 31


def _keeping_to(table: type[Table], allowed: frozenset[str], decide: Decide) -> Any:
    async def keep(row_id: Any, values: dict[Column, Any], request: Request) -> dict[Any, Any]:
        """Only what is different, and only what may be. It is noted before it is done: an entry too many rather than one
        too few."""
        row = await table.select().where(table._meta.primary_key == row_id).first()
        if row is None:
            raise HTTPException(404, "There is no such row.")
        asked = {column._meta.name: value for column, value in values.items() if column._meta.name in allowed}
        fields = {name: (row[name], value) for name, value in asked.items() if not _is_same(row[name], value)}
        if not fields:
            raise HTTPException(405, f"Here one can change {', '.join(sorted(allowed))}; none of these is different.")
        try:
            further = await decide(Change(int(request.user.user_id), table, int(row_id), row, fields))
        except Problem as problem:
            raise HTTPException(405, str(problem)) from problem
        return {**{name: after for name, (_, after) in fields.items()}, **further}

    return keep


def _is_same(before: Any, after: Any) -> bool:
    """The page cuts instants off at the second."""
    if isinstance(before, datetime) and isinstance(after, datetime):
        return before.replace(microsecond=0) == after.replace(microsecond=0)
    return bool(before == after)


def _form(form: Form) -> FormConfig:
    async def fill_in(request: Request, data: Any) -> str:
        user = cast(User, request.user.user)
        try:
            return await form.act(Admin(int(user.id), str(user.name or user.email)), data)
        except Problem as problem:
            raise ValueError(str(problem)) from problem

    return FormConfig(form.name, form.model, fill_in, description=form.words, form_group=form.group)

"""Piccolo Admin, built once: the tables it shows, the few columns it may change, and whose session it trusts.

Rows are changed by actions, which keep their rules (a message's state, the audit trail); so the admin looks at
everything and changes only what is named in CHANGEABLE, each change in the audit trail.
"""

from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import urlsplit

from piccolo.columns import Column
from piccolo.table import Table
from piccolo_admin.endpoints import TableConfig, create_admin
from piccolo_api.crud.endpoints import OrderBy
from piccolo_api.crud.hooks import Hook, HookType
from piccolo_api.crud.validators import Validators
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.activity.tables import Activity, AuditEntry, AuditValue, Notice, Task
from app.chasing.tables import (
    Arrangement,
    Outlook,
    Reminder,
    ReminderInvoice,
    Run,
    TemplateFailure,
    UpcomingEmail,
    UpcomingPass,
    Wording,
)
from app.customers.tables import BulkChange, Customer, PortalLink, Recipient, Summary
from app.email_templates.tables import Template, TemplateVersion
from app.identity.tables import Attempt, OneTimeLink, RecoveryCode, SecondFactor, Session, User
from app.invoices.tables import CachedPdf, Credit, Invoice, Payment
from app.leases import Lease
from app.mail.tables import Incoming, MailConsent, Sender, SentCopy
from app.organisations.tables import BankDetailsChange, ColumnChoice, Invitation, Logo, Member, Organisation, SavedView
from app.outbox.tables import Message
from app.portal.tables import PortalSettings, PortalVisit
from app.privacy.tables import PrivacySettings, RestoredCopy
from app.promises.tables import Dispute, ExpectedDate, Promise, ToldPaid
from app.schedules.tables import Assignment, Schedule, Step
from app.sealing import token_hash
from app.settings import Settings
from app.statements.tables import Statement, StatementSettings
from app.xero.tables import Authorisation, CallBudget, Connection, Cursor, Grant, Quarantined, SyncRun

GROUPS: dict[str, tuple[type[Table], ...]] = {
    "People": (
        User,
        Session,
        OneTimeLink,
        SecondFactor,
        RecoveryCode,
        Attempt,
        Organisation,
        Member,
        Invitation,
        BankDetailsChange,
        Logo,
        SavedView,
        ColumnChoice,
        AuditEntry,
        AuditValue,
    ),
    "Mail": (Message, Sender, Incoming, SentCopy, MailConsent, Template, TemplateVersion, Schedule, Step, Assignment),
    "Xero": (Connection, Grant, Authorisation, SyncRun, Quarantined, Cursor, CallBudget),
    "Receivables": (Customer, Recipient, Summary, Invoice, Credit, Payment, CachedPdf, PortalLink, BulkChange),
    "Chasing": (
        Run,
        Reminder,
        ReminderInvoice,
        Outlook,
        TemplateFailure,
        Wording,
        UpcomingEmail,
        UpcomingPass,
        Arrangement,
        ExpectedDate,
        Promise,
        ToldPaid,
        Dispute,
    ),
    "Portal and statements": (PortalSettings, PortalVisit, Statement, StatementSettings),
    "Privacy": (PrivacySettings, RestoredCopy),
    "Running": (Notice, Task, Activity, Lease),
}
"""StoredFile is left out: it holds nothing but bytes."""

CHANGEABLE: dict[type[Table], frozenset[str]] = {
    User: frozenset({"name", "active", "superuser"}),
    SecondFactor: frozenset({"confirmed_at"}),
    Quarantined: frozenset({"resolved_at"}),
    Task: frozenset({"done_at", "assigned_to", "due_on"}),
}

LISTED: dict[type[Table], tuple[str, ...]] = {
    User: ("id", "email", "name", "active", "superuser", "last_seen_at"),
    SecondFactor: ("id", "user", "made_at", "confirmed_at"),
    Session: ("id", "user", "organisation_id", "address", "user_agent", "created_at", "last_seen_at"),
    Organisation: ("id", "name", "country", "timezone", "currency", "review_mode", "restored", "paused", "created_at"),
    Message: ("id", "organisation_id", "kind", "state", "state_reason", "subject", "attempts", "last_answer", "sent_at"),
    SyncRun: ("id", "organisation", "trigger", "state", "stage", "read", "problem", "started_at", "finished_at"),
    Quarantined: ("id", "organisation", "resource", "label", "reason", "seen_at", "resolved_at"),
    Customer: ("id", "organisation", "name", "account_number", "email", "chasing", "stop"),
    Invoice: ("id", "organisation", "customer", "number", "status", "currency", "due_on", "is_open"),
}


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


Note = Callable[[int, str, list[str]], Awaitable[None]]
"""Told of each change: the user's id, the row as "users 12", the names of its fields."""


def build_admin(settings: Settings, note: Note) -> Any:
    """The ASGI application to mount at /admin; who may reach it is decided in front of it."""
    return create_admin(
        [_config(table, group, note) for group, tables in GROUPS.items() for table in tables],
        auth_table=cast(Any, User),
        session_table=cast(Any, OurSessions),
        auto_include_related=False,
        production=True,
        allowed_hosts=[urlsplit(settings.base_url).hostname or "localhost"],
        site_name="Tactful: this installation",
        page_size=50,
        sidebar_links={"Back to Tactful": "/"},
    )


def _hide_sealed(table: type[Table]) -> None:
    """Whatever is sealed is a secret, also where its column does not say so; only secret columns stay out of the API."""
    for column in table._meta.columns:
        if column._meta.name.endswith("_sealed"):
            column._meta.secret = True


def _config(table: type[Table], group: str, note: Note) -> TableConfig:
    _hide_sealed(table)
    listed = LISTED.get(table)
    return TableConfig(
        table,
        menu_group=group,
        visible_columns=[_column(table, name) for name in listed] if listed else None,
        order_by=[OrderBy(table._meta.primary_key, ascending=False)],
        validators=Validators(every=[_only_looks if table not in CHANGEABLE else _only_patches]),
        hooks=[Hook(HookType.pre_patch, _keeping_to(table, note))] if table in CHANGEABLE else None,
    )


def _column(table: type[Table], name: str) -> Column:
    return table._meta.get_column_by_name(name)


def _only_looks(piccolo_crud: Any, request: Request) -> None:
    if request.method != "GET":
        raise HTTPException(405, "This table is changed by the product only.")


def _only_patches(piccolo_crud: Any, request: Request) -> None:
    if request.method not in ("GET", "PATCH"):
        raise HTTPException(405, "Rows of this table are neither made nor deleted here.")


def _keeping_to(table: type[Table], note: Note) -> Any:
    allowed = CHANGEABLE[table]

    async def keep(row_id: Any, values: dict[Any, Any], request: Request) -> dict[Any, Any]:
        kept = {column: value for column, value in values.items() if column._meta.name in allowed}
        if table is SecondFactor and any(value is not None for value in kept.values()):
            raise HTTPException(405, "A second factor can only be switched off here: leave the day of confirmation empty.")
        if not kept:
            raise HTTPException(405, f"Here one can change {', '.join(sorted(allowed))}, nothing else.")
        fields = [column._meta.name for column in kept]
        await note(int(request.user.user_id), f"{table._meta.tablename} {row_id}", fields)
        return kept

    return keep

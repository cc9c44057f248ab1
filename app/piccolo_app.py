"""All tables of the product, for Piccolo's migrations and its admin."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from app.activity.tables import Activity, AuditEntry, AuditValue, Notice, Task
from app.admin.tables import FailedJob
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
from app.outbox.tables import Message, StoredFile
from app.portal.tables import PortalSettings, PortalVisit
from app.privacy.tables import PrivacySettings, RestoredCopy
from app.promises.tables import Dispute, ExpectedDate, Promise, ToldPaid
from app.schedules.tables import Assignment, Schedule, Step
from app.statements.tables import Statement, StatementSettings
from app.xero.tables import Authorisation, CallBudget, Connection, Cursor, Grant, Quarantined, SyncRun

TABLES = [
    Lease, Message, StoredFile, Activity, Task, Notice, AuditEntry, AuditValue,
    User, Session, OneTimeLink, SecondFactor, RecoveryCode, Attempt,
    Organisation, Member, Invitation, BankDetailsChange, Logo, SavedView, ColumnChoice,
    Customer, Recipient, Summary, PortalLink, BulkChange, Invoice, Credit, Payment, CachedPdf,
    ExpectedDate, Promise, ToldPaid, Dispute,
    Grant, Connection, Authorisation, Cursor, SyncRun, Quarantined, CallBudget,
    Template, TemplateVersion, Sender, Incoming, SentCopy, MailConsent, Schedule, Step, Assignment,
    StatementSettings, Statement,
    Run, Reminder, ReminderInvoice, Outlook, TemplateFailure, Wording, PortalSettings, PortalVisit,
    UpcomingEmail, UpcomingPass, Arrangement,
    PrivacySettings, RestoredCopy, FailedJob,
]  # fmt: skip

APP_CONFIG = AppConfig(
    app_name="tactful",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=TABLES,
    migration_dependencies=[],
    commands=[],
)

"""Every address of the product. A feature appends its controllers to the group they belong to."""

from typing import Any

from litestar.types import ControllerRouterHandler

from app.activity.audit_controllers import AuditController, AuditExportController
from app.activity.controllers import TasksController
from app.admin.controllers import admin_mount
from app.chasing.approval_controllers import ApprovalsController, RemindersController
from app.chasing.arrangement_controllers import ArrangementController, ProspectController
from app.chasing.chase_many_controllers import ChaseManyController
from app.chasing.chase_now_controllers import ChaseNowController
from app.chasing.digest_controllers import DigestController
from app.chasing.past_controllers import PastController
from app.chasing.upcoming_controllers import UpcomingController
from app.chasing.waiting_controllers import WaitingController
from app.chasing.wording_controllers import WordingController
from app.customers.assignee_controllers import AssigneeController
from app.customers.bulk_controllers import BulkChangesController, BulkCustomersController
from app.customers.care_controllers import CareController
from app.customers.controllers import CustomersController, ReceivablesController
from app.customers.recipient_controllers import RecipientsController
from app.customers.show_controllers import CustomerController
from app.email_templates.controllers import TemplatesController, TemplateStateController, VersionsController
from app.email_templates.customer_language_controllers import CustomerLanguageController
from app.email_templates.editor_controllers import NewTemplateController, TemplateController, TemplatePreviewController
from app.help.controllers import HelpController
from app.identity.account_controllers import AccountController, EmailController, SessionsController
from app.identity.controllers import (
    SignInController,
    SignInLinkController,
    SignOutController,
    SignUpController,
)
from app.identity.factor_controllers import CodeController, SecondFactorController
from app.identity.reset_controllers import ForgottenPasswordController, NewPasswordController
from app.invoices.bulk_controllers import BulkInvoicesController
from app.invoices.controllers import InvoicesController
from app.invoices.copy_controllers import InvoiceCopiesController
from app.invoices.list_controllers import ListFilesController, ListSumsController, ListSwitchesController
from app.invoices.search_controllers import SearchController
from app.mail.consent_controllers import MailCallbackController, MailConsentController
from app.mail.controllers import SendersController
from app.mail.inbox_controllers import InboxController
from app.mail.reply_controllers import RepliesController
from app.mail.state_controllers import SenderStateController
from app.mail.unsubscribe_controllers import OffersUnsubscribeController, UnsubscribeController
from app.organisations.bank_details_controllers import BankDetailsController
from app.organisations.chasing_controllers import ChasingController, ClosedDaysController
from app.organisations.controllers import (
    ReviewModeController,
    SettingsController,
    VisitController,
)
from app.organisations.invitation_controllers import InvitationController, InvitationsController
from app.organisations.member_controllers import (
    LeavingController,
    MembersController,
    OwnershipController,
    SecondFactorRuleController,
)
from app.organisations.new_controllers import NewOrganisationController
from app.organisations.role_controllers import RolesController
from app.organisations.saved_view_controllers import SavedViewsController
from app.outbox.controllers import MessagesController
from app.portal.controllers import Portal, colour, nowhere
from app.portal.link_controllers import PortalLinkController
from app.portal.look_controllers import LogoController, LookController, logo
from app.portal.page_controllers import Preview
from app.portal.paper_controllers import Papers, PapersPreview
from app.portal.payment_controllers import Payment
from app.privacy.controllers import CustomerPrivacyController, ErasureController, ExportController
from app.privacy.settings_controllers import PrivacyController, RestoredCopyController
from app.promises.call_controllers import CallsController
from app.promises.controllers import InvoiceSayingsController
from app.promises.customer_controllers import CustomerSayingsController
from app.promises.dispute_controllers import DisputesController
from app.promises.list_controllers import PromisesController
from app.promises.word_controllers import NewPromiseController
from app.reports.controllers import HomeController, SyncLineController
from app.reports.default_controllers import DefaultsController
from app.reports.report_controllers import ReportsController
from app.schedules.assignment_controllers import AssignmentsController, CustomersScheduleController
from app.schedules.controllers import SchedulesController, ScheduleStateController
from app.schedules.editor_controllers import NewScheduleController, ScheduleController
from app.schedules.override_controllers import InvoiceScheduleController
from app.statements.controllers import StatementsController
from app.statements.paper_controllers import CustomerStatementsController, PapersController
from app.statements.settings_controllers import StatementSettingsController
from app.system import SYSTEM
from app.xero.controllers import (
    CallbackController,
    ConnectController,
    FirstCustomersController,
    ReconnectController,
    SetUpController,
    TenantController,
)
from app.xero.parting_controllers import DisconnectController
from app.xero.refresh_controllers import CustomerRefreshController
from app.xero.refusal_controllers import ExpectedDatePushController
from app.xero.sync_controllers import FlawedContactsController, SyncsController
from app.xero.webhook_controllers import WebhookController

STAFF: list[ControllerRouterHandler] = [
    HomeController,
    SyncLineController,
    ReportsController,
    DefaultsController,
    TasksController,
    SettingsController,
    ChasingController,
    ClosedDaysController,
    ReviewModeController,
    BankDetailsController,
    LookController,
    PortalLinkController,
    LogoController,
    MembersController,
    InvitationsController,
    OwnershipController,
    SecondFactorRuleController,
    RolesController,
    LeavingController,
    NewOrganisationController,
    VisitController,
    AccountController,
    EmailController,
    SessionsController,
    SecondFactorController,
    ReceivablesController,
    CustomersController,
    CustomerController,
    ListFilesController,
    ListSumsController,
    ListSwitchesController,
    BulkCustomersController,
    BulkChangesController,
    SavedViewsController,
    CareController,
    AssigneeController,
    RecipientsController,
    InvoicesController,
    BulkInvoicesController,
    InvoiceCopiesController,
    SearchController,
    InvoiceSayingsController,
    CustomerSayingsController,
    PromisesController,
    NewPromiseController,
    CallsController,
    DisputesController,
    Preview,
    PapersPreview,
    StatementsController,
    StatementSettingsController,
    PapersController,
    CustomerStatementsController,
    ApprovalsController,
    WaitingController,
    RemindersController,
    WordingController,
    ChaseNowController,
    ChaseManyController,
    UpcomingController,
    ProspectController,
    PastController,
    ArrangementController,
    MessagesController,
    SendersController,
    SenderStateController,
    OffersUnsubscribeController,
    DigestController,
    MailConsentController,
    MailCallbackController,
    InboxController,
    RepliesController,
    TemplatesController,
    CustomerLanguageController,
    NewTemplateController,
    TemplatePreviewController,
    TemplateController,
    TemplateStateController,
    VersionsController,
    SchedulesController,
    NewScheduleController,
    ScheduleController,
    ScheduleStateController,
    AssignmentsController,
    CustomersScheduleController,
    InvoiceScheduleController,
    HelpController,
    AuditController,
    AuditExportController,
    PrivacyController,
    RestoredCopyController,
    CustomerPrivacyController,
    ExportController,
    ErasureController,
]
"""Pages of signed-in members."""

PORTAL: list[ControllerRouterHandler] = [Portal, Payment, Papers, nowhere, colour, logo, UnsubscribeController]
"""Customers' pages, behind their links."""

CONNECT: list[ControllerRouterHandler] = [
    ConnectController,
    ReconnectController,
    CallbackController,
    TenantController,
    SetUpController,
    FirstCustomersController,
    SyncsController,
    FlawedContactsController,
    DisconnectController,
    CustomerRefreshController,
    ExpectedDatePushController,
    WebhookController,
]
"""Connecting with Xero, and what Xero calls."""

DOOR: list[ControllerRouterHandler] = [
    SignUpController,
    SignInController,
    CodeController,
    SignInLinkController,
    SignOutController,
    ForgottenPasswordController,
    NewPasswordController,
    InvitationController,
]
"""Sign-up, sign-in, one-time links."""


def every_route() -> list[Any]:
    return [*DOOR, *STAFF, *PORTAL, *CONNECT, *SYSTEM, admin_mount()]

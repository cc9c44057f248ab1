"""Every address of the product. A feature appends its controllers to the group they belong to."""

from typing import Any

from litestar.types import ControllerRouterHandler

from app.admin.controllers import admin_mount
from app.chasing.approval_controllers import ApprovalsController, RemindersController
from app.chasing.upcoming_controllers import UpcomingController
from app.customers.care_controllers import CareController
from app.customers.controllers import CustomersController, ReceivablesController
from app.customers.recipient_controllers import RecipientsController
from app.email_templates.controllers import TemplatesController
from app.identity.controllers import (
    AccountController,
    SignInController,
    SignInLinkController,
    SignOutController,
    SignUpController,
)
from app.identity.reset_controllers import ForgottenPasswordController, NewPasswordController
from app.invoices.controllers import InvoicesController
from app.invoices.search_controllers import SearchController
from app.mail.controllers import SendersController
from app.organisations.controllers import (
    BankDetailsController,
    ChasingController,
    MembersController,
    ReviewModeController,
    SettingsController,
    VisitController,
)
from app.outbox.controllers import MessagesController
from app.portal.controllers import Portal, colour
from app.portal.page_controllers import Preview
from app.promises.controllers import InvoiceSayingsController
from app.reports.controllers import HomeController, SyncLineController
from app.schedules.controllers import SchedulesController
from app.statements.controllers import StatementsController, preview
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
    SettingsController,
    ChasingController,
    ReviewModeController,
    BankDetailsController,
    MembersController,
    VisitController,
    AccountController,
    ReceivablesController,
    CustomersController,
    CareController,
    RecipientsController,
    InvoicesController,
    SearchController,
    InvoiceSayingsController,
    Preview,
    StatementsController,
    preview,
    ApprovalsController,
    RemindersController,
    UpcomingController,
    MessagesController,
    SendersController,
    TemplatesController,
    SchedulesController,
]
"""Pages of signed-in members."""

PORTAL: list[ControllerRouterHandler] = [Portal, colour]
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
    SignInLinkController,
    SignOutController,
    ForgottenPasswordController,
    NewPasswordController,
]
"""Sign-up, sign-in, one-time links."""


def every_route() -> list[Any]:
    return [*DOOR, *STAFF, *PORTAL, *CONNECT, *SYSTEM, admin_mount()]

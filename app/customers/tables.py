"""Customers, their recipients, their sums, and the links of their portals."""

from piccolo.columns import JSON, Boolean, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.money import Money
from app.organisations.tables import Organisation


class Customer(Table, tablename="customer"):
    """A Xero contact that has, or had, sales invoices. The first block is Xero's, the second ours."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    xero_id = Varchar(length=36)
    name = Varchar(length=500)
    account_number = Varchar(length=50)
    first_name = Varchar(length=255)
    last_name = Varchar(length=255)
    email = Varchar(length=255)
    phones = JSON(default="[]")
    """[{"kind", "number"}]"""
    addresses = JSON(default="[]")
    """[{"kind", "lines": […], "city", "region", "postal_code", "country"}]"""
    is_archived = Boolean(default=False)
    merged_to_xero_id = Varchar(length=36)
    xero_updated_at = Timestamptz(default=None, null=True)

    chasing = Boolean(default=False)
    stop = Varchar(length=30)
    """Why this customer is never chased: insolvent, breathing_space, solicitor, agency, direct_debit, payment_plan."""
    stop_note = Text()
    is_individual = Boolean(default=False)
    paused_until_on = Date(default=None, null=True)
    skipped_until_on = Date(default=None, null=True)
    replied_at = Timestamptz(default=None, null=True)
    """A reply that waits for a person's decision; null when none does."""
    schedule_id = Integer(null=True, default=None)
    """Null: the organisation's default schedule."""
    assigned_to = Integer(null=True, default=None)
    """The member who looks after it: customers.assignee_actions.assign."""
    language = Varchar(length=10)
    wants_statements = Boolean(default=True)
    created_at = Timestamptz(default=None, null=True)
    reconsider_at = Timestamptz(default=None, null=True, index=True)
    """Set in the transaction that changes any fact of this customer; chasing sweeps it and plans it anew."""
    stop_until_on = Date(default=None, null=True)
    """The first free day after a stop that ends by itself; null: until somebody ends it."""
    stopped_at = Timestamptz(default=None, null=True)
    stopped_by = Varchar(length=120)
    pause_note = Text()
    paused_by = Varchar(length=120)
    erased_at = Timestamptz(default=None, null=True)
    """Everything personal was taken out, and no sync brings it back."""


class Recipient(Table, tablename="recipient"):
    id: Serial
    customer = ForeignKey(Customer, null=True, index=True)
    email = Varchar(length=255)
    name = Varchar(length=255)
    kind = Varchar(length=12)
    """normal, escalated, copy, statements or none."""
    source = Varchar(length=12)
    """xero_main, xero_person, or here: those added here stay here."""
    is_kind_chosen = Boolean(default=False)
    """A person chose the kind, so that syncs leave it alone."""
    bounced_at = Timestamptz(default=None, null=True)
    bounce_answer = Text()


class Summary(Table, tablename="customer_summary"):
    """A customer's sums, rewritten whenever its documents change; grids sort and filter on it."""

    id: Serial
    customer = ForeignKey(Customer, null=True)
    organisation_id = Integer(index=True)
    outstanding_base = Money(default=0)
    overdue_base = Money(default=0)
    outstanding = JSON(default="{}")
    """{"GBP": ten-thousandths}"""
    overdue = JSON(default="{}")
    open_count = Integer(default=0)
    overdue_count = Integer(default=0)
    oldest_due_on = Date(default=None, null=True)
    """The oldest due date among the overdue."""
    days_late = Integer(null=True, default=None)
    """How late it pays on average, in days over the invoices paid in the last year; negative: early."""
    next_reminder_on = Date(default=None, null=True)
    next_step = Varchar(length=120)
    last_contacted_at = Timestamptz(default=None, null=True)
    counted_on = Date(default=None, null=True)
    """The day for which `overdue` holds; a new day recounts."""


class PortalLink(Table, tablename="portal_link"):
    id: Serial
    customer = ForeignKey(Customer, null=True, index=True)
    organisation_id = Integer()
    token_hash = Varchar(length=64, unique=True, secret=True)
    token_sealed = Text(secret=True)
    created_at = Timestamptz(default=None, null=True)
    expires_at = Timestamptz(default=None, null=True)
    revoked_at = Timestamptz(default=None, null=True)
    last_opened_at = Timestamptz(default=None, null=True)


class BulkChange(Table, tablename="bulk_change"):
    """What a member changed of many rows of a list at once, and what each of them had before: that it can be undone."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    kind = Varchar(length=12)
    """chasing, assigned (of customers), excluded or expected (of invoices)."""
    value = Varchar(length=20)
    """What all of them have now, as text; empty: nobody, none."""
    before = JSON(default="{}")
    """{"12": what customer or invoice 12 had}, of those that it changed."""
    made_by = Varchar(length=120)
    made_at = Timestamptz(default=None, null=True)
    undone_at = Timestamptz(default=None, null=True)

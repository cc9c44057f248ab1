"""Planning passes, reminders and what each invoice's outlook is."""

from piccolo.columns import JSON, Boolean, Date, ForeignKey, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.money import Money
from app.organisations.tables import Organisation
from app.outbox.tables import Message


class Run(Table, tablename="run"):
    """One planning pass for one organisation on one day."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    day = Date(default=None, null=True)
    due_count = Integer(default=0)
    held_count = Integer(default=0)
    started_at = Timestamptz(default=None, null=True)
    finished_at = Timestamptz(default=None, null=True)
    """Null while it is under way: whoever plans a customer meanwhile has it planned once more."""
    suspended = Boolean(default=False)
    """Something kept every reminder from going: once that ends, everybody is planned anew."""


class Reminder(Table, tablename="reminder"):
    """One email to one customer about one or more invoices. Its state is its message's state."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    customer = ForeignKey(Customer, null=True, index=True)
    message = ForeignKey(Message, null=True, index=True)
    kind = Varchar(length=12, default="reminder")
    """reminder or thank_you."""
    planned_on = Date(default=None, null=True)
    schedule_id = Integer(null=True, default=None)
    step_offset = Integer(default=0)
    step_number = SmallInt(default=0)
    template_id = Integer(null=True, default=None)
    template_name = Varchar(length=120)
    sender_kind = Varchar(length=10)
    reason = Text()
    """Why it goes, in a sentence."""
    fingerprint = Varchar(length=64)
    """Steps, amounts, recipients and template; an approval dies when it changes."""
    needs_approval = Boolean(default=False)
    approval_why = Varchar(length=20)
    """review, step, amount: what asks for it."""
    was_approved = Boolean(default=False)
    """An approval that died leaves this set, so that the queue can say so."""
    died_because = Text()
    turned_down = Boolean(default=False)
    """A person skipped it: a thank-you then does not come back."""
    created_at = Timestamptz(default=None, null=True)


class ReminderInvoice(Table, tablename="reminder_invoice"):
    """An invoice in a reminder. Carried ones record their step; "also overdue" ones record nothing."""

    id: Serial
    reminder = ForeignKey(Reminder, null=True, index=True)
    invoice = ForeignKey(Invoice, null=True, index=True)
    is_carried = Boolean(default=True)
    step_offset = Integer(default=0)
    step_number = SmallInt(default=0)
    occurrence = SmallInt(default=1)
    """1 the first time the step goes, then counting its repeats."""
    amount = Money(default=0)
    currency = Varchar(length=3)
    is_live = Boolean(default=True)
    """False once the reminder failed or was cancelled: then the step is free to be planned again."""


class Outlook(Table, tablename="outlook"):
    """What lies ahead of one open invoice: its hold or its next step, in a sentence. Rewritten by runs."""

    id: Serial
    invoice = ForeignKey(Invoice, null=True)
    organisation_id = Integer(index=True)
    customer_id = Integer(index=True)
    hold = Varchar(length=24)
    """A code of holds.Hold; empty when the invoice is carried by a reminder that is due."""
    until_on = Date(default=None, null=True)
    sentence = Text()
    behind = JSON(default="[]")
    """Sentences of the further holds."""
    next_step = Varchar(length=120)
    next_on = Date(default=None, null=True)
    planned_on = Date(default=None, null=True)


class TemplateFailure(Table, tablename="template_failure"):
    """A template that could not be written for a customer: its reminders wait until either changes."""

    id: Serial
    customer = ForeignKey(Customer, null=True, index=True)
    template_id = Integer()
    template_version = Integer(default=1)
    reason = Text()
    failed_at = Timestamptz(default=None, null=True)

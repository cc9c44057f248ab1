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
    alive_at = Timestamptz(default=None, null=True)
    """When its last portion was written down; null before the second."""
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
    """reminder, thank_you or chase_now."""
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
    skipped_at = Timestamptz(default=None, null=True)
    skipped_by = Varchar(length=120)
    wording_id = Integer(null=True, default=None)
    """A person's own words for it; null: its template's."""
    kept_wording_id = Integer(null=True, default=None)
    """Words that a person wrote for an earlier version of it, whose facts have changed: kept to be used again."""
    written_by = Varchar(length=120)
    """Who chased by hand; empty for what the planner planned."""


class Wording(Table, tablename="wording"):
    """What a person decided about one email: its words, recipients and papers. Never changed: another edit is another row."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    customer = ForeignKey(Customer, null=True, index=True)
    subject = Text()
    body = Text()
    """In the language of templates, of whose placeholders only tables, signature and links are left; empty: the template's."""
    to_addresses = JSON(default="[]")
    cc_addresses = JSON(default="[]")
    attaches_invoices = Boolean(default=True)
    attaches_statement = Boolean(default=False)
    despite = JSON(default="[]")
    """Of a chase now: the holds that it goes despite of, each as "hold" or "hold:invoice id"."""
    made_by = Varchar(length=120)
    made_at = Timestamptz(default=None, null=True)


class ReminderInvoice(Table, tablename="reminder_invoice"):
    """An invoice in a reminder. Carried ones record their step; "also overdue" ones record nothing."""

    id: Serial
    reminder = ForeignKey(Reminder, null=True, index=True)
    invoice = ForeignKey(Invoice, null=True, index=True)
    is_carried = Boolean(default=True)
    step_offset = Integer(default=0)
    step_number = SmallInt(default=0)
    occurrence = SmallInt(default=1)
    """1 the first time the step goes, then counting its repeats; 1 too where no step is recorded but the email is about it;
    0 where the email only lists it."""
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


class UpcomingEmail(Table, tablename="upcoming_email"):
    """What one customer is foreseen to get on one day of the coming weeks. Rewritten whenever the customer is planned."""

    id: Serial
    organisation_id = Integer()
    customer_id = Integer(index=True)
    goes_on = Date(default=None, null=True)
    kind = Varchar(length=12)
    """reminder or thank_you."""
    schedule_id = Integer(null=True, default=None)
    step_number = SmallInt(default=0)
    template_name = Varchar(length=120)
    sender_kind = Varchar(length=10)
    needs_approval = Boolean(default=False)
    amount = Money(default=0)
    """Carried and listed as overdue, in base currency."""
    numbers = JSON(default="[]")
    """Of the invoices it carries or thanks for."""
    listed_count = SmallInt(default=0)
    """How many more it lists as overdue."""
    reason = Text()


class UpcomingPass(Table, tablename="upcoming_pass"):
    """How far the coming weeks of one organisation have been foreseen since its last run: one row each."""

    id: Serial
    organisation_id = Integer(unique=True)
    day = Date(default=None, null=True)
    """The planning day from which it looks ahead."""
    up_to = Integer(default=0)
    """The id of the customer done last; they are done in the order of their ids, round and round."""
    done = Integer(default=0)
    of = Integer(default=0)
    started_at = Timestamptz(default=None, null=True)
    finished_at = Timestamptz(default=None, null=True)
    """Null while customers are still to be foreseen."""


class Arrangement(Table, tablename="arrangement"):
    """What a person arranged about a customer's coming emails; it holds until it has passed or somebody takes it back."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    customer = ForeignKey(Customer, null=True, index=True)
    kind = Varchar(length=10)
    """put_off: no reminder from from_on until until_on, the first free day. sooner: the steps may go from from_on on."""
    from_on = Date(default=None, null=True)
    until_on = Date(default=None, null=True)
    steps = JSON(default="[]")
    """[[invoice id, step offset], …] of what is to go sooner."""
    said = Text()
    """In a sentence, for whoever looks at it later."""
    made_by = Varchar(length=120)
    made_at = Timestamptz(default=None, null=True)
    ended_at = Timestamptz(default=None, null=True)
    """Taken back."""
    ended_by = Varchar(length=120)


class TemplateFailure(Table, tablename="template_failure"):
    """A template that could not be written for a customer: its reminders wait until either changes."""

    id: Serial
    customer = ForeignKey(Customer, null=True, index=True)
    template_id = Integer()
    template_version = Integer(default=1)
    reason = Text()
    failed_at = Timestamptz(default=None, null=True)

"""What customers said: when they will pay, that they have paid, that something is wrong."""

from piccolo.columns import JSON, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.money import Money
from app.organisations.tables import Organisation


class ExpectedDate(Table, tablename="expected_date"):
    """When an invoice is expected to be paid, and whether Xero has been told. One row an invoice, the last one set."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    invoice = ForeignKey(Invoice, null=True)
    expected_on = Date(default=None, null=True)
    source = Varchar(length=12)
    """customer (in the portal), controller, or xero."""
    set_by = Varchar(length=120)
    set_at = Timestamptz(default=None, null=True)
    push = Varchar(length=10)
    """pending, pushed, refused, or none where it came from Xero."""
    refusal = Text()
    """Xero's reason, as it gave it."""
    tried_at = Timestamptz(default=None, null=True)


class Promise(Table, tablename="promise"):
    """An expected date given by the customer; it ends kept, broken or replaced."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    customer = ForeignKey(Customer, null=True, index=True)
    invoice = ForeignKey(Invoice, null=True, index=True)
    promised_on = Date(default=None, null=True)
    amount = Money(default=0)
    state = Varchar(length=10)
    """active, kept, broken, replaced or withdrawn."""
    source = Varchar(length=12)
    """portal, phone or reply."""
    taken_by = Varchar(length=120)
    made_at = Timestamptz(default=None, null=True)
    ended_at = Timestamptz(default=None, null=True)
    said_by = Varchar(length=120)
    """Who at the customer said it; empty: not noted."""
    replaced = Integer(null=True, default=None)
    """The promise that this one replaced."""
    before = JSON(default="{}")
    """The expected date it superseded, {"expected_on", "source", "set_by"}: taking it back restores that."""


class ToldPaid(Table, tablename="told_paid"):
    """The customer says it is paid: chasing of the invoice waits five working days."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    customer = ForeignKey(Customer, null=True, index=True)
    invoice = ForeignKey(Invoice, null=True, index=True)
    told_on = Date(default=None, null=True)
    told_at = Timestamptz(default=None, null=True)
    source = Varchar(length=12)
    said_by = Varchar(length=120)
    """Who of the customer said so; empty: nobody asked."""
    noted_by = Varchar(length=120)
    """The member who noted it; empty: the customer did, in the portal."""
    withdrawn_at = Timestamptz(default=None, null=True)
    """A person found that it is not so: chasing no longer waits for it."""
    withdrawn_by = Varchar(length=120)


class Dispute(Table, tablename="dispute"):
    """A query on an invoice or a part of it; chasing of that part waits while it is open."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    customer = ForeignKey(Customer, null=True, index=True)
    invoice = ForeignKey(Invoice, null=True, index=True)
    amount = Money(null=True, default=None)
    """Null: the whole invoice, whatever is outstanding."""
    reason = Varchar(length=30)
    text = Text()
    source = Varchar(length=12)
    said_by = Varchar(length=120)
    """Who of the customer said so; empty: nobody asked."""
    owner = Integer(null=True, default=None)
    answer_by_on = Date(default=None, null=True)
    opened_at = Timestamptz(default=None, null=True)
    opened_by = Varchar(length=120)
    resolved_at = Timestamptz(default=None, null=True)
    resolution = Text()
    outcome = Varchar(length=20)
    """How it ends (words.Outcome); a credit that is agreed keeps it open until Xero has the credit note."""
    credited_before = Money(null=True, default=None)
    """What was credited on the invoice when a credit was agreed."""
    resolved_by = Varchar(length=120)
    owner_told_at = Timestamptz(default=None, null=True)
    """When its owner was written to."""

"""Sales invoices, the credits that may cover them, the payments that settled them."""

from piccolo.columns import BigInt, Boolean, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.customers.tables import Customer
from app.money import Money
from app.organisations.tables import Organisation


class Invoice(Table, tablename="invoice"):
    """A Xero ACCREC invoice. The first block is Xero's, the second ours. Composite indexes begin with its organisation
    and its customer, so that neither needs one of its own."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True)
    customer = ForeignKey(Customer, null=True)
    xero_id = Varchar(length=36)
    number = Varchar(length=255)
    reference = Varchar(length=255)
    status = Varchar(length=30)
    """Xero's word: DRAFT, SUBMITTED, AUTHORISED, PAID, VOIDED, DELETED, or one that we do not know."""
    currency = Varchar(length=3)
    rate = Varchar(length=30, default="1")
    """Foreign units per base unit, as decimal text, exact."""
    issued_on = Date(default=None, null=True)
    due_on = Date(default=None, null=True)
    total = Money(default=0)
    paid = Money(default=0)
    credited = Money(default=0)
    outstanding = Money(default=0)
    outstanding_base = Money(default=0)
    is_open = Boolean(default=False)
    """AUTHORISED with something outstanding: what the planner sees."""
    paid_on = Date(default=None, null=True)
    is_sent = Boolean(default=False)
    """Xero's sent mark."""
    xero_expected_on = Date(default=None, null=True)
    is_discounted = Boolean(default=False)
    branding_theme_id = Varchar(length=36)
    online_url = Text()
    has_attachments = Boolean(default=False)
    xero_updated_at = Timestamptz(default=None, null=True)
    xero_stamp = BigInt(default=0)
    """UpdatedDateUTC in milliseconds: the cached PDF's key."""

    excluded = Boolean(default=False)
    schedule_id = Integer(null=True, default=None)
    chases_despite_expected = Boolean(default=False)
    created_at = Timestamptz(default=None, null=True)


class Credit(Table, tablename="credit"):
    """An unallocated credit note, prepayment or overpayment."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    customer = ForeignKey(Customer, null=True, index=True)
    xero_id = Varchar(length=36)
    kind = Varchar(length=12)
    """credit_note, prepayment or overpayment."""
    number = Varchar(length=255)
    status = Varchar(length=30)
    currency = Varchar(length=3)
    rate = Varchar(length=30, default="1")
    issued_on = Date(default=None, null=True)
    total = Money(default=0)
    remaining = Money(default=0)
    xero_updated_at = Timestamptz(default=None, null=True)


class Payment(Table, tablename="payment"):
    """Money received against an invoice, or (kind `credit`) a credit applied to it. The index
    `payment_once` begins with its organisation."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True)
    customer = ForeignKey(Customer, null=True, index=True)
    invoice = ForeignKey(Invoice, null=True, index=True)
    xero_id = Varchar(length=36)
    kind = Varchar(length=12)
    """payment, credit_note, prepayment or overpayment."""
    paid_on = Date(default=None, null=True)
    amount = Money(default=0)
    currency = Varchar(length=3)
    status = Varchar(length=30)
    is_write_off = Boolean(default=False)
    doubted_account = Varchar(length=36)
    """The account it went to, while Xero did not say which accounts are a bank's; empty: that is settled."""
    first_seen_at = Timestamptz(default=None, null=True)


class CachedPdf(Table, tablename="cached_pdf"):
    """An invoice's PDF as Xero rendered it, until the invoice changes."""

    id: Serial
    invoice = ForeignKey(Invoice, null=True, index=True)
    xero_stamp = BigInt(default=0)
    file_hash = Varchar(length=64)
    size = Integer()
    fetched_at = Timestamptz(default=None, null=True)

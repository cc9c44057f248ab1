"""How the portal looks, and who came."""

from piccolo.columns import Boolean, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.customers.tables import Customer
from app.organisations.tables import Organisation


class PortalSettings(Table, tablename="portal_settings"):
    id: Serial
    organisation = ForeignKey(Organisation, null=True)
    greeting = Text()
    footer = Text()
    shows_bank_details = Boolean(default=True)
    shows_paid = Boolean(default=True)
    takes_promises = Boolean(default=True)
    takes_disputes = Boolean(default=True)


class PortalVisit(Table, tablename="portal_visit"):
    id: Serial
    organisation_id = Integer(index=True)
    customer = ForeignKey(Customer, null=True, index=True)
    act = Varchar(length=20)
    """opened, pdf, statement, pay, not_paid, promised, asked_date, disputed, told_paid."""
    invoice_ids = Text()
    """Those whose payment page was opened, as in "12 14"; empty for any other act."""
    sentence = Text()
    """What the customer did, told back to them; empty where there was nothing to tell."""
    happened_at = Timestamptz(default=None, null=True)

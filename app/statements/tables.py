"""Monthly statements: the settings, and what was made for whom."""

from piccolo.columns import Boolean, Date, ForeignKey, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.customers.tables import Customer
from app.organisations.tables import Organisation


class StatementSettings(Table, tablename="statement_settings"):
    id: Serial
    organisation = ForeignKey(Organisation, null=True)
    previewed_at = Timestamptz(default=None, null=True)
    """Nothing is sent before somebody has looked at one."""
    switched_on_at = Timestamptz(default=None, null=True)
    day = SmallInt(default=1)
    """1 to 28, or 31 for the last; moved to the next working day."""
    chasing_only = Boolean(default=True)
    template_id = Integer(null=True, default=None)
    footer = Text()


class Statement(Table, tablename="statement"):
    """One customer's account for one month, with the very PDF that was sent."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    customer = ForeignKey(Customer, null=True, index=True)
    month = Varchar(length=7)
    """YYYY-MM; with the customer it is unique."""
    as_of_on = Date(default=None, null=True)
    message_id = Integer(null=True, default=None)
    file_hash = Varchar(length=64)
    fingerprint = Varchar(length=64)
    """Of what the customer is told: another one means that the account changed since."""
    pages = SmallInt(default=1)
    made_at = Timestamptz(default=None, null=True)

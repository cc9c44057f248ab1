"""Monthly statements: the settings, and what was made for whom."""

from piccolo.columns import Boolean, Date, ForeignKey, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.customers.tables import Customer
from app.money import Money
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
    at_minute = SmallInt(default=None, null=True)
    """When in the day, in minutes after midnight there; None: as soon as chasing begins."""
    shows = Varchar(length=9, default="open")
    """open: what is open; movements: the opening balance and what came since, then what is open."""
    sends = Varchar(length=4, default="pdf")
    """pdf: attached; link: to the customer's own page."""
    minimum = Money(default=0)
    """Base currency; who owes less gets none."""
    asked_month = Varchar(length=7)
    """YYYY-MM of the statements that a person asked for and that are still being made."""
    asked_on = Date(default=None, null=True)
    """The day on which; what could not be made by its end is not made without being asked again."""
    replaces_reminder = Boolean(default=True)
    """On its day it goes in a reminder's place; otherwise it waits until the day after the reminder."""


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
    since_on = Date(default=None, null=True)
    """What came is told from the day after it; kept, so that a second look tells the same."""
    closing = Text()
    """JSON: currency → balance in ten-thousandths, with which the next one opens."""
    again_message_id = Integer(null=True, default=None)
    """The latest message by which the same PDF was sent again."""

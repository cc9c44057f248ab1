"""Mailboxes that send."""

from piccolo.columns import Boolean, Date, ForeignKey, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.organisations.tables import Organisation


class Sender(Table, tablename="sender"):
    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    kind = Varchar(length=10)
    """normal or escalated."""
    name = Varchar(length=120)
    address = Varchar(length=254)
    reply_to = Varchar(length=254)
    phone = Varchar(length=60)
    host = Varchar(length=255)
    port = Integer(default=587)
    tls = Varchar(length=10, default="starttls")
    """starttls, tls or none: always explicit, so that a password never goes in clear by accident."""
    username = Varchar(length=254)
    password_sealed = Text(secret=True)
    signature_html = Text()
    proved_at = Timestamptz(default=None, null=True)
    """When *Send test* last went through."""
    stopped_at = Timestamptz(default=None, null=True)
    stopped_reason = Text()
    """A 5xx that is not about a recipient stops the mailbox until a person has looked."""
    trouble = Text()
    """Why it could not be reached at the last attempt; empty once a message went through."""
    seconds_between = SmallInt(default=4)
    daily_cap = Integer(default=300)
    next_send_at = Timestamptz(default=None, null=True)
    """When the next message may leave: one every few seconds, whichever process sends it."""
    counted_on = Date(default=None, null=True)
    counted = Integer(default=0)
    """Messages that began to leave on the day `counted_on` of the organisation's timezone."""
    is_active = Boolean(default=True)

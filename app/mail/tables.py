"""Mailboxes that send and are read, and what arrived in them."""

from piccolo.columns import (
    JSON,
    BigInt,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
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

    account = Varchar(length=12, default="smtp")
    """google or microsoft: signed in to by OAuth; smtp: by user name and password."""
    tokens_sealed = Text(secret=True)
    """The token set of OAuth, as JSON, sealed."""
    tokens_expire_at = Timestamptz(default=None, null=True)
    allows_plain = Boolean(default=False)
    """Somebody ticked that nothing on the way to this server need be encrypted."""
    pictures = JSON(default="[]")
    """Pictures of the signature: [{"name", "hash", "media_type", "size"}], their bytes in StoredFile."""

    reads_replies = Boolean(default=False)
    reads_since_at = Timestamptz(default=None, null=True)
    """Since when this very inbox is to be read: what arrived from then on is new, also at the first look, which comes later."""
    imap_host = Varchar(length=255)
    imap_port = Integer(default=993)
    imap_tls = Varchar(length=10, default="tls")
    imap_username = Varchar(length=254)
    imap_password_sealed = Text(secret=True)
    """Empty, like the user name: the same as for sending."""
    keeps_copies = Boolean(default=False)
    """Put a copy of what was sent into the mailbox's Sent folder."""
    uid_validity = BigInt(default=None, null=True)
    last_uid = BigInt(default=0)
    """Up to here the inbox has been read (RFC 3501, 2.3.1.1); holds for this `uid_validity` only."""
    read_at = Timestamptz(default=None, null=True)
    """When the inbox was last read to its end."""
    read_trouble = Text()
    read_advice = Text()
    read_failures = Integer(default=0)
    reading_stopped_at = Timestamptz(default=None, null=True)
    """It refused our credentials: asking on would lock the account."""

    dkim_selector = Varchar(length=63)
    domain_checked_at = Timestamptz(default=None, null=True)
    domain_findings = JSON(default="[]")
    """[{"name", "verdict", "sentence", "record_host", "record"}] of SPF, DKIM and DMARC."""


class Incoming(Table, tablename="incoming"):
    """A mail that arrived from, or about, a customer. Other mail of the mailbox is not kept."""

    id: Serial
    organisation_id = Integer(index=True)
    sender = ForeignKey(Sender, null=True, index=True)
    """The mailbox that it arrived in."""
    customer_id = Integer(null=True, default=None, index=True)
    answers_message = Integer(null=True, default=None)
    """Our message that it answers or is about."""
    kind = Varchar(length=12)
    """reply, automatic, left, bounce, delay or complaint."""
    fingerprint = Varchar(length=64)
    """Of its Message-ID: the same mail in two mailboxes, or read twice, is one."""
    mime_message_id = Text()
    thread = Text()
    """Its References and In-Reply-To: an answer goes on from them."""
    from_name = Varchar(length=255)
    from_address = Varchar(length=254)
    reply_to = Varchar(length=254)
    subject = Text()
    text = Text()
    quoted = Text()
    """The part of the text that repeats an earlier mail."""
    attachments = JSON(default="[]")
    note = Text()
    """What a person should know about it: too large, which address bounced and why."""
    arrived_at = Timestamptz(default=None, null=True)
    read_at = Timestamptz(default=None, null=True)
    decided_at = Timestamptz(default=None, null=True)
    """Null for a reply that waits for a person."""
    decided_by = Varchar(length=120)
    decision = Text()
    snoozed_until_on = Date(default=None, null=True)


class SentCopy(Table, tablename="sent_copy"):
    """Whether a copy of a sent message lies in the mailbox's own Sent folder."""

    id: Serial
    message_id = Integer(unique=True)
    sender = ForeignKey(Sender, null=True, index=True)
    state = Varchar(length=10)
    """waiting, kept or failed."""
    answer = Text()
    attempts = Integer(default=0)
    next_attempt_at = Timestamptz(default=None, null=True)


class MailConsent(Table, tablename="mail_consent"):
    """One journey to Google's or Microsoft's consent page: bound to the session that began it, usable once."""

    id: Serial
    state_hash = Varchar(length=64, unique=True, secret=True)
    session_id = Integer()
    organisation_id = Integer()
    sender_id = Integer(null=True, default=None)
    """The mailbox that is connected again; null: a new one."""
    account = Varchar(length=12)
    verifier_sealed = Text(secret=True)
    created_at = Timestamptz(default=None, null=True)
    used_at = Timestamptz(default=None, null=True)

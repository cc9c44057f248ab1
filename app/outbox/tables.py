"""Everything that is mailed is a Message here; the planner, statements and notices only hold its id."""

from piccolo.columns import JSON, BigInt, Boolean, Bytea, Date, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table


class Message(Table, tablename="message"):
    """One email. `state` is one of outbox.states.State; only outbox.actions changes it."""

    id: Serial
    organisation_id = Integer(null=True, default=None, index=True)
    """Null for the product's own mail to a person without an organisation."""
    customer_id = Integer(null=True, default=None, index=True)
    kind = Varchar(length=20)
    """reminder, thank_you, statement, chase_now, answer, or system."""
    state = Varchar(length=12, index=True)
    state_reason = Text()
    """Why it is cancelled, failed or unknown, in a sentence."""
    unique_key = Varchar(length=200, null=True, default=None)
    """What must not exist twice; unique over the living and the sent, freed by failed and cancelled."""
    sender_id = Integer(null=True, default=None)
    """The mailbox; null: the system mailbox."""
    to_addresses = JSON(default="[]")
    cc_addresses = JSON(default="[]")
    subject = Text()
    text = Text()
    html = Text()
    attachments = JSON(default="[]")
    """[{"hash", "name", "media_type", "size"}], the contents in StoredFile."""
    headers = JSON(default="{}")
    """Further headers as sent: In-Reply-To, References, Reply-To, From, Date."""
    portal_token_sealed = Text()
    """The portal token that stands masked in text and html, sealed; put back when shown or sent."""
    mime_message_id = Varchar(length=200, index=True)
    planned_on = Date(default=None, null=True)
    not_before_at = Timestamptz(default=None, null=True)
    not_after_at = Timestamptz(default=None, null=True)
    needs_approval = Boolean(default=False)
    """While it is planned and this is set, nothing can claim it."""
    attempts = Integer(default=0)
    next_attempt_at = Timestamptz(default=None, null=True)
    last_answer = Text()
    claimed_by = Varchar(length=80)
    claimed_at = Timestamptz(default=None, null=True)
    sent_at = Timestamptz(default=None, null=True)
    created_at = Timestamptz(default=None, null=True)
    written_at = Timestamptz(default=None, null=True)
    """When its words were written for good; null: they are written right before it leaves."""
    approved_at = Timestamptz(default=None, null=True)
    approved_by = Varchar(length=120)
    emptied_at = Timestamptz(default=None, null=True)
    """When its words and papers were removed, as they had been kept long enough or their customer was erased."""
    weight = BigInt(default=0)
    """Overdue in base currency (ten-thousandths): larger goes first when a day's cap is short."""


class StoredFile(Table, tablename="stored_file"):
    """The bytes of an attachment, once per content."""

    id: Serial
    hash = Varchar(length=64, unique=True)
    media_type = Varchar(length=80)
    content = Bytea()
    size = Integer()
    created_at = Timestamptz(default=None, null=True)

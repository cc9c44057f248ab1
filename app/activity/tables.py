"""The timeline, notes, tasks, notices and the audit trail. Plain ids only: it knows nobody."""

from piccolo.columns import JSON, Boolean, Date, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table


class Activity(Table, tablename="activity"):
    """Something that happened to a customer or invoice; `sentence` is what the timeline shows."""

    id: Serial
    organisation_id = Integer(index=True)
    customer_id = Integer(null=True, default=None, index=True)
    invoice_id = Integer(null=True, default=None, index=True)
    message_id = Integer(null=True, default=None)
    kind = Varchar(length=40)
    """email_sent, reply, note, promise, dispute, portal_visit, status_changed, synced, …"""
    sentence = Text()
    facts = JSON(default="{}")
    by = Varchar(length=120)
    """A member's name, "the customer", "Xero" or "Tactful"."""
    happened_at = Timestamptz(default=None, null=True)


class Task(Table, tablename="task"):
    """Something a member is asked to do, by a colleague or by Tactful."""

    id: Serial
    organisation_id = Integer(index=True)
    customer_id = Integer(null=True, default=None, index=True)
    invoice_id = Integer(null=True, default=None)
    sentence = Text()
    assigned_to = Integer(null=True, default=None)
    """A member's id; null: anyone."""
    due_on = Date(default=None, null=True)
    done_at = Timestamptz(default=None, null=True)
    created_at = Timestamptz(default=None, null=True)
    kind = Varchar(length=30)
    """What it is about (tasks.TaskKind); empty: a colleague wrote it."""
    key = Varchar(length=120)
    """What it is asked for: one task of a key, ever. Empty: none."""
    invoice_ids = JSON(default="[]")
    """Several invoices that it is about; with none of them open it closes by itself."""
    created_by = Varchar(length=120)
    done_by = Varchar(length=120)


class Notice(Table, tablename="notice"):
    """What the organisation must know until it no longer holds: shown in the app, some mailed to owners."""

    id: Serial
    organisation_id = Integer(index=True)
    kind = Varchar(length=40)
    sentence = Text()
    what_to_do = Text()
    raised_at = Timestamptz(default=None, null=True)
    cleared_at = Timestamptz(default=None, null=True)


class AuditEntry(Table, tablename="audit_entry"):
    """A privileged act: who, when, what, from where. Never changed, never deleted."""

    id: Serial
    organisation_id = Integer(null=True, default=None, index=True)
    user_id = Integer(null=True, default=None)
    act = Varchar(length=60)
    subject = Varchar(length=120)
    """What it was done to, as kind and id: "customer 12"."""
    fields = JSON(default="[]")
    address = Varchar(length=64)
    acted_at = Timestamptz(default=None, null=True)
    is_by_admin = Boolean(default=False)
    session_id = Integer(null=True, default=None)
    """The session it was done in; null: none, as from the command line."""


class AuditValue(Table, tablename="audit_value"):
    """What a field of an audited act was before and after: apart from the trail, so that it can be erased. Never changed."""

    id: Serial
    entry_id = Integer(index=True)
    organisation_id = Integer(null=True, default=None)
    customer_id = Integer(null=True, default=None, index=True)
    """Whose personal data the values are; null: nobody's."""
    field = Varchar(length=60)
    before = Text()
    after = Text()

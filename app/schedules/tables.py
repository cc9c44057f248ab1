"""Schedules and their steps."""

from piccolo.columns import JSON, Boolean, ForeignKey, Integer, Serial, SmallInt, Timestamptz, Varchar
from piccolo.table import Table

from app.email_templates.tables import Template
from app.money import Money
from app.organisations.tables import Organisation


class Schedule(Table, tablename="schedule"):
    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    name = Varchar(length=120)
    paused = Boolean(default=False)
    entry_offset = SmallInt(null=True, default=7)
    """The offset of the entry step: the furthest at which an invoice never reminded before begins; null: no limit."""
    minimum = Money(default=50_000)
    """Smallest chaseable sum, base currency."""
    last_step_minimum = Money(default=1_000_000)
    repeat_every_days = SmallInt(null=True, default=None)
    repeat_limit = SmallInt(default=0)
    created_at = Timestamptz(default=None, null=True)
    archived_at = Timestamptz(default=None, null=True)


class Step(Table, tablename="schedule_step"):
    id: Serial
    schedule = ForeignKey(Schedule, null=True, index=True)
    offset_days = Integer()
    """Days from the due date; negative: before it."""
    template = ForeignKey(Template, null=True, index=True)
    sender_kind = Varchar(length=10, default="normal")
    recipient_kinds = JSON(default='["normal", "copy"]')
    attaches_invoices = Boolean(default=True)
    attaches_statement = Boolean(default=False)
    links_portal = Boolean(default=True)
    needs_approval = Boolean(default=False)
    minimum = Money(default=0)
    stood = JSON(default="[]")
    """[[offset, the last day on which it stood there], …] of a step that was moved: who had it then has had it."""


class Assignment(Table, tablename="schedule_assignment"):
    """A schedule given to many customers at once, with what they had before, so that it can be undone."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    schedule_id = Integer(null=True, default=None)
    """Null: the organisation's default."""
    before = JSON(default="{}")
    """{"customer id": schedule id or null}, of those for whom it was a change."""
    changed = Integer(default=0)
    """How many customers."""
    made_by = Varchar(length=120)
    made_at = Timestamptz(default=None, null=True)
    undone_at = Timestamptz(default=None, null=True)

"""How long things are kept, and where this copy of them came from."""

from piccolo.columns import JSON, ForeignKey, Serial, SmallInt, Timestamptz, Varchar
from piccolo.table import Table

from app.organisations.tables import Organisation


class PrivacySettings(Table, tablename="privacy_settings"):
    """After how many months an organisation has things removed; null: they are kept."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True)
    mail_months = SmallInt(null=True, default=None)
    """The words and papers of mail, sent and received; that there was one is kept."""
    log_months = SmallInt(null=True, default=None)
    """Portal visits, syncs, notices that no longer hold."""


class RestoredCopy(Table, tablename="restored_copy"):
    """A backup that was brought back into this database."""

    id: Serial
    taken_at = Timestamptz(default=None, null=True)
    restored_at = Timestamptz(default=None, null=True)
    version = Varchar(length=40)
    """The last migration that it had run."""
    foreseen = JSON(default="{}")
    """{"organisation id": [{"customer", "on", "template", "numbers"}]}: what was about to go when it was taken."""

"""What the installation's admins look after: work in the background that went wrong."""

from piccolo.columns import JSON, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table


class FailedJob(Table, tablename="failed_job"):
    """A background task that raised something; one row for the same work until it goes well."""

    id: Serial
    job = Varchar(length=120)
    """The actor's name: "workers.mail.sweep"."""
    arguments = JSON(default="[]")
    """What it was called with: ids."""
    key = Varchar(length=64)
    """A digest of the two; one row of a key is open at a time."""
    error = Text()
    """Its kind and first line, without addresses and tokens."""
    place = Varchar(length=200)
    """The line of ours that it came from."""
    times = Integer(default=1)
    """How often it has failed in a row."""
    first_failed_at = Timestamptz(default=None, null=True)
    last_failed_at = Timestamptz(default=None, null=True)
    retried_at = Timestamptz(default=None, null=True)
    """When an admin last had it tried again."""
    retried_by = Varchar(length=120)
    ended_at = Timestamptz(default=None, null=True)
    """When the same work went well again."""

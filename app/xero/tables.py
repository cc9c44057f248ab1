"""The connection to Xero: grants, tenants, cursors, runs, what could not be read, calls left."""

from piccolo.columns import JSON, Boolean, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.organisations.tables import Organisation


class Grant(Table, tablename="xero_grant"):
    """One consent of one Xero login: its token set serves every tenant it reaches, and is refreshed under a lease."""

    id: Serial
    provider = Varchar(length=10)
    """xero, or demo for the bundled ledger."""
    xero_user_id = Varchar(length=36)
    token_set_sealed = Text(secret=True)
    """{"access_token", "refresh_token", "expires_at", "scope", "id_token"}, sealed."""
    previous_refresh_sealed = Text(secret=True)
    """The refresh token before this one; Xero takes it for 30 minutes more, should an answer be lost."""
    expires_at = Timestamptz(default=None, null=True)
    refreshed_at = Timestamptz(default=None, null=True)
    revoked_at = Timestamptz(default=None, null=True)


class Connection(Table, tablename="xero_connection"):
    """An organisation's tenant in Xero. `tenant_id` goes into headers, `connection_id` only into DELETE /connections."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True)
    grant = ForeignKey(Grant, null=True, index=True)
    provider = Varchar(length=10)
    tenant_id = Varchar(length=36)
    connection_id = Varchar(length=36)
    tenant_name = Varchar(length=200)
    short_code = Varchar(length=20)
    state = Varchar(length=14)
    """connected or disconnected."""
    reason = Text()
    """Why it is disconnected, in a sentence."""
    connected_at = Timestamptz(default=None, null=True)
    disconnected_at = Timestamptz(default=None, null=True)
    last_good_sync_at = Timestamptz(default=None, null=True)
    news_at = Timestamptz(default=None, null=True)
    """When Xero last said, by webhook, that something changed: read by a sync that began later."""
    daily_facts_at = Timestamptz(default=None, null=True)
    """When themes, users and reminder settings were last read: once a day is enough."""
    sends_own_reminders = Boolean(default=False)
    """Xero's own invoice reminders are on: customers would be chased twice."""
    locked_until_on = Varchar(length=10)
    """The later of period and year-end lock dates, ISO; empty when none."""
    bank_accounts = JSON(default="[]")
    """Xero's ids of the bank accounts: a payment into any other account is a write-off."""
    themes = JSON(default="{}")
    """Branding themes, {id: name}, the default one first."""
    user_role = Varchar(length=30)
    """What the Xero user who connected may do: STANDARD, READONLY …; empty where Xero does not say."""
    pages_of = Integer(default=1000)
    """The page size that this tenant accepts."""


class Authorisation(Table, tablename="xero_authorisation"):
    """One journey to the consent page, bound to the session that began it; usable once."""

    id: Serial
    state_hash = Varchar(length=64, unique=True)
    session_id = Integer()
    organisation_id = Integer(null=True, default=None)
    provider = Varchar(length=10)
    verifier_sealed = Text(secret=True)
    grant = ForeignKey(Grant, null=True)
    created_at = Timestamptz(default=None, null=True)
    used_at = Timestamptz(default=None, null=True)


class Cursor(Table, tablename="xero_cursor"):
    """Up to where a resource has been read: Xero's time, moved in the transaction that stores the rows."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    resource = Varchar(length=30)
    modified_since = Timestamptz(default=None, null=True)
    swept_at = Timestamptz(default=None, null=True)


class SyncRun(Table, tablename="sync_run"):
    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    trigger = Varchar(length=12)
    """first, daily, asked, portal, sending, webhook or sweep."""
    state = Varchar(length=10)
    """running, done or failed."""
    stage = Varchar(length=30)
    read = Integer(default=0)
    expected = Integer(default=0)
    changed = JSON(default="{}")
    """{"invoices": 12, "customers": 3, …}"""
    examples = JSON(default="[]")
    """Sentences with names and numbers: what changed."""
    calls = Integer(default=0)
    problem = Text()
    started_at = Timestamptz(default=None, null=True)
    finished_at = Timestamptz(default=None, null=True)


class Quarantined(Table, tablename="quarantined"):
    """A record from Xero that cannot be used, with the reason; the rest of its page was kept."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    resource = Varchar(length=30)
    xero_id = Varchar(length=36)
    label = Varchar(length=255)
    reason = Text()
    record = Text()
    seen_at = Timestamptz(default=None, null=True)
    resolved_at = Timestamptz(default=None, null=True)


class CallBudget(Table, tablename="xero_call_budget"):
    """Calls to Xero, shared by all processes; one row an organisation."""

    id: Serial
    organisation_id = Integer(unique=True)
    recent = JSON(default="[]")
    """When the calls of the last minute began, epoch seconds."""
    under_way = JSON(default="{}")
    """{call id: epoch seconds when its place is given up}: at most five."""
    day_remaining = Integer(null=True, default=None)
    minute_remaining = Integer(null=True, default=None)
    told_at = Timestamptz(default=None, null=True)
    """When Xero last announced what is left."""
    blocked_until_at = Timestamptz(default=None, null=True)
    blocked_by = Varchar(length=12)
    """minute, day, concurrent or appminute, as Xero said."""

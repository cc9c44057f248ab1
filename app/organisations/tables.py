"""The organisation, its settings and its members."""

from piccolo.columns import JSON, Boolean, Bytea, Date, ForeignKey, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.identity.tables import User
from app.money import Money


class Organisation(Table, tablename="organisation"):
    """One business, one Xero tenant, and how it wants its customers chased."""

    id: Serial
    name = Varchar(length=200)
    legal_name = Varchar(length=200)
    registration_number = Varchar(length=50)
    registered_office = Text()
    email = Varchar(length=254)
    phone = Varchar(length=60)
    country = Varchar(length=2, default="GB")
    subdivision = Varchar(length=10)
    """Whose regional holidays count; empty: England for GB, the nation's own elsewhere."""
    timezone = Varchar(length=60, default="Europe/London")
    currency = Varchar(length=3, default="GBP")
    locale = Varchar(length=20, default="en_GB")
    created_at = Timestamptz(default=None, null=True)

    set_up_at = Timestamptz(default=None, null=True)
    """When the settings page was answered; before that nothing is synced."""
    starts_with = Varchar(length=3)
    """`few`: later arrivals are not chasing; `all`: they are; empty: not answered yet."""
    review_mode = Boolean(default=True)
    restored = Boolean(default=False)
    """A restored copy: nothing is sent before an owner confirms."""
    paused = Boolean(default=False)
    paused_until_on = Date(default=None, null=True)
    pause_reason = Text()
    """Why an admin of the installation paused it, in their words; empty: its own managers did."""

    chase_weekdays = JSON(default="[0, 1, 2, 3, 4]")
    """Monday is 0."""
    chase_from_minute = SmallInt(default=600)
    """Minutes after midnight in the organisation's timezone: 10:00."""
    chase_until_minute = SmallInt(default=1080)
    minimum_gap_days = SmallInt(default=4)
    closed_days = JSON(default="[]")
    """ISO dates on which the business itself is closed."""
    closed_day_names = JSON(default="{}")
    """{"2026-12-24": "Christmas Eve"}, of those that have a name."""
    respects_expected_dates = Boolean(default=True)
    waits_for_sent_mark = Boolean(default=False)
    receipt_patience_days = SmallInt(null=True, default=None)
    """Working days without a receipt in Xero after which nothing is chased: payments may be waiting to be entered there.
    None: no such rule."""
    sync_minute = SmallInt(default=540)
    """When the daily sync runs, minutes after local midnight; before chase_from_minute."""
    sends_thank_yous = Boolean(default=True)
    default_schedule_id = Integer(null=True, default=None)

    accent = Varchar(length=7, default="#1d4ed8")
    logo = Varchar(length=64)
    """The SHA-256 of its Logo; empty: none."""
    bank_details = Text()
    payment_link = Text()
    """The business's own payment page, with {amount}, {currency} and {number}; empty: Xero's online invoice only."""
    longest_promise_days = SmallInt(default=14)
    offers_unsubscribe = Boolean(default=False)
    """Reminders carry List-Unsubscribe (RFC 8058). Off: they are personal letters about a debt."""
    sends_digest = Boolean(default=True)
    """The evening before, members are mailed what will go."""
    digest_on = Date(default=None, null=True)
    """The evening of the last digest."""
    dispute_answer_days = SmallInt(default=5)
    """Working days in which a dispute is to be answered."""
    approve_above = Money(default=None, null=True)
    """A reminder that carries more than this, in base currency, needs a person; null: no such rule."""
    requires_second_factor = Boolean(default=False)
    """Members without a second factor are led to set one up before anything else."""


class Member(Table, tablename="member"):
    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    user = ForeignKey(User, null=True, index=True)
    role = Varchar(length=12)
    """owner, manager, controller or viewer."""
    created_at = Timestamptz(default=None, null=True)


class Invitation(Table, tablename="invitation"):
    """Somebody asked by mail to become a member. The link shows a button that POSTs."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    email = Varchar(length=254)
    """Lower case; whoever joins has or makes an account of this very address."""
    role = Varchar(length=12)
    token_hash = Varchar(length=64, unique=True, secret=True)
    invited_by = Varchar(length=120)
    """A member's name."""
    sent_at = Timestamptz(default=None, null=True)
    expires_at = Timestamptz(default=None, null=True)
    ended_at = Timestamptz(default=None, null=True)
    """When it was accepted or taken back."""


class BankDetailsChange(Table, tablename="bank_details_change"):
    """A change of where customers pay to, asked for by one manager and waiting for another's consent."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    bank_details = Text()
    payment_link = Text()
    asked_by = Integer()
    """A member's id."""
    asked_by_name = Varchar(length=120)
    asked_at = Timestamptz(default=None, null=True)
    expires_at = Timestamptz(default=None, null=True)
    decided_at = Timestamptz(default=None, null=True)
    """When it was consented to, refused, taken back or replaced, or its time was found to be over."""
    outcome = Varchar(length=12)
    """consented, refused, withdrawn or lapsed; empty while it waits."""
    decided_by_name = Varchar(length=120)


class Logo(Table, tablename="logo"):
    """The business's logo, drawn anew from what was uploaded: a PNG."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True)
    hash = Varchar(length=64, index=True)
    content = Bytea()
    width = Integer()
    height = Integer()
    uploaded_at = Timestamptz(default=None, null=True)


class SavedView(Table, tablename="saved_view"):
    """A list as somebody wants to find it again: its search, filters, sort and columns under a name."""

    id: Serial
    organisation = ForeignKey(Organisation, null=True)
    member_id = Integer()
    """Whose it is."""
    list_name = Varchar(length=30)
    name = Varchar(length=60)
    query = Text()
    is_shared = Boolean(default=False)
    created_at = Timestamptz(default=None, null=True)


class ColumnChoice(Table, tablename="column_choice"):
    """How a member reads a list: in which columns, and the view that it opens with."""

    id: Serial
    member = ForeignKey(Member, null=True)
    list_name = Varchar(length=30)
    columns = JSON(default="[]")
    """Their keys; empty: those usually shown."""
    view_id = Integer(null=True, default=None)
    """Null: all there is. A view that is gone or no longer shared counts as none."""

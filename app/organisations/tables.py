"""The organisation, its settings and its members."""

from piccolo.columns import JSON, Boolean, Date, ForeignKey, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.identity.tables import User


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

    chase_weekdays = JSON(default="[0, 1, 2, 3, 4]")
    """Monday is 0."""
    chase_from_minute = SmallInt(default=600)
    """Minutes after midnight in the organisation's timezone: 10:00."""
    chase_until_minute = SmallInt(default=1080)
    minimum_gap_days = SmallInt(default=4)
    closed_days = JSON(default="[]")
    """ISO dates on which the business itself is closed."""
    respects_expected_dates = Boolean(default=True)
    waits_for_sent_mark = Boolean(default=False)
    sync_minute = SmallInt(default=540)
    """When the daily sync runs, minutes after local midnight; before chase_from_minute."""
    sends_thank_yous = Boolean(default=True)
    default_schedule_id = Integer(null=True, default=None)

    accent = Varchar(length=7, default="#1d4ed8")
    bank_details = Text()
    payment_link = Text()
    """The business's own payment page, with {amount}, {currency} and {number}; empty: Xero's online invoice only."""
    longest_promise_days = SmallInt(default=14)


class Member(Table, tablename="member"):
    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    user = ForeignKey(User, null=True, index=True)
    role = Varchar(length=12)
    """owner, manager, controller or viewer."""
    created_at = Timestamptz(default=None, null=True)

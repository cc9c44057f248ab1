"""What Home says: figures, what waits for a person, what goes out next, what is left to set up."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from app.reports.cash import Owed, weeks_of
from app.reports.months import day_and_month
from components.chart.ageing import AgeBand, AgeingBar, ageing_bar
from components.chart.columns import ColumnChart, Point, column_chart
from components.format import counted, money

BANDS = ("Not due", "1 to 30 days", "31 to 60 days", "61 to 90 days", "Older")
LATELY_DAYS = 30
"""Of what came in after reminders."""
SOON_WEEKS = 6
TOO_LONG = "waited two working days or more"


class Figures(Struct, frozen=True):
    """Sums in base currency."""

    outstanding: Decimal
    overdue: Decimal
    customers: int
    overdue_customers: int


class Going(Struct, frozen=True):
    """What is planned for one day; `is_planned` once reminders exist, else it is what the outlook expects."""

    on: date
    emails: int
    is_planned: bool


class Waiting(Struct, frozen=True):
    """Things that wait for a person."""

    approvals: int = 0
    replies: int = 0
    """Replies in the inbox, without those that are snoozed."""
    late_replies: int = 0
    """Those of them that have waited two working days."""
    disputes: int = 0
    late_disputes: int = 0
    """Those of them whose deadline has passed."""
    unknown: int = 0
    broken_promises: int = 0
    put_aside: int = 0
    """Records from Xero that cannot be used."""
    bounced: int = 0
    """Customers to whom nothing can be sent, because every address of theirs bounced."""


class Done(Struct, frozen=True):
    """What is set up already."""

    connected: bool
    synced: bool
    chosen: bool
    mailbox: bool
    signed: bool
    proved: bool
    registered: bool
    logo: bool
    read: bool
    approved: bool


class Line(Struct, frozen=True):
    """A line of a list on Home."""

    text: str
    url: str = ""
    done: bool = False
    stands_out: bool = False


class Ageing(Struct, frozen=True):
    """Outstanding in base currency by age, in the order of BANDS."""

    sums: tuple[Decimal, ...]

    def bar(self, currency: str, locale: str) -> AgeingBar:
        words = [money(each, currency, locale) for each in self.sums]
        sentence = "Outstanding by age: " + ", ".join(f"{label} {text}" for label, text in zip(BANDS, words, strict=True))
        return ageing_bar(
            sentence, [AgeBand(label, each, text) for label, each, text in zip(BANDS, self.sums, words, strict=True)]
        )


def coming_weeks(found: Sequence[Owed], today: date, currency: str, locale: str) -> ColumnChart:
    """What is likely to come in each of the next weeks, in thousands."""
    weeks = [(week.monday, week.value) for week in weeks_of(found, today, locale)[:SOON_WEEKS]]
    points = [
        Point(day_and_month(monday, locale), value, f"{value / 1000:.1f}" if value else "", place == 0)
        for place, (monday, value) in enumerate(weeks)
        if monday is not None
    ]
    return column_chart(f"Likely to come each week, in thousands of {currency}", points)


def waiting_lines(waiting: Waiting) -> tuple[Line, ...]:
    """Only what there is, the most urgent first."""
    every = (
        (waiting.unknown, "email may or may not have gone", "emails may or may not have gone", "/messages?state=unknown"),
        (waiting.late_replies, f"reply has {TOO_LONG}", f"replies have {TOO_LONG}", "/inbox"),
        (waiting.approvals, "email waits for approval", "emails wait for approval", "/approvals"),
        (
            waiting.bounced,
            "customer cannot be reached: the address bounced",
            "customers cannot be reached: their addresses bounced",
            "/customers?hold=bounced",
        ),
        (waiting.put_aside, "record from Xero cannot be used", "records from Xero cannot be used", "/syncs"),
        (waiting.replies - waiting.late_replies, "customer replied", "customers replied", "/inbox"),
        (waiting.late_disputes, "dispute is past its deadline", "disputes are past their deadline", "/disputes?due=overdue"),
        (waiting.disputes, "dispute is open", "disputes are open", "/disputes"),
        (waiting.broken_promises, "promise was broken this week", "promises were broken this week", "/promises?state=broken"),
    )
    return tuple(
        Line(counted(number, one, many), url, stands_out=TOO_LONG in one) for number, one, many, url in every if number
    )


def why_nothing_goes(done: Done) -> Line:
    """The first of the things without which nothing can be planned, and where it is put right."""
    if not done.synced:
        return Line("Nothing is planned: the books have not been read yet.", "/connect")
    if not done.mailbox:
        return Line("Nothing is planned: there is no mailbox to send from yet.", "/senders/new")
    if not done.chosen:
        return Line("Nothing is planned: nobody is being chased yet.", "/set-up/customers")
    return Line("Nothing is due in the days to come.")


def checklist(done: Done) -> tuple[Line, ...]:
    """The quick start; empty once everything is done."""
    steps = (
        Line("Connect with Xero", "/connect", done.connected),
        Line("Read the books", "/syncs", done.synced),
        Line("Choose whom to chase", "/set-up/customers" if done.synced else "", done.chosen),
        Line("Add the mailbox that sends", "/senders", done.mailbox),
        Line("Write its signature", "/senders", done.signed),
        Line("Send yourself a test", "/senders", done.proved),
        Line("Check registered name, number and office", "/settings", done.registered),
        Line("Show your logo", "/settings/portal", done.logo),
        Line("Read the templates", "/templates", done.read),
        Line("Approve the first email", "/approvals", done.approved),
    )
    return () if all(step.done for step in steps) else steps


def reachable(lines: Iterable[Line], paths: frozenset[str]) -> tuple[Line, ...]:
    """The same lines; links to pages that do not exist become text."""
    return tuple(line if line.url.partition("?")[0] in paths else replace(line, url="") for line in lines)

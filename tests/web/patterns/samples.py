"""A believable list of customers for the patterns page, and the frame around it."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from components.chart.ageing import AgeBand, AgeingBar, ageing_bar
from components.chart.columns import ColumnChart, Point, column_chart
from components.format import money
from components.grid.cells import Age, Badge, Day, Money, Number, Text, Tone
from components.grid.declaration import BulkAction, Column, EmptyState, Grid
from components.grid.filters import AmountFilter, ChoiceFilter, Condition, ConditionFilter, DayFilter
from components.grid.sql import Where
from components.menu.items import MenuItem
from components.problem import ProblemView
from components.progress.view import ProgressView
from components.shell import Choice, Notice, RailEntry, ShellView, SyncView

TODAY = date(2026, 11, 30)

STATUSES: dict[str, tuple[str, Tone]] = {
    "chasing": ("Chasing", "live"),
    "not_chasing": ("Not chasing", "off"),
    "approval": ("Approval", "waiting"),
    "bounced": ("Bounced", "broken"),
}

FIRST = ("Borealis", "Harbour", "Meridian", "Ashdown", "Larkfield", "Pennine", "Quayside", "Rowan", "Solent", "Wren")
SECOND = ("Studio", "Foods", "Engineering", "& Daughters", "Logistics", "Dental Care", "Print Works", "Brewing", "Law")
STEPS = ("Coming up", "Just overdue", "When can we expect it?", "Firm", "Final")

CUSTOMERS = Grid(
    name="customers",
    one="customer",
    many="customers",
    source="sample_customer c",
    key="c.id",
    columns=(
        Column(key="name", label="Customer", sql="c.name", kind=Text(detail="account"), on_phone="title"),
        Column(
            key="overdue",
            label="Overdue",
            sql="c.overdue",
            kind=Money("GBP", quiet_zero=True),
            falls=True,
            on_phone="figure",
        ),
        Column(key="outstanding", label="Outstanding", sql="c.outstanding", kind=Money("GBP"), falls=True),
        Column(key="oldest", label="Oldest", sql="c.days", kind=Age(), falls=True),
        Column(key="status", label="Status", sql="c.status", kind=Badge(STATUSES)),
        Column(key="schedule", label="Schedule", sql="c.schedule", on_phone="left out"),
        Column(key="next", label="Next reminder", sql="c.next_on", kind=Day(detail="step")),
        Column(key="late", label="Pays late by", sql="c.late", kind=Number(unit="days"), on_phone="left out"),
        Column(key="contacted", label="Last contacted", sql="c.contacted", kind=Day(), on_phone="left out"),
        Column(key="assigned", label="Assigned to", sql="c.assigned", shown=False),
    ),
    also={"account": "c.account", "step": "c.step", "xero": "c.xero"},
    search=("LOWER(c.name)", "LOWER(c.account)"),
    search_hint="Search name or number",
    filters=(
        ChoiceFilter("status", "Status", "c.status", {key: words[0].lower() for key, words in STATUSES.items()}),
        ConditionFilter(
            "overdue",
            "Overdue",
            {
                "any": Condition("overdue", Where("c.days > 0")),
                "30": Condition("overdue more than 30 days", Where("c.days > {}", (30,))),
                "60": Condition("overdue more than 60 days", Where("c.days > {}", (60,))),
            },
        ),
        AmountFilter("amount", "Outstanding", "c.outstanding"),
        DayFilter("next", "Next reminder", "c.next_on"),
    ),
    default_sort="-overdue",
    row_url="/patterns/list/{id}",
    row_menu=(
        MenuItem("Open", "/patterns/list/{id}"),
        MenuItem("Chase now", "/patterns/list/{id}/chase"),
        MenuItem("Pause", "/patterns/list/{id}/pause", method="post"),
        MenuItem("Edit in Xero", "{xero}", outside=True, when="xero"),
    ),
    bulk=(
        BulkAction("Chase now", "/patterns/chase"),
        BulkAction("Set schedule", "/patterns/schedule"),
        BulkAction("Stop chasing", "/patterns/stop", "Stop chasing these customers? They get no more reminders."),
    ),
    summed="overdue",
    empty=EmptyState("No customers yet", "They arrive with the first sync from Xero.", "Connect with Xero", "/connect"),
)

SAMPLE_TABLE = """CREATE TABLE sample_customer (id INTEGER PRIMARY KEY, name TEXT, account TEXT, overdue BIGINT,
    outstanding BIGINT, days INTEGER, status TEXT, schedule TEXT, next_on DATE, step TEXT, late INTEGER,
    contacted DATE, assigned TEXT, xero TEXT)"""


def customers(number: int) -> Iterator[tuple[object, ...]]:
    """Rows of sample_customer, the same ones every time; amounts in ten-thousandths."""
    dice = Random(7)
    for place in range(number):
        name = f"{FIRST[place % len(FIRST)]} {SECOND[place * 7 // 2 % len(SECOND)]}"
        overdue = dice.choice((0, 1, 1, 1)) * dice.randrange(4_000, 1_900_000) * 100
        days = dice.choice((1, 3, 8, 14, 21, 33, 47, 92)) if overdue else -dice.randrange(0, 28)
        status = dice.choice(("chasing", "chasing", "chasing", "not_chasing", "approval", "bounced"))
        next_on = (TODAY + timedelta(dice.randrange(0, 21))).isoformat() if status == "chasing" else None
        contacted = (TODAY - timedelta(dice.randrange(1, 400))).isoformat()
        step = dice.choice(STEPS) if next_on else ""
        account = f"{name[:3].upper()}-{place:03}"
        more = (dice.randrange(0, 40), contacted, dice.choice(("Maya", "Tom")), f"https://go.xero.com/contact/{place}")
        outstanding = overdue + dice.randrange(0, 900_000) * 100
        yield place, name, account, overdue, outstanding, days, status, "Best practice", next_on, step, *more


PLACES = ("Home", "Receivables", "Upcoming", "Approvals", "Inbox")
MORE_PLACES = ("Templates", "Schedules", "Statements", "Reports", "Settings")


def shell(current: str) -> ShellView:
    waiting = {"Approvals": 12, "Inbox": 3}
    rail = tuple(
        RailEntry(place, f"/patterns#{place}", place.lower(), waiting.get(place, 0), place == current)
        for place in PLACES + MORE_PLACES
    )
    return ShellView(
        organisation="Borealis Studio Ltd",
        organisations=(Choice("Borealis Studio Ltd", "/switch/1", True), Choice("Harbour Foods", "/switch/2")),
        rail=rail,
        user_name="Maya Okafor",
        user_email="maya@borealis.example",
        user_menu=(MenuItem("Your account", "/account"),),
        sign_out_url="/sign-out",
        sync=SyncView("synced 4 min ago", "Monday 30 November 2026, 10:38", "/sync"),
        search_url="/search",
        help_url="/help",
        demo_note="This is the demo organisation: its books are invented and its mail goes nowhere.",
    )


def full_shell() -> ShellView:
    """The frame with everything in it that can go wrong."""
    return ShellView(
        organisation="Borealis Studio Ltd",
        rail=shell("").rail,
        user_name="Maya Okafor",
        user_email="maya@borealis.example",
        sign_out_url="/sign-out",
        sync=SyncView("reading invoices: 120 of 400", running=True, progress_url="/sync"),
        disconnected=True,
        reconnect_url="/connect",
        notices=(
            Notice("12 reminders approved. The first goes out at 10:00.", link_label="Upcoming", link_url="#"),
            Notice("Review mode is on: nothing leaves unless you approve it.", "waiting", "Approvals", "#"),
            Notice("Xero refuses our access since 09:12, so chasing has paused.", "broken", "Reconnect to Xero", "#"),
        ),
    )


def ageing() -> AgeingBar:
    bands = (("Not due", "2310"), ("1 to 30 days", "1100"), ("31 to 60", "500"), ("61 to 90", "300"), ("Older", "0"))
    sentence = "£4,210.00 owed: £2,310.00 not due, £1,100.00 up to 30 days overdue, the rest older"
    return ageing_bar(sentence, [AgeBand(name, Decimal(sum), money(Decimal(sum), "GBP"), "#") for name, sum in bands])


def weeks() -> ColumnChart:
    sums = (4, 9, 6, 12, 7, 3, 8, 5)
    points = [Point(f"{7 + place} Dec", Decimal(sum), f"£{sum}k", place == 3) for place, sum in enumerate(sums)]
    return column_chart("Expected cash by week, the current one marked", points)


PROGRESS = ProgressView("sync", "Reading invoices from Xero: 120 of 400", 120, 400, "/progress")
PROBLEM = ProblemView(
    502,
    "Xero is not answering",
    "Xero answered none of our last three questions, most recently at 10:42.",
    "Nothing was sent, and nothing will be until the books are fresh again.",
    "We ask again every minute. If it lasts, look at Xero’s status page.",
    "Back to Receivables",
    "/patterns/list",
    "7f3a91",
)

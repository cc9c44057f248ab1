"""The grid of customers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.chasing.holds import Hold
from app.customers.summing_up import say_habit
from app.customers.words import say_stop
from components.format import as_day, day
from components.grid.cells import Age, Badge, Cell, CellKind, Day, Money, Number, Plain, Reading, Row, Text, Tone
from components.grid.declaration import BulkAction, Column, EmptyState, Grid
from components.grid.filters import AmountFilter, ChoiceFilter, Condition, ConditionFilter, DayFilter
from components.grid.sql import Where
from components.menu.items import MenuItem

STATUSES: dict[str, tuple[str, Tone]] = {
    "chasing": ("Chasing", "live"),
    "replied": ("Replied", "waiting"),
    "paused": ("Paused", "off"),
    "not_chasing": ("Not chasing", "off"),
    "stopped": ("Stopped", "off"),
}


class Chased(CellKind):
    """The status: of a stop its reason, of a pause its end; the rest, and the note of whoever decided, on hover."""

    css = "b"

    def cell(self, value: object, row: Row, reading: Reading) -> Cell:
        text, tone = STATUSES[str(value)]
        if value == "stopped":
            said = f"Stopped: {say_stop(row['stop']).lower()}{_until(row['stop_ends'], reading)}"
            return Cell(say_stop(row["stop"]), title=". ".join(filter(None, (said, row["stop_note"]))), badge=tone)
        if value == "paused":
            return Cell(text, title=row["pause_note"] or "", badge=tone, detail=_until(row["pause_ends"], reading).strip())
        return Cell(text, badge=tone)


def _until(end: date | str | None, reading: Reading) -> str:
    on = as_day(end)
    return f" until {day(on, reading.today, reading.locale)}" if on else ""


class Habit(CellKind):
    """How late or early a customer pays, in days: "12 days late", "3 days early"."""

    css = "n"
    unit = "days late"

    def cell(self, value: object, row: Row, reading: Reading) -> Cell:
        return Cell() if value is None else Cell(say_habit(int(str(value))).removeprefix("pays ").removesuffix(" on average"))

    def plain(self, value: object, row: Row, reading: Reading) -> Plain:
        return None if value is None else int(str(value))


def late_since(days: int, column: str) -> Condition:
    """Overdue by more than so many days; `column` holds the due date."""
    words = f"overdue more than {days} days" if days else "overdue"
    return Condition(words, lambda today: Where(f"{column} < {{}}", (today - timedelta(days=days),)))


def customers_grid(
    today: date,
    currencies: Sequence[str],
    xero_url: str,
    schedules: Mapping[int, str] | None = None,
    default_id: int | None = None,
) -> Grid:
    """`currencies`: those invoiced in, the base currency first. `xero_url`: where a contact is edited in Xero, with
    {xero_id} in it; empty: nowhere. `schedules` by id, in their order; `default_id` is that of those without their own."""
    status = _status(today)
    choices = {key: words[0].lower() for key, words in STATUSES.items()}
    followed = f"COALESCE(c.schedule_id, {int(default_id or 0)})"
    filters = (
        ChoiceFilter("status", "Status", status, choices),
        *by_schedule(schedules or {}, followed),
        *CUSTOMERS.filters,
        *_by_currency(currencies),
    )
    money = [replace(c, kind=replace(c.kind, currency=currencies[0])) if isinstance(c.kind, Money) else c
             for c in CUSTOMERS.columns]  # fmt: skip
    columns = [*(replace(c, sql=status) if c.key == "status" else c for c in money), *_followed(schedules or {}, followed)]
    menu = [item for item in CUSTOMERS.row_menu if item.url]
    edit = [MenuItem("Edit in Xero", xero_url, outside=True, when="xero_id")] if xero_url else []
    return replace(CUSTOMERS, columns=tuple(columns), filters=filters, row_menu=(*menu, *edit))


def by_schedule(schedules: Mapping[int, str], followed: str) -> tuple[ChoiceFilter, ...]:
    """Where there are several to choose from; `followed`: SQL of the schedule's id."""
    if len(schedules) < 2:
        return ()
    choices = {str(number): name for number, name in schedules.items()}
    return (ChoiceFilter("schedule", "Schedule", followed, choices, "on {}", whole_numbers=True),)


def _followed(schedules: Mapping[int, str], followed: str) -> tuple[Column, ...]:
    """The schedule's name, sorted in the order of `schedules`."""
    if not schedules:
        return ()
    order = " ".join(f"WHEN {int(number)} THEN {place}" for place, number in enumerate(schedules))
    kind = Badge({number: (name, "plain") for number, name in schedules.items()})
    sort = f"CASE {followed} {order} END"
    return (Column(key="schedule", label="Schedule", sql=followed, sort=sort, kind=kind, on_phone="left out", shown=False),)


def _by_currency(currencies: Sequence[str]) -> tuple[ConditionFilter, ...]:
    if len(currencies) < 2:
        return ()
    conditions = {code: Condition(f"owing in {code}", _exists(f"{_OWING} AND x.currency = {{}}", code)) for code in currencies}
    return (ConditionFilter("currency", "Currency", conditions),)


def _exists(what: str, *args: str) -> Where:
    return Where(f"EXISTS (SELECT 1 FROM {what})", args)  # noqa: S608  values are parameters


_OWING = "invoice x WHERE x.customer = s.customer AND x.is_open = TRUE"
_PROMISED = _exists("promise p WHERE p.customer = s.customer AND p.state = 'active'")
_DISPUTED = _exists("dispute d WHERE d.customer = s.customer AND d.resolved_at IS NULL")


def _held(hold: Hold) -> Where:
    return _exists("outlook o WHERE o.customer_id = s.customer AND o.hold = {}", hold.value)


def _status(today: date) -> str:
    """SQL of the status on this day; the day is ours, so that it may stand in the text."""
    return (
        f"CASE WHEN c.stop <> '' AND (c.stop_until_on IS NULL OR c.stop_until_on > '{today.isoformat()}') THEN 'stopped'"
        " WHEN NOT c.chasing THEN 'not_chasing'"
        f" WHEN c.paused_until_on > '{today.isoformat()}' THEN 'paused'"
        " WHEN c.replied_at IS NOT NULL THEN 'replied' ELSE 'chasing' END"
    )


CUSTOMERS = Grid(
    name="customers",
    one="customer",
    many="customers",
    source="customer_summary s JOIN customer c ON c.id = s.customer",
    key="s.customer",
    columns=(
        Column(key="name", label="Customer", sql="c.name", sort="LOWER(c.name)", kind=Text(detail="account"), on_phone="title"),
        Column(
            key="overdue", label="Overdue", sql="s.overdue_base", kind=Money(quiet_zero=True), falls=True, on_phone="figure"
        ),
        Column(key="outstanding", label="Outstanding", sql="s.outstanding_base", kind=Money(quiet_zero=True), falls=True),
        Column(key="oldest", label="Oldest due", sql="s.oldest_due_on", kind=Age()),
        Column(key="status", label="Status", sql="c.stop", kind=Chased()),
        Column(key="next", label="Next reminder", sql="s.next_reminder_on", kind=Day(detail="step")),
        Column(key="contacted", label="Contacted", sql="s.last_contacted_at", kind=Day(), falls=True, on_phone="left out"),
        Column(key="late", label="Pays", sql="s.days_late", kind=Habit(), falls=True, on_phone="left out"),
        Column(key="open", label="Open invoices", sql="s.open_count", kind=Number(), falls=True, shown=False),
    ),
    also={
        "account": "c.account_number",
        "step": "s.next_step",
        "xero_id": "c.xero_id",
        "stop": "c.stop",
        "stop_ends": "c.stop_until_on",
        "stop_note": "c.stop_note",
        "pause_ends": "c.paused_until_on",
        "pause_note": "c.pause_note",
        "on": "c.chasing",
        "off": "NOT c.chasing",
    },
    search=("LOWER(c.name)", "LOWER(c.account_number)", "LOWER(c.email)"),
    search_hint="Search name, account or email",
    filters=(
        ConditionFilter("overdue", "Overdue", {str(days): late_since(days, "s.oldest_due_on") for days in (0, 30, 60, 90)}),
        ConditionFilter(
            "said", "Said", {"promise": Condition("with a promise", _PROMISED), "query": Condition("with a query", _DISPUTED)}
        ),
        ConditionFilter("hold", "Held", {each.value: Condition(f"held: {each.label.lower()}", _held(each)) for each in Hold}),
        AmountFilter("owes", "Outstanding", "s.outstanding_base"),
        DayFilter("due", "Oldest due", "s.oldest_due_on"),
        DayFilter("next", "Next reminder", "s.next_reminder_on"),
    ),
    default_sort="-overdue",
    row_url="/customers/{id}",
    row_menu=(
        MenuItem("Open", "/customers/{id}"),
        MenuItem("Chase now", "/customers/{id}/chase-now", acts=True),
        MenuItem("They’ll pay on …", "/promises/new?customer={id}", acts=True),
        MenuItem("Ring them", "/customers/{id}/calls/new", acts=True),
        MenuItem("Start chasing", "/customers/{id}/chasing", method="post", when="off"),
        MenuItem("Stop chasing", "/customers/{id}/chasing/end", method="post", when="on"),
        MenuItem("Set schedule", "/customers/{id}/schedule", acts=True),
        MenuItem("See the portal", "/customers/{id}/portal"),
    ),
    bulk=(
        BulkAction("Chase now", "/customers/chase-now"),
        BulkAction("Start chasing", "/customers/chasing"),
        BulkAction("Stop chasing", "/customers/chasing/end", "Stop chasing these customers? They get no more reminders."),
        BulkAction("Set schedule", "/customers/schedule"),
        BulkAction("Excel", "/customers.xlsx", title="Export to Excel"),
        BulkAction("CSV", "/customers.csv", title="Export as CSV"),
    ),
    summed="overdue",
    exports=True,
    keeps=True,
    empty=EmptyState("No customers yet", "They arrive with the first sync from Xero, as soon as one has an invoice."),
)

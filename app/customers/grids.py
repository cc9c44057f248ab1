"""The grid of customers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Protocol

from app.customers.filter_grids import being, by_assignee, by_currency, by_hold, by_lateness, by_schedule, finding, named
from app.customers.standing_grids import Chased, Habit, by_status, status_on
from components.grid.cells import Age, Badge, Day, Money, Number, Text
from components.grid.declaration import BulkAction, Column, EmptyState, Grid
from components.grid.filters import AmountFilter, Condition, ConditionFilter, DayFilter, Filter
from components.grid.words import WordSearch
from components.menu.items import MenuItem


class Listed(Protocol):
    """What is known of an organisation when one of its lists is made: see chasing.list_queries.ListFacts."""

    @property
    def currencies(self) -> Sequence[str]: ...
    @property
    def schedules(self) -> Sequence[tuple[int, str]]: ...
    @property
    def default_id(self) -> int | None: ...
    @property
    def members(self) -> Sequence[tuple[int, str]]: ...
    @property
    def columns(self) -> Sequence[str]: ...
    @property
    def opens_with(self) -> str | None: ...


def as_asked(grid: Grid, facts: Listed, *, for_reader: bool) -> Grid:
    """The grid in a member's own columns, and for those who only read with nothing on it that changes anything."""
    theirs = grid.showing(facts.columns).opening_with(facts.opens_with)
    return theirs.for_readers() if for_reader else theirs


@lru_cache(maxsize=256)
def customers_grid(here: int, today: date, facts: Listed, xero_url: str = "", *, for_reader: bool = False) -> Grid:
    """Of the organisation `here`. `xero_url`: where a contact is edited in Xero, with {xero_id} in it; empty: nowhere."""
    schedules, members = dict(facts.schedules), dict(facts.members)
    status, base = status_on(today), facts.currencies[0]
    followed = f"COALESCE(c.schedule_id, {int(facts.default_id or 0)})"
    filters: tuple[Filter, ...] = (
        by_status(here, status),
        *by_schedule(schedules, followed),
        *CUSTOMERS.filters,
        *_of(here, members, facts.currencies),
    )
    money = [replace(c, kind=replace(c.kind, currency=base)) if isinstance(c.kind, Money) else c for c in CUSTOMERS.columns]
    columns = [replace(c, sql=status) if c.key == "status" else c for c in money]
    given = (*_followed(schedules, followed), *_assigned(members))
    edit = (MenuItem("Edit in Xero", xero_url, outside=True, when="xero_id"),) if xero_url else ()
    grid = replace(CUSTOMERS, columns=(*columns, *given), filters=filters, row_menu=(*CUSTOMERS.row_menu, *edit),
                   search=WordSearch("customer_words", "s.customer", here))  # fmt: skip
    return as_asked(grid, facts, for_reader=for_reader)


def _of(here: int, members: Mapping[int, str], currencies: Sequence[str]) -> tuple[Filter, ...]:
    """The filters whose rows are found in other tables, of this organisation."""
    said = {
        "promise": Condition(
            "with a promise", finding("s.customer", f"customer FROM promise WHERE {_ACTIVE}", here), _PROMISED
        ),
        "query": Condition("with a query", finding("s.customer", f"customer FROM dispute WHERE {_OPEN}", here), _DISPUTED),
    }
    owing = {code: being(f"{_OWING} AND x.currency = {{}}", code) for code in currencies}
    return (
        ConditionFilter("said", "Said", said),
        by_hold(
            "s.customer", "customer_id", here, being("outlook o WHERE o.customer_id = s.customer AND o.hold IN ([values])")
        ),
        *by_assignee(members, "s.customer", here),
        *by_currency(currencies, "owing in", "s.customer", "customer", owing, here),
    )


_ACTIVE = "organisation = {} AND state = 'active'"
_OPEN = "organisation = {} AND resolved_at IS NULL"
_OWING = "invoice x WHERE x.customer = s.customer AND x.is_open = TRUE"
_PROMISED = being("promise p WHERE p.customer = s.customer AND p.state = 'active'")
_DISPUTED = being("dispute d WHERE d.customer = s.customer AND d.resolved_at IS NULL")


def _followed(schedules: Mapping[int, str], followed: str) -> tuple[Column, ...]:
    """The schedule's name, sorted in the order of `schedules`."""
    if not schedules:
        return ()
    kind = Badge({number: (name, "plain") for number, name in schedules.items()})
    return (
        Column(key="schedule", label="Schedule", sql=followed, sort=named(schedules, followed), kind=kind,
               owner="c.organisation", on_phone="left out", shown=False),
    )  # fmt: skip


def _assigned(members: Mapping[int, str]) -> tuple[Column, ...]:
    """The name of whoever looks after the customer; shown where there are several who could."""
    kind = Badge({number: (name, "plain") for number, name in members.items()})
    return (
        Column(key="assigned", label="Assigned to", sql="c.assigned_to", sort=named(members, "c.assigned_to"), kind=kind,
               owner="c.organisation", on_phone="left out", shown=len(members) > 1),
    )  # fmt: skip


CUSTOMERS = Grid(
    name="customers",
    one="customer",
    many="customers",
    source="customer_summary s LEFT JOIN customer c ON c.id = s.customer",
    key="s.customer",
    owner="s.organisation_id",
    columns=(
        Column(
            key="name",
            label="Customer",
            sql="c.name",
            sort="LOWER(c.name)",
            kind=Text(detail="account"),
            owner="c.organisation",
            on_phone="title",
        ),
        Column(
            key="overdue", label="Overdue", sql="s.overdue_base", kind=Money(quiet_zero=True), falls=True, on_phone="figure"
        ),
        Column(key="outstanding", label="Outstanding", sql="s.outstanding_base", kind=Money(quiet_zero=True), falls=True),
        Column(key="oldest", label="Oldest due", sql="s.oldest_due_on", gaps=True, kind=Age()),
        Column(key="status", label="Status", sql="c.stop", kind=Chased(), owner="c.organisation"),
        Column(
            key="next", label="Next reminder", sql="s.next_reminder_on", gaps=True, kind=Day(detail="step", css="d two-lines")
        ),
        Column(
            key="contacted",
            label="Contacted",
            sql="s.last_contacted_at",
            gaps=True,
            kind=Day(),
            falls=True,
            on_phone="left out",
        ),
        Column(key="late", label="Pays", sql="s.days_late", gaps=True, kind=Habit(), falls=True, on_phone="left out"),
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
    search_hint="Name, account or email",
    filters=(
        by_lateness("s.oldest_due_on"),
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
        BulkAction("Start chasing", "/customers/chasing", menu="Chasing"),
        BulkAction(
            "Stop chasing",
            "/customers/chasing/end",
            menu="Chasing",
            title="They get no more reminders until chasing is started again",
        ),
        BulkAction("Set schedule", "/customers/schedule"),
        BulkAction("Assign", "/customers/assignee", title="Choose who looks after them"),
        BulkAction("Excel", "/customers.xlsx", menu="Export"),
        BulkAction("CSV", "/customers.csv", menu="Export"),
    ),
    sums=True,
    summed="overdue",
    exports=True,
    keeps=True,
    empty=EmptyState("No customers yet", "They arrive with the first sync from Xero, as soon as one has an invoice."),
)

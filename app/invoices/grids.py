"""The grid of invoices."""

from dataclasses import replace
from datetime import date
from functools import lru_cache

from app.customers.filter_grids import being, by_assignee, by_currency, by_hold, by_lateness, by_schedule, finding
from app.customers.grids import Listed, as_asked
from app.customers.receivables import week_of
from app.invoices.search import InvoiceSearch
from app.invoices.standing_grids import STATES, DueAge, Why
from components.grid.cells import Badge, Day, Money, Text
from components.grid.declaration import BulkAction, Column, EmptyState, Grid
from components.grid.filters import AmountFilter, Condition, ConditionFilter, DayFilter
from components.grid.sql import Where
from components.menu.items import MenuItem

_PAID = "(i.status = 'PAID' OR (i.status = 'AUTHORISED' AND i.outstanding = 0))"
_STATES = {
    "open": "i.is_open = TRUE",
    "paid": f"i.is_open = FALSE AND {_PAID}",
    "void": "i.is_open = FALSE AND i.status IN ('VOIDED', 'DELETED')",
    "other": f"i.is_open = FALSE AND NOT {_PAID} AND i.status NOT IN ('VOIDED', 'DELETED')",
}
_STATE = (
    "CASE WHEN i.is_open THEN 'open' WHEN i.status = 'PAID' OR (i.status = 'AUTHORISED' AND i.outstanding = 0) THEN 'paid'"
    " WHEN i.status IN ('VOIDED', 'DELETED') THEN 'void' ELSE 'other' END"
)


INVOICES = Grid(
    name="invoices",
    one="invoice",
    many="invoices",
    source="invoice i LEFT JOIN customer c ON c.id = i.customer LEFT JOIN outlook o ON o.invoice = i.id"
    " LEFT JOIN expected_date e ON e.invoice = i.id",
    key="i.id",
    owner="i.organisation",
    rest="i.due_on",
    columns=(
        Column(key="number", label="Number", sql="i.number", sort="LOWER(i.number)", on_phone="title"),
        Column(key="reference", label="Reference", sql="i.reference", sort="LOWER(i.reference)", on_phone="left out"),
        Column(
            key="customer",
            label="Customer",
            sql="c.name",
            sort="LOWER(c.name)",
            owner="c.organisation",
            kind=Text(url="/customers/{customer_id}"),
        ),
        Column(key="issued", label="Issued", sql="i.issued_on", gaps=True, kind=Day(), on_phone="left out", shown=False),
        Column(key="due", label="Due", sql="i.due_on", gaps=True, kind=DueAge()),
        Column(key="day", label="Due date", sql="i.due_on", gaps=True, kind=Day(), on_phone="left out", shown=False),
        Column(
            key="total",
            label="Total",
            sql="i.total",
            kind=Money(currency_of="currency"),
            falls=True,
            on_phone="left out",
            shown=False,
        ),
        Column(
            key="outstanding",
            label="Outstanding",
            sql="i.outstanding",
            sort="i.outstanding_base",
            kind=Money(currency_of="currency", quiet_zero=True),
            falls=True,
            on_phone="figure",
        ),
        Column(key="expected", label="Expected", sql="e.expected_on", gaps=True, owner="e.organisation", kind=Day()),
        Column(
            key="why",
            label="Next step, or why not",
            sql="o.sentence",
            sort="o.next_on",
            gaps=True,
            owner="o.organisation_id",
            kind=Why(),
        ),
        Column(key="state", label="State", sql=_STATE, kind=Badge(STATES), shown=False),
        Column(
            key="step",
            label="Next step on",
            sql="o.next_on",
            gaps=True,
            owner="o.organisation_id",
            kind=Day(detail="next_step"),
            shown=False,
        ),
        Column(
            key="pdf",
            label="PDF",
            sql="'PDF'",
            sort="",
            kind=Text(url="/invoices/{id}.pdf"),
            on_phone="left out",
            shown=False,
        ),
    ),
    also={
        "currency": "i.currency",
        "customer_id": "c.id",
        "xero_id": "i.xero_id",
        "is_open": "i.is_open",
        "ended": _STATE,
        "hold": "o.hold",
        "next_step": "o.next_step",
        "next_on": "o.next_on",
    },
    search_hint="Number, customer or amount",
    filters=(
        ConditionFilter("state", "State", {key: Condition(STATES[key][0].lower(), Where(sql)) for key, sql in _STATES.items()}),
        by_lateness("i.due_on"),
        AmountFilter("amount", "Outstanding", "i.outstanding_base"),
        DayFilter("due", "Due", "i.due_on"),
    ),
    default_sort="due",
    row_url="/invoices/{id}",
    row_menu=(
        MenuItem("Open", "/invoices/{id}"),
        MenuItem("Customer", "/customers/{customer_id}"),
        MenuItem("PDF", "/invoices/{id}.pdf"),
        MenuItem("Chase now", "/customers/{customer_id}/chase-now?invoice={id}", acts=True),
        MenuItem("They’ll pay on …", "/promises/new?invoice={id}", acts=True, when="is_open"),
        MenuItem("Ring them", "/customers/{customer_id}/calls/new", acts=True),
    ),
    bulk=(
        BulkAction("Chase now", "/invoices/chase-now"),
        BulkAction("Expected date", "/invoices/expected-date", title="When they are expected to be paid"),
        BulkAction("Exclude", "/invoices/exclusion", title="Leave them out of chasing"),
        BulkAction("Chase again", "/invoices/exclusion/end", title="Those left out are chased again"),
        BulkAction("Excel", "/invoices.xlsx", menu="Export"),
        BulkAction("CSV", "/invoices.csv", menu="Export"),
    ),
    summed="outstanding",
    sums=True,
    exports=True,
    keeps=True,
    empty=EmptyState("No open invoices", "Whatever is approved in Xero and not yet paid stands here after the next sync."),
)


_FOREIGN = "i.currency = {} AND i.rate <> '1'"
"""As the indexes of foreign invoices have it."""


@lru_cache(maxsize=256)
def invoices_grid(here: int, facts: Listed, xero_url: str = "", *, for_reader: bool = False) -> Grid:
    """Of the organisation `here`. `xero_url`: where an invoice is viewed in Xero, with {xero_id} in it; empty: nowhere."""
    scheduled = by_schedule(dict(facts.schedules), f"COALESCE(i.schedule_id, c.schedule_id, {int(facts.default_id or 0)})")
    base, *others = facts.currencies
    billed = {base: Where("i.currency = {}", (base,)), **{code: Where(_FOREIGN, (code,)) for code in others}}
    filters = (
        *INVOICES.filters[:2],
        *_said(here),
        by_hold("i.id", "invoice", here, Where("o.hold IN ([values])")),
        *by_assignee(dict(facts.members), "i.customer", here),
        *INVOICES.filters[2:],
        *scheduled,
        *by_currency(facts.currencies, "in", "i.id", "", billed, here),
    )
    view = (MenuItem("View in Xero", xero_url, outside=True, when="xero_id"),) if xero_url else ()
    grid = replace(INVOICES, filters=filters, row_menu=(*INVOICES.row_menu, *view), search=InvoiceSearch(here))
    return as_asked(grid, facts, for_reader=for_reader)


@lru_cache(maxsize=256)
def open_only(grid: Grid) -> Grid:
    """The list of open invoices, where a sort by state is one by due date."""
    columns = tuple(replace(c, sort="i.due_on", gaps=True) if c.key == "state" else c for c in grid.columns)
    return replace(grid, columns=columns)


@lru_cache(maxsize=256)
def open_first(grid: Grid) -> Grid:
    """The list of what a search found, paid ones among them: where that is much, those that are open come first."""
    return replace(open_only(grid), halves=("i.is_open = TRUE", "i.is_open = FALSE"))


def _said(here: int) -> tuple[ConditionFilter, ...]:
    """What customers said of it."""
    promised = {
        "week": Condition(
            "promised for this week", lambda on: _promised(here, week_of(on)), lambda on: _is_promised(week_of(on))
        ),
        "any": Condition("promised", _promised(here, EVER), _is_promised(EVER)),
    }
    disputed = finding("i.id", "invoice FROM dispute WHERE organisation = {} AND resolved_at IS NULL", here)
    return (
        ConditionFilter("promised", "Promised", promised),
        ConditionFilter("disputed", "Query", {"open": Condition("with a query", disputed, _DISPUTED)}),
    )


EVER = (date.min, date.max)
_DISPUTED = being("dispute d WHERE d.invoice = i.id AND d.resolved_at IS NULL")
_BETWEEN = "promised_on >= {} AND promised_on <= {}"


def _promised(here: int, days: tuple[date, date]) -> Where:
    rows = f"invoice FROM promise WHERE organisation = {{}} AND state = 'active' AND {_BETWEEN}"
    return finding("i.id", rows, here, *days)


def _is_promised(days: tuple[date, date]) -> Where:
    return being(f"promise p WHERE p.invoice = i.id AND p.state = 'active' AND {_BETWEEN}", *days)

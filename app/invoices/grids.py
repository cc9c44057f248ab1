"""The grid of invoices."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from app.chasing.holds import Hold
from app.chasing.tones import label_of, sentence_case, tone_of
from app.customers.grids import by_schedule, late_since
from app.customers.receivables import week_of
from components.format import as_day, day
from components.grid.cells import Age, Badge, Cell, CellKind, Day, Money, Plain, Reading, Row, Text, Tone
from components.grid.declaration import BulkAction, Column, EmptyState, Grid
from components.grid.filters import AmountFilter, ChoiceFilter, Condition, ConditionFilter, DayFilter
from components.grid.sql import Where
from components.menu.items import MenuItem

STATES: dict[str, tuple[str, Tone]] = {
    "open": ("Open", "plain"),
    "paid": ("Paid", "live"),
    "void": ("Void", "off"),
    "other": ("Not approved", "off"),
}
_STATE = (
    "CASE WHEN i.is_open THEN 'open' WHEN i.status = 'PAID' OR (i.status = 'AUTHORISED' AND i.outstanding = 0) THEN 'paid'"
    " WHEN i.status IN ('VOIDED', 'DELETED') THEN 'void' ELSE 'other' END"
)
_OPEN = "i.is_open = TRUE"


class DueAge(CellKind):
    """Days overdue of an open invoice; how it ended for another."""

    css = "a"
    unit = "days overdue"

    def cell(self, value: object, row: Row, reading: Reading) -> Cell:
        if row["ended"] == "open":
            return Age().cell(value, row, reading)
        return Cell(STATES[row["ended"]][0], css="quiet")

    def plain(self, value: object, row: Row, reading: Reading) -> Plain:
        return Age().plain(value, row, reading) if row["ended"] == "open" else STATES[row["ended"]][0]


class Why(CellKind):
    """The next step and its day, or why there is none; the whole sentence on hover."""

    css = "s"

    def cell(self, value: object, row: Row, reading: Reading) -> Cell:
        sentence = str(value or "")
        if not sentence:
            return Cell("Not planned yet" if row["ended"] == "open" else "")
        tone = tone_of(row["hold"])
        if not tone:
            return Cell(
                row["next_step"], sentence, detail=_on(row["next_on"], reading), badge="plain" if row["hold"] else "live"
            )
        why = sentence_case(sentence.removeprefix("Held: "))
        return Cell(label_of(row["hold"]), sentence, detail=why, badge="off" if tone == "held" else tone)


def _on(value: date | str | None, reading: Reading) -> str:
    on = as_day(value)
    return day(on, reading.today, reading.locale) if on else ""


def _within(days: tuple[date, date]) -> Where:
    return Where(
        "EXISTS (SELECT 1 FROM promise p WHERE p.invoice = i.id AND p.state = 'active'"
        " AND p.promised_on >= {} AND p.promised_on <= {})",
        days,
    )


_DISPUTED = Where("EXISTS (SELECT 1 FROM dispute d WHERE d.invoice = i.id AND d.resolved_at IS NULL)")
HOLDS = {hold.value: hold.label.lower() for hold in Hold}

INVOICES = Grid(
    name="invoices",
    one="invoice",
    many="invoices",
    source="invoice i JOIN customer c ON c.id = i.customer LEFT JOIN outlook o ON o.invoice = i.id"
    " LEFT JOIN expected_date e ON e.invoice = i.id",
    count_source="invoice i",
    key="i.id",
    columns=(
        Column(key="number", label="Number", sql="i.number", on_phone="title"),
        Column(key="reference", label="Reference", sql="i.reference", on_phone="left out"),
        Column(
            key="customer",
            label="Customer",
            sql="c.name",
            sort="LOWER(c.name)",
            kind=Text(url="/customers/{customer_id}"),
        ),
        Column(key="issued", label="Issued", sql="i.issued_on", kind=Day(), on_phone="left out", shown=False),
        Column(key="due", label="Due", sql="i.due_on", kind=DueAge()),
        Column(key="day", label="Due date", sql="i.due_on", kind=Day(), on_phone="left out", shown=False),
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
        Column(key="expected", label="Expected", sql="e.expected_on", kind=Day()),
        Column(key="why", label="Next step, or why not", sql="o.sentence", sort="o.next_on", kind=Why()),
        Column(key="state", label="State", sql=_STATE, kind=Badge(STATES), shown=False),
        Column(key="step", label="Next step on", sql="o.next_on", kind=Day(detail="next_step"), shown=False),
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
    search_hint="Search number, reference or customer",
    filters=(
        ChoiceFilter("state", "State", _STATE, {key: words[0].lower() for key, words in STATES.items()}),
        ConditionFilter("overdue", "Overdue", {str(days): late_since(days, "i.due_on") for days in (0, 30, 60, 90)}),
        ConditionFilter(
            "promised",
            "Promised",
            {
                "week": Condition("promised for this week", lambda today: _within(week_of(today))),
                "any": Condition("promised", _within((date.min, date.max))),
            },
        ),
        ConditionFilter("disputed", "Query", {"open": Condition("with a query", _DISPUTED)}),
        ChoiceFilter("hold", "Held", "o.hold", HOLDS, "held: {}"),
        AmountFilter("amount", "Outstanding", "i.outstanding"),
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
        BulkAction("Excel", "/invoices.xlsx", title="Export to Excel"),
        BulkAction("CSV", "/invoices.csv", title="Export as CSV"),
    ),
    exports=True,
    keeps=True,
    empty=EmptyState("No open invoices", "Whatever is approved in Xero and not yet paid stands here after the next sync."),
)


def invoices_grid(
    currencies: dict[str, str], xero_url: str, schedules: Mapping[int, str] | None = None, default_id: int | None = None
) -> Grid:
    """`xero_url`: where an invoice is viewed in Xero, with {xero_id} in it; empty: nowhere. `schedules` by id; `default_id` is
    that of customers without one of their own."""
    scheduled = by_schedule(schedules or {}, f"COALESCE(i.schedule_id, c.schedule_id, {int(default_id or 0)})")
    view = (MenuItem("View in Xero", xero_url, outside=True, when="xero_id"),) if xero_url else ()
    currency = (ChoiceFilter("currency", "Currency", "i.currency", currencies, "in {}"),) if len(currencies) > 1 else ()
    return replace(INVOICES, filters=(*INVOICES.filters, *scheduled, *currency), row_menu=(*INVOICES.row_menu, *view))

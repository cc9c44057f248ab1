"""The grid of customers."""

from dataclasses import replace
from datetime import date, timedelta

from components.grid.cells import Age, Badge, Day, Money, Number, Text, Tone
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


def late_since(days: int, column: str) -> Condition:
    """Overdue by more than so many days; `column` holds the due date."""
    words = f"overdue more than {days} days" if days else "overdue"
    return Condition(words, lambda today: Where(f"{column} < {{}}", (today - timedelta(days=days),)))


def customers_grid(today: date, currency: str, xero_url: str) -> Grid:
    """`xero_url`: where a contact is edited in Xero, with {xero_id} in it; empty: nowhere."""
    status = _status(today)
    choices = {key: words[0].lower() for key, words in STATUSES.items()}
    filters = (ChoiceFilter("status", "Status", status, choices), *CUSTOMERS.filters)
    columns = [
        replace(c, kind=replace(c.kind, currency=currency)) if isinstance(c.kind, Money) else c for c in CUSTOMERS.columns
    ]
    columns = [replace(c, sql=status) if c.key == "status" else c for c in columns]
    menu = [item for item in CUSTOMERS.row_menu if item.url]
    edit = [MenuItem("Edit in Xero", xero_url, outside=True, when="xero_id")] if xero_url else []
    return replace(CUSTOMERS, columns=tuple(columns), filters=filters, row_menu=(*menu, *edit))


def _status(today: date) -> str:
    """SQL of the status on this day; the day is ours, so that it may stand in the text."""
    return (
        "CASE WHEN c.stop <> '' THEN 'stopped' WHEN NOT c.chasing THEN 'not_chasing'"
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
        Column(key="status", label="Status", sql="c.stop", kind=Badge(STATUSES)),
        Column(key="next", label="Next reminder", sql="s.next_reminder_on", kind=Day(detail="step")),
        Column(key="contacted", label="Last contacted", sql="s.last_contacted_at", kind=Day(), falls=True, on_phone="left out"),
        Column(key="late", label="Pays late by", sql="s.days_late", kind=Number(unit="days"), falls=True, on_phone="left out"),
        Column(key="open", label="Open invoices", sql="s.open_count", kind=Number(), falls=True, shown=False),
    ),
    also={
        "account": "c.account_number",
        "step": "s.next_step",
        "xero_id": "c.xero_id",
        "on": "c.chasing",
        "off": "NOT c.chasing",
    },
    search=("LOWER(c.name)", "LOWER(c.account_number)", "LOWER(c.email)"),
    search_hint="Search name, account or email",
    filters=(
        ConditionFilter("overdue", "Overdue", {str(days): late_since(days, "s.oldest_due_on") for days in (0, 30, 60, 90)}),
        AmountFilter("owes", "Outstanding", "s.outstanding_base"),
        DayFilter("next", "Next reminder", "s.next_reminder_on"),
    ),
    default_sort="-overdue",
    row_url="/customers/{id}",
    row_menu=(
        MenuItem("Open", "/customers/{id}"),
        MenuItem("Start chasing", "/customers/{id}/chasing", method="post", when="off"),
        MenuItem("Stop chasing", "/customers/{id}/chasing/end", method="post", when="on"),
        MenuItem("See the portal", "/customers/{id}/portal"),
    ),
    bulk=(
        BulkAction("Start chasing", "/customers/chasing"),
        BulkAction("Stop chasing", "/customers/chasing/end", "Stop chasing these customers? They get no more reminders."),
    ),
    summed="overdue",
    empty=EmptyState("No customers yet", "They arrive with the first sync from Xero, as soon as one has an invoice."),
)

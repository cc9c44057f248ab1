"""The grids of disputes and of promises."""

from dataclasses import replace
from datetime import date

from app.promises.words import PLACES as SAID_PLACES
from app.promises.words import REASONS
from components.format import as_day, day, day_in_full
from components.grid.cells import Badge, Cell, CellKind, Day, Money, Reading, Row, Text, Tone
from components.grid.declaration import Column, EmptyState, Grid
from components.grid.filters import AmountFilter, ChoiceFilter, Condition, ConditionFilter, DayFilter
from components.grid.sql import Where

STATES: dict[str, tuple[str, Tone]] = {
    "open": ("Open", "waiting"),
    "agreed": ("Credit agreed", "plain"),
    "resolved": ("Resolved", "off"),
    "moot": ("Invoice settled", "off"),
}
_STATE = (
    "CASE WHEN d.resolved_at IS NOT NULL THEN 'resolved' WHEN NOT i.is_open THEN 'moot'"
    " WHEN d.outcome <> '' THEN 'agreed' ELSE 'open' END"
)
OPEN = "d.resolved_at IS NULL AND i.is_open = TRUE"
_UNANSWERED = f"{OPEN} AND d.outcome = ''"
_REASON = (
    "CASE d.reason " + " ".join(f"WHEN '{code.value}' THEN '{words}'" for code, words in REASONS.items()) + " ELSE d.reason END"
)


class AnswerBy(CellKind):
    """The deadline of a dispute that is open; strong once it has passed."""

    css = "d"

    def cell(self, value: object, row: Row, reading: Reading) -> Cell:
        on = as_day(value)  # type: ignore[arg-type]
        if on is None or row["ended"] != "open":
            return Cell()
        late = (reading.today - on).days
        detail = f"{late} day{'' if late == 1 else 's'} late" if late > 0 else ""
        return Cell(
            day(on, reading.today, reading.locale),
            day_in_full(on, reading.locale),
            detail=detail,
            css="strong" if detail else "",
        )


def _late(today: date) -> Where:
    return Where(f"{_UNANSWERED} AND d.answer_by_on < {{}}", (today,))


DISPUTES = Grid(
    name="disputes",
    one="dispute",
    many="disputes",
    source="dispute d JOIN invoice i ON i.id = d.invoice JOIN customer c ON c.id = d.customer"
    ' LEFT JOIN member m ON m.id = d.owner LEFT JOIN users u ON u.id = m."user"',
    key="d.id",
    columns=(
        Column(key="number", label="Invoice", sql="i.number", on_phone="title"),
        Column(key="customer", label="Customer", sql="c.name", sort="LOWER(c.name)", kind=Text(url="/customers/{customer_id}")),
        Column(key="reason", label="What is wrong", sql=_REASON, sort=""),
        Column(
            key="amount",
            label="In question",
            sql="COALESCE(d.amount, i.outstanding)",
            kind=Money(currency_of="currency"),
            falls=True,
            on_phone="figure",
        ),
        Column(key="opened", label="Since", sql="d.opened_at", kind=Day(), on_phone="left out"),
        Column(key="answer", label="Answer by", sql="d.answer_by_on", kind=AnswerBy()),
        Column(key="owner", label="Owner", sql="u.name", sort="LOWER(u.name)"),
        Column(key="state", label="State", sql=_STATE, kind=Badge(STATES)),
    ),
    also={"currency": "i.currency", "customer_id": "c.id", "ended": _STATE},
    search=("LOWER(i.number)", "LOWER(c.name)", "LOWER(d.text)"),
    search_hint="Search invoice, customer or what they say",
    filters=(
        ConditionFilter("due", "Answer", {"overdue": Condition("past their deadline", _late)}),
        ChoiceFilter("state", "State", _STATE, {key: words[0].lower() for key, words in STATES.items()}),
        ChoiceFilter("reason", "What is wrong", "d.reason", {code.value: words.lower() for code, words in REASONS.items()}),
        AmountFilter("amount", "In question", "COALESCE(d.amount, i.outstanding)"),
        DayFilter("answer", "Answer by", "d.answer_by_on"),
    ),
    default_sort="answer",
    row_url="/disputes/{id}",
    empty=EmptyState(
        "No open disputes",
        "When a customer says that something is wrong, in the portal or to you, it stands here until it is resolved.",
    ),
)


def disputes_grid(member_id: int, colleagues: dict[str, str]) -> Grid:
    """With the filter of owners; `mine` is a choice of its own, so that its address holds for everybody."""
    mine = {
        "mine": Condition("mine", Where("d.owner = {}", (member_id,))),
        "nobody": Condition("nobody's yet", Where("d.owner IS NULL")),
    }
    others = {key: Condition(f"{name}'s", Where("d.owner = {}", (int(key),))) for key, name in colleagues.items()}
    return replace(DISPUTES, filters=(ConditionFilter("whose", "Owner", {**mine, **others}), *DISPUTES.filters))


PROMISE_STATES: dict[str, tuple[str, Tone]] = {
    "active": ("Running", "live"),
    "kept": ("Kept", "plain"),
    "broken": ("Broken", "broken"),
    "replaced": ("Replaced", "off"),
    "withdrawn": ("Taken back", "off"),
}
PLACES = {said.value: words for said, words in SAID_PLACES.items()}

PROMISES = Grid(
    name="promises",
    one="promise",
    many="promises",
    source="promise p JOIN invoice i ON i.id = p.invoice JOIN customer c ON c.id = p.customer",
    key="p.id",
    columns=(
        Column(key="number", label="Invoice", sql="i.number", on_phone="title"),
        Column(key="customer", label="Customer", sql="c.name", sort="LOWER(c.name)", kind=Text(url="/customers/{customer_id}")),
        Column(key="promised", label="Promised for", sql="p.promised_on", kind=Day(), falls=True),
        Column(key="amount", label="Amount", sql="p.amount", kind=Money(currency_of="currency"), falls=True, on_phone="figure"),
        Column(key="state", label="State", sql="p.state", kind=Badge(PROMISE_STATES)),
        Column(key="made", label="Given", sql="p.made_at", kind=Day(detail="place"), falls=True, on_phone="left out"),
        Column(key="by", label="Noted by", sql="p.taken_by", on_phone="left out"),
    ),
    also={
        "currency": "i.currency",
        "customer_id": "c.id",
        "invoice_id": "i.id",
        "place": "CASE p.source " + " ".join(f"WHEN '{k}' THEN '{v}'" for k, v in PLACES.items()) + " ELSE p.source END",
    },
    search=("LOWER(i.number)", "LOWER(c.name)"),
    search_hint="Search invoice or customer",
    filters=(
        ChoiceFilter("state", "State", "p.state", {key: words[0].lower() for key, words in PROMISE_STATES.items()}),
        DayFilter("promised", "Promised for", "p.promised_on"),
        AmountFilter("amount", "Amount", "p.amount"),
    ),
    default_sort="-promised",
    row_url="/invoices/{invoice_id}",
    empty=EmptyState(
        "No promises yet",
        "A day on which a customer says they will pay stands here: from the portal, or noted by you on an invoice.",
    ),
)

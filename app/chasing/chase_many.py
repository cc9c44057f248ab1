"""Which of several customers can be chased by hand, with what, and why the others are left out."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from msgspec import Struct

from app.chasing.chase_now import Candidate, Choice, approval_why, said
from app.chasing.holds import Reason
from app.chasing.standing import ZERO, RunDay

NO_ADDRESS = "There is no email address to write to"


class Line(Struct, frozen=True, kw_only=True):
    """A customer and what would go. `why` is why not, unless a person ticks it; `left` why invoices of it stay out."""

    customer_id: int
    customer: str
    chosen: tuple[Choice, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    amount: Decimal
    against: tuple[Reason, ...] = ()
    why: str = ""
    left: tuple[str, ...] = ()


class Pile(Struct, frozen=True, kw_only=True):
    """goes without further ado; could go, were it ticked; cannot go. `asks`: some of it needs a manager's approval."""

    goes: tuple[Line, ...]
    could: tuple[Line, ...]
    cannot: tuple[Line, ...]
    asks: bool

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.goes), ZERO)


def pile_of(candidates: Iterable[Candidate], wanted: Collection[int], day: RunDay, counts_as_step: bool) -> Pile:
    """Of each customer the wanted invoices that are free; without `wanted`, what is overdue. The largest sums first."""
    lines = [_line(candidate, wanted) for candidate in candidates]
    lines.sort(key=lambda line: (-line.amount, line.customer))
    goes = tuple(line for line in lines if not line.why)
    return Pile(
        goes=goes,
        could=tuple(line for line in lines if line.why and line.against and line.chosen),
        cannot=tuple(line for line in lines if line.why and not (line.against and line.chosen)),
        asks=any(approval_why(line.chosen, day, counts_as_step=counts_as_step) for line in goes),
    )


def _line(candidate: Candidate, wanted: Collection[int]) -> Line:
    asked = [c for c in candidate.choices if c.invoice_id in wanted] if wanted else _overdue(candidate)
    chosen = tuple(choice for choice in asked if choice.is_free)
    to = tuple(address for address, kind in candidate.recipients if kind == "to")
    never = candidate.cannot or candidate.never
    return Line(
        customer_id=candidate.customer_id,
        customer=candidate.customer,
        chosen=chosen,
        to=to,
        cc=tuple(address for address, kind in candidate.recipients if kind == "cc"),
        amount=sum((choice.in_base for choice in chosen), ZERO),
        against=() if never or not to else candidate.against,
        why=_why(candidate, asked, chosen, to),
        left=tuple(f"{choice.number}: {said((*choice.never, *choice.against)[0])}" for choice in asked if not choice.is_free),
    )


def _overdue(candidate: Candidate) -> list[Choice]:
    return [choice for choice in candidate.choices if choice.days_overdue > 0]


def _why(candidate: Candidate, asked: list[Choice], chosen: tuple[Choice, ...], to: tuple[str, ...]) -> str:
    for reason in (*candidate.cannot, *candidate.never):
        return said(reason)
    if not asked:
        return "Nothing is overdue"
    if not chosen:
        return said((*asked[0].never, *asked[0].against)[0])
    if not to:
        return NO_ADDRESS
    return said(candidate.against[0]) if candidate.against else ""


def reasons_shown(line: Line) -> str:
    """What a tick beside this customer overrides, for the form."""
    return " ".join(sorted(str(reason.hold) for reason in line.against))

"""Where each open invoice of a customer stands today: what of it can be chased, its next step, and what holds it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from app.chasing.book import Book, BookCredit, BookCustomer, BookInvoice, ChasingSettings
from app.chasing.holds import Hold, Reason
from app.chasing.ladder import Ladder, Rung, next_rung
from app.schedules.calendar import ChaseCalendar

ZERO = Decimal(0)
PENNY = Decimal("0.01")


class RunDay(Struct, frozen=True, kw_only=True):
    """What is the same for all customers of one pass."""

    book: Book
    today: date
    calendar: ChaseCalendar
    settings: ChasingSettings
    ladders: dict[int, Ladder]
    organisation: list[Reason]
    assume_approved: bool = False


class Standing(Struct, kw_only=True, gc=False, eq=False):
    """One open invoice.

    chaseable  outstanding less what is disputed, never below 0; `in_base` the same in base currency
    rung       the step it comes to next; None when it has no due date, no schedule, or finished its ladder
    covered    credits of its currency cover it wholly, those of older due dates taken first
    """

    invoice: BookInvoice
    ladder: Ladder | None
    chaseable: Decimal
    in_base: Decimal
    overdue: bool
    rung: Rung | None
    ready: bool
    covered: bool
    reasons: list[Reason]

    @property
    def next_rung(self) -> Rung:
        assert self.rung is not None
        return self.rung

    @property
    def own_ladder(self) -> Ladder:
        assert self.ladder is not None
        return self.ladder

    def held_before(self, hold: Hold) -> bool:
        """Whether a hold that comes earlier in the order applies; reasons are kept in order."""
        return bool(self.reasons) and self.reasons[0].rank < hold.rank

    def add(self, reason: Reason) -> None:
        at = next((i for i, other in enumerate(self.reasons) if other.rank > reason.rank), len(self.reasons))
        self.reasons.insert(at, reason)


def standings_of(customer: BookCustomer, day: RunDay) -> list[Standing]:
    """One for every open invoice, oldest due first, without reasons."""
    invoices = sorted((i for i in customer.invoices if i.outstanding > 0), key=_oldest_due_first)
    covered = frozenset(wholly_covered(invoices, customer.credits)) if customer.credits else frozenset()
    return [_standing(invoice, customer, invoice.id in covered, day) for invoice in invoices]


def chaseable(invoice: BookInvoice) -> Decimal:
    """Outstanding less what is disputed, never below 0."""
    disputed = invoice.disputed_amount
    if disputed is None:
        return ZERO
    return max(invoice.outstanding - disputed, ZERO) if disputed else invoice.outstanding


def in_base(amount: Decimal, invoice: BookInvoice, base_currency: str) -> Decimal:
    """To the penny, invoice by invoice, as the receivables count it. A rate that is missing (0) leaves the amount as it is."""
    if invoice.currency == base_currency or invoice.rate <= 0:
        return amount
    return (amount / invoice.rate).quantize(PENNY, ROUND_HALF_UP)


def wholly_covered(oldest_first: Sequence[BookInvoice], credits: Iterable[BookCredit]) -> Iterator[int]:
    """The ids of invoices whose chaseable amount the customer's credits of that currency cover to the last penny."""
    left: dict[str, Decimal] = {}
    for credit in credits:
        left[credit.currency] = left.get(credit.currency, ZERO) + credit.remaining
    for invoice in oldest_first:
        amount, available = chaseable(invoice), left.get(invoice.currency, ZERO)
        if 0 < amount <= available:
            yield invoice.id
        left[invoice.currency] = max(available - amount, ZERO)


def _standing(invoice: BookInvoice, customer: BookCustomer, covered: bool, day: RunDay) -> Standing:
    ladder = _ladder_of(invoice, customer, day)
    rung = None
    if ladder is not None and invoice.due_on is not None:
        rung = next_rung(ladder, invoice, day.calendar, day.today)
    amount = chaseable(invoice)
    return Standing(
        invoice=invoice,
        ladder=ladder,
        chaseable=amount,
        in_base=in_base(amount, invoice, day.book.base_currency),
        overdue=invoice.due_on is not None and invoice.due_on < day.today,
        rung=rung,
        ready=rung is not None and rung.ready_on <= day.today,
        covered=covered,
        reasons=[],
    )


def _ladder_of(invoice: BookInvoice, customer: BookCustomer, day: RunDay) -> Ladder | None:
    for schedule_id in (invoice.schedule_id, customer.schedule_id, day.book.default_schedule_id):
        if schedule_id is not None and schedule_id in day.ladders:
            return day.ladders[schedule_id]
    return None


def _oldest_due_first(invoice: BookInvoice) -> tuple[date, str, int]:
    return (invoice.due_on or date.max, invoice.number, invoice.id)

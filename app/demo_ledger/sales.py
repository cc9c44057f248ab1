"""The generated sales invoices: invoice n is a pure function of (seed, n), whatever their number."""

from collections.abc import Callable
from decimal import Decimal

import msgspec

from .cast import SERVICES
from .customers import HABITS, Customer, Customers
from .draws import Dice, Throw, between, one_in
from .records import PARITY, in_base, ms_of_day

SPAN = 548
"""Days of history: eighteen months."""
RECENT = 200
"""Days within which an invoice may still be open for a particular reason."""
ACCOUNTS = BANK, WRITE_OFFS = "090", "408"
"""What a sale's payments go into."""
CREDITED, PREPAID, OVERPAID = (50, 17), (200, 90), (200, 150)
"""(cycle, place): every 50th sale has a credit note, every 200th a prepayment, every 200th an overpayment."""

# Where the peculiar ones stand, counted back from the newest; repeated every 146 sales while they are recent.
RECENT_PLACES = {
    3: "draft", 6: "submitted", 9: "due_today", 14: "never_sent", 18: "small", 24: "expected", 30: "expected_past",
    36: "part_paid", 44: "never_sent", 52: "part_paid", 60: "archived", 66: "noemail", 72: "EUR", 80: "USD", 88: "small",
    95: "twin", 104: "individual", 110: "expected", 118: "part_paid", 126: "nofirst", 133: "open", 140: "open",
}  # fmt: skip
OLD_PLACES = {27: "written_off", 31: "voided", 44: "deleted"}
"""By n modulo 50, once an invoice is no longer recent."""
UNPAID = {*RECENT_PLACES.values(), "voided", "deleted"} - {"part_paid"}
STATUSES = {"draft": "DRAFT", "submitted": "SUBMITTED", "voided": "VOIDED", "deleted": "DELETED"}

Payment = tuple[int, int, str]
"""Day, pence, code of the account it went into."""
WayOfPaying = tuple[int, str]
"""A customer's terms in days, and habit."""
Outline = tuple[str, int, int, int, int | None]
"""Kind, customer's number, days of issue, of being due, and of the last payment."""


class Line(msgspec.Struct, frozen=True, gc=False):
    description: str
    halves: int
    unit: int
    tax: int

    @property
    def amount(self) -> int:
        return self.halves * self.unit // 2


class Sale(msgspec.Struct, frozen=True, gc=False):
    """The facts of one sale; days are ordinals, amounts pence in the sale's own currency."""

    number: int
    kind: str
    customer: Customer
    issued: int
    due: int
    lines: tuple[Line, ...]
    total: int
    credited: int
    prepaid: int
    payments: tuple[Payment, ...]
    throw: Throw

    @property
    def void(self) -> bool:
        return self.kind in ("voided", "deleted")

    @property
    def paid(self) -> int:
        return sum(payment[1] for payment in self.payments)

    @property
    def amount_due(self) -> int:
        return 0 if self.void else self.total - self.credited - self.prepaid - self.paid

    @property
    def status(self) -> str:
        return STATUSES.get(self.kind) or ("AUTHORISED" if self.amount_due else "PAID")

    @property
    def touched(self) -> int:
        """The day of the last thing that happened to it."""
        return self.payments[-1][0] if self.payments else self.issued

    @property
    def updated(self) -> int:
        return ms_of_day(self.touched) + time_of_day(self.throw[11])


class Sales:
    """All sales of one seed up to the day before `today` (an ordinal)."""

    def __init__(self, dice: Dice, count: int, customers: Customers, today: int) -> None:
        self.dice, self.count, self.customers, self.today = dice, count, customers, today
        self._named = self._peculiar_customers()
        self.theme = dice.guid(b"theme", 0)

    def _peculiar_customers(self) -> dict[str, int]:
        named: dict[str, int] = {}
        for number in range(min(self.customers.count, 60)):
            customer = self.customers.get(number)
            for mark in (*customer.oddities, customer.currency):
                named.setdefault(mark, number)
        return named

    def facts(self, n: int) -> Sale:
        throw = self.dice.throw(b"sale", n)
        kind, buyer, issued, due, last = self.outline(n, (throw[0], throw[8], throw[9]), self._way_of_paying)
        customer = self.customers.get(buyer)
        lines = _lines(customer, kind, throw)
        total = sum(line.amount + line.tax for line in lines)
        credited = 0 if kind in STATUSES else applied_credit(n, total)
        prepaid = 0 if kind in STATUSES else applied_prepayment(n, total - credited)
        owed = total - credited - prepaid
        payments = () if last is None else _parts(n, kind, owed, last, issued, throw)
        return Sale(n, kind, customer, issued, due, lines, total, credited, prepaid, payments, throw)

    def _way_of_paying(self, number: int) -> WayOfPaying:
        customer = self.customers.get(number)
        return customer.terms, customer.habit

    def outline(self, n: int, draws: tuple[int, int, int], way_of_paying: Callable[[int], WayOfPaying]) -> Outline:
        """What can be told of a sale without its lines, from throws 0, 8 and 9: whoever is paid at all is paid in full."""
        issued = self.issued(n)
        kind = self._kind(n, self.today - issued)
        buyer = self._buyer(n, kind, draws[0])
        terms, habit = way_of_paying(buyer)
        due = self.today if kind == "due_today" else issued + terms
        return kind, buyer, issued, due, self._last_paid(kind, issued, due, habit, draws)

    def issued(self, n: int) -> int:
        """Evenly over the span, in order, and never at a weekend."""
        day = self.today - SPAN + n * SPAN // self.count
        return day - max(0, (day - 1) % 7 - 4)

    def buyer(self, n: int, draw: int) -> int:
        """The customer's number, from throw 0."""
        return self._buyer(n, self._kind(n, self.today - self.issued(n)), draw)

    def _kind(self, n: int, age: int) -> str:
        if age >= RECENT:
            return OLD_PLACES.get(n % 50, "")
        if kind := RECENT_PLACES.get((self.count - n) % 146):
            return kind
        return "open" if any(n % cycle == place for cycle, place in (CREDITED, PREPAID)) else ""

    def _buyer(self, n: int, kind: str, draw: int) -> int:
        """Everyone buys at least once if there are five sales to a customer; beyond that, few buy most."""
        if kind in self._named:
            return self._named[kind]
        if n % 5 == 0:
            return n // 5 % self.customers.count
        share = draw / 2**32
        return int(self.customers.count * share**1.6)

    def _last_paid(self, kind: str, issued: int, due: int, habit: str, draws: tuple[int, int, int]) -> int | None:
        if kind in UNPAID:
            return None
        if kind == "part_paid":
            return min(issued + 12, self.today - 1)
        late, spread, stuck = HABITS[habit]
        if self.today - due < RECENT - 8 and between(draws[2], 0, 99) < stuck:
            return None
        day = _working_day(max(issued + 1, due + late + between(draws[1], -spread, spread)))
        return None if day >= self.today else day

    def guid(self, n: int) -> str:
        return self.dice.guid(b"sale", n)

    def expected(self, sale: Sale) -> int | None:
        if sale.kind == "expected_past":
            return self.today - 6
        return self.today + between(sale.throw[13], 2, 12) if sale.kind == "expected" else None


def time_of_day(draw: int) -> int:
    """Milliseconds; during office hours."""
    return between(draw, 8 * 3600, 18 * 3600) * 1000


def number_of_sale(n: int) -> str:
    return f"INV-{n + 1:04d}"


def rate_on(currency: str, day: int) -> Decimal:
    """Foreign units per pound; ten places, as Xero sends it."""
    start = {"EUR": 11_600_000_000, "USD": 13_100_000_000}.get(currency)
    return PARITY if start is None else Decimal(start + (day * 7919 % 500 - 250) * 1_000_000).scaleb(-10)


def in_pounds(amount: int, currency: str, day: int) -> int:
    return amount if currency == "GBP" else in_base(amount, rate_on(currency, day))


def applied_credit(n: int, total: int) -> int:
    """Of the credit notes one third is used up, one third half used, one third still waits."""
    note = credit_note_total(total)
    return (note, note // 2, 0)[n // CREDITED[0] % 3] if n % CREDITED[0] == CREDITED[1] else 0


def credit_note_total(total: int) -> int:
    return total // 400 * 100


def applied_prepayment(n: int, owed: int) -> int:
    return min(30_000, owed // 2) if n % PREPAID[0] == PREPAID[1] else 0


def _lines(customer: Customer, kind: str, throw: Throw) -> tuple[Line, ...]:
    taxed = customer.currency == "GBP"
    if kind == "small":
        return (Line("Postage and print sample", 2, 360, 72 if taxed else 0),)
    count = 1 + throw[7] % (2 if customer.size == "S" else 3)
    return tuple(_service(throw[1 + i], throw[4 + i], customer.size, taxed=taxed) for i in range(count))


def _service(choice: int, draw: int, size: str, *, taxed: bool) -> Line:
    description, unit = SERVICES[choice % len(SERVICES)]
    low, high = {"S": (1, 3), "M": (1, 9), "L": (4, 18)}[size]
    halves = between(draw, low, high)
    return Line(description, halves, unit, (halves * unit // 2 + 2) // 5 if taxed else 0)


def _working_day(day: int) -> int:
    weekday = (day - 1) % 7
    return day + 7 - weekday if weekday > 4 else day


def count_parts(n: int, kind: str, day: int, issued: int, draw: int) -> int:
    """How many payments `_parts` makes, from throw 10; what is owed is always enough to be split."""
    if kind == "part_paid":
        return 1
    return 2 if n % 50 == 27 or (one_in(draw, 14) and day - 9 > issued) else 1


def _parts(n: int, kind: str, owed: int, day: int, issued: int, throw: Throw) -> tuple[Payment, ...]:
    """Mostly one payment; sometimes two; now and then the last few per cent are written off."""
    if kind == "part_paid":
        return ((day, owed * 2 // 5, BANK),)
    if n % 50 == 27:
        lost = owed * 3 // 100
        return ((day, owed - lost, BANK), (day, lost, WRITE_OFFS))
    if one_in(throw[10], 14) and day - 9 > issued:
        return ((day - 9, owed // 2, BANK), (day, owed - owed // 2, BANK))
    return ((day, owed, BANK),)

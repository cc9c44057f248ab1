"""A past day once more: what would have gone with what was true then under today's settings, what went, the difference."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum

from msgspec import Struct

from app.chasing.book import Book, ChasingSettings
from app.chasing.holds import Held
from app.chasing.planner import plan_customer, run_day
from app.chasing.reminder import DueReminder
from app.schedules.calendar import ChaseCalendar

NOT_ON_RECORD = "Nothing is on record of it: a fact or setting that is not kept was different then."


class Verdict(Enum):
    """In the order in which they are shown; the text names the group."""

    ONLY_WENT = "Went, and would not go"
    ONLY_WOULD = "Would have gone, and did not"
    DIFFERS = "Went otherwise than it would"
    SAME = "Went as it would"


class Went(Struct, frozen=True, kw_only=True):
    """A reminder that left on the day, or nobody knows whether it did; `by_hand` where a person wrote it."""

    message_id: int
    customer_id: int
    customer: str
    template: str
    step_number: int
    by_hand: bool
    at: datetime
    invoices: Mapping[int, str]


class Ended(Struct, frozen=True):
    """A reminder that was planned for the day and did not go, with what is on record of why."""

    customer_id: int
    because: str


class Compared(Struct, frozen=True, kw_only=True):
    """One customer's day; `because` are whole sentences."""

    customer_id: int
    customer: str
    verdict: Verdict
    would: DueReminder | None
    went: Went | None
    because: tuple[str, ...]


def compared(
    book: Book,
    went: Iterable[Went],
    ended: Iterable[Ended],
    *,
    day: date,
    calendar: ChaseCalendar,
    settings: ChasingSettings,
    was_planned: bool,
) -> tuple[Compared, ...]:
    """Every customer that got or would have got a reminder, differences first. Without a run that day (`was_planned`) what
    did not go has no reason of its own."""
    the_day = run_day(book, today=day, calendar=calendar, settings=settings, assume_approved=True)
    sent, given_up = {each.customer_id: each for each in went}, {each.customer_id: each.because for each in ended}
    found = list[Compared]()
    for customer in book.customers:
        plan, real = plan_customer(customer, the_day), sent.pop(customer.id, None)
        if plan.due is not None and real is not None:
            found.append(_both(plan.due, real, plan.held))
        elif plan.due is not None:
            found.append(_only_would(plan.due, given_up.get(customer.id, ""), was_planned))
        elif real is not None:
            found.append(_only_went(real, plan.held))
    found += [_only_went(real, ()) for real in sent.values()]
    order = list(Verdict)
    return tuple(sorted(found, key=lambda each: (order.index(each.verdict), each.customer, each.customer_id)))


def summed_up(found: Sequence[Compared]) -> str:
    """As in "12 went as they would, 1 would have gone and did not."."""
    count = Counter(each.verdict for each in found)
    said = {
        Verdict.SAME: "went as it would" if count[Verdict.SAME] == 1 else "went as they would",
        Verdict.DIFFERS: "went otherwise",
        Verdict.ONLY_WOULD: "would have gone and did not",
        Verdict.ONLY_WENT: "went and would not go",
    }
    return ", ".join(f"{count[verdict]:,} {words}" for verdict, words in said.items() if count[verdict]) + "."


def _both(due: DueReminder, went: Went, held: Sequence[Held]) -> Compared:
    differences = tuple(_differences(due, went, held))
    verdict = Verdict.DIFFERS if differences else Verdict.SAME
    return Compared(
        customer_id=went.customer_id, customer=went.customer, verdict=verdict, would=due, went=went, because=differences
    )


def _differences(due: DueReminder, went: Went, held: Sequence[Held]) -> Iterator[str]:
    if went.by_hand:
        yield "A person wrote it by hand."
    elif (went.step_number, went.template) != (due.step_number, due.template):
        was, would = _step(went.step_number, went.template), _step(due.step_number, due.template)
        yield f"It went as {was}, and would go as {would}."
    carried = {invoice.invoice_id: invoice.number for invoice in due.carried}
    for number in (number for key, number in carried.items() if key not in went.invoices):
        yield f"{number} was not in it, and would be."
    yield from _no_longer(went, {key for key in went.invoices if key not in carried}, held)


def _only_would(due: DueReminder, because: str, was_planned: bool) -> Compared:
    said = because
    if not because and was_planned:
        said = "It needs approval, and nobody had given it." if due.needs_approval else NOT_ON_RECORD
    return Compared(
        customer_id=due.customer_id,
        customer=due.customer,
        verdict=Verdict.ONLY_WOULD,
        would=due,
        went=None,
        because=(said,) if said else (),
    )


def _only_went(went: Went, held: Sequence[Held]) -> Compared:
    by_hand = ("A person wrote it by hand.",) if went.by_hand else ()
    because = (*by_hand, *_no_longer(went, set(went.invoices), held))
    return Compared(
        customer_id=went.customer_id, customer=went.customer, verdict=Verdict.ONLY_WENT, would=None, went=went, because=because
    )


def _no_longer(went: Went, invoices: set[int], held: Sequence[Held]) -> Iterator[str]:
    reasons = {each.invoice_id: each.sentence for each in held}
    for key, number in went.invoices.items():
        if key in invoices:
            yield f"{number}: {reasons.get(key, 'as the books stand now, nothing of it was open then')}."


def _step(number: int, template: str) -> str:
    return f"step {number} ({template})"

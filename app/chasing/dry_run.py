"""What a change of schedules would do in the coming weeks: the plan folded forward twice, as things stand and with it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec import Struct

from app.chasing.book import Book, BookCustomer, ChasingSettings
from app.chasing.grounds import of_organisation
from app.chasing.second_time import had_already, is_second, schedule_of
from app.chasing.upcoming import Coming, project
from app.schedules.book import BookSchedule
from app.schedules.calendar import ChaseCalendar
from components.format import counted

Change = Callable[[Book], Book]
Kind = Literal["sooner", "later", "gone", "new", "more", "fewer", "otherwise"]
ZERO = Decimal(0)

SAID: dict[Kind, str] = {
    "sooner": "sooner",
    "later": "later",
    "gone": "not at all",
    "new": "in addition",
    "more": "more often",
    "fewer": "less often",
    "otherwise": "differently",
}
"""Completes "… customers would hear from us"."""


class Foreseen(Struct, frozen=True):
    """An email that would go; `amount` in base currency, `details` what sets it apart from a plain reminder. `is_second`: its
    letter went about one of its invoices before."""

    on: date
    what: str
    amount: Decimal
    details: str = ""
    is_second: bool = False


class Difference(Struct, frozen=True, kw_only=True):
    """What the change means for one customer: the emails that would no longer go, and those that would go instead; the
    amount is the largest that one of these is about."""

    customer_id: int
    customer: str
    kind: Kind
    before: tuple[Foreseen, ...]
    after: tuple[Foreseen, ...]
    amount: Decimal


class DryRun(Struct, frozen=True, kw_only=True):
    """differences come with the largest amounts first; `customers` are all whom the change concerns; `stands_still` is
    what keeps everything from going anyhow."""

    differences: tuple[Difference, ...]
    customers: int
    emails_before: int
    emails_after: int
    stands_still: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return " ".join(_sentences(self))


def dry_run(
    book: Book, change: Change, *, today: date, calendar: ChaseCalendar, settings: ChasingSettings, days: int = 28
) -> DryRun:
    """`today` is the first day on which mail may still go."""
    stands_still = tuple(reason.sentence for reason in of_organisation(book, today, settings, calendar))
    book = _put_right(book)
    changed = change(book)
    concerned = _concerned(book, changed)
    sides = []
    for side in (book, changed):
        customers = tuple(customer for customer in side.customers if customer.id in concerned)
        own = msgspec.structs.replace(side, customers=customers)
        sides.append(project(own, today=today, calendar=calendar, settings=settings, days=days))
    before, after = sides
    had = had_already(book)
    again = frozenset(
        id(each)
        for side, those in ((book, before), (changed, after))
        for each in those
        if each.reminder is not None and is_second(each.reminder, had, side)
    )
    return DryRun(
        differences=_differences(before, after, again),
        customers=len(concerned),
        emails_before=len(before),
        emails_after=len(after),
        stands_still=stands_still,
    )


def _put_right(book: Book) -> Book:
    """Without what keeps everything from going and does not end by itself: else nothing could be foreseen."""
    ends_by_itself = book.paused and book.paused_until is not None
    senders = book.senders | {"normal"}
    return msgspec.structs.replace(book, connected=True, restored=False, paused=ends_by_itself, senders=senders)


def _concerned(book: Book, changed: Book) -> frozenset[int]:
    """The customers of whom some open invoice would follow other rules."""
    pairs = zip(book.customers, changed.customers, strict=True)
    return frozenset(old.id for old, new in pairs if _rules(old, book) != _rules(new, changed))


def _rules(customer: BookCustomer, book: Book) -> list[BookSchedule | None]:
    return [schedule_of(invoice, customer, book) for invoice in customer.invoices]


def _differences(before: Sequence[Coming], after: Sequence[Coming], again: Collection[int]) -> tuple[Difference, ...]:
    """`again` are the emails, by identity, whose letter would come for the second time."""
    old, new = _by_customer(before), _by_customer(after)
    found = [
        _difference(old.get(customer, ()), new.get(customer, ()), again)
        for customer in {**old, **new}
        if [_same(each) for each in old.get(customer, ())] != [_same(each) for each in new.get(customer, ())]
    ]
    return tuple(sorted(found, key=lambda each: (-each.amount, each.customer, each.customer_id)))


def _by_customer(coming: Iterable[Coming]) -> dict[int, list[Coming]]:
    found: dict[int, list[Coming]] = defaultdict(list)
    for each in coming:
        found[each.customer_id].append(each)
    return found


def _same(coming: Coming) -> tuple[object, ...]:
    """Equal for two emails that a customer could not tell apart and that nobody would have to decide on anew; which step of
    which schedule they are is nobody's concern."""
    reminder = coming.reminder
    if reminder is None:
        return (coming.on, coming.thank_you.fingerprint if coming.thank_you else "")
    step = reminder.step
    return (
        (coming.on, step.template_id, reminder.sender, reminder.recipients, bool(reminder.approval_why)),
        (step.attach_invoices, step.attach_statement, step.link_portal),
        tuple((invoice.invoice_id, invoice.amount) for invoice in reminder.carried),
        tuple((invoice.invoice_id, invoice.amount) for invoice in reminder.also_overdue),
    )


def _difference(before: Sequence[Coming], after: Sequence[Coming], again: Collection[int]) -> Difference:
    told_before, told_after = {_same(each) for each in before}, {_same(each) for each in after}
    gone = [each for each in before if _same(each) not in told_after]
    new = [each for each in after if _same(each) not in told_before]
    any_of_them = (*gone, *new)[0]
    return Difference(
        customer_id=any_of_them.customer_id,
        customer=any_of_them.customer,
        kind=_kind(before, after, gone, new),
        before=_told(gone, new, again),
        after=_told(new, gone, again),
        amount=max(each.reminder.amount if each.reminder else ZERO for each in (*gone, *new)),
    )


def _kind(before: Sequence[Coming], after: Sequence[Coming], gone: Sequence[Coming], new: Sequence[Coming]) -> Kind:
    """By the first email that would no longer go and the first that would go instead."""
    if not after:
        return "gone"
    if not before:
        return "new"
    if not (gone and new):
        return "fewer" if gone else "more"
    if gone[0].on == new[0].on:
        return "otherwise"
    return "later" if new[0].on > gone[0].on else "sooner"


def _told(these: Sequence[Coming], others: Sequence[Coming], again: Collection[int]) -> tuple[Foreseen, ...]:
    """With details only where the other side has no email just like it on another day."""
    elsewhere = {(each.what, each.details) for each in map(_foreseen, others)}
    told = [_foreseen(each, id(each) in again) for each in these]
    return tuple(msgspec.structs.replace(e, details="") if (e.what, e.details) in elsewhere else e for e in told)


def _foreseen(coming: Coming, is_second: bool = False) -> Foreseen:
    reminder = coming.reminder
    if reminder is None:
        return Foreseen(coming.on, "Thank you", ZERO)
    step = reminder.step
    said = {
        "from the escalated mailbox": reminder.sender == "escalated",
        "asks for approval": reminder.approval_why == "step",
        "with the statement": step.attach_statement,
        "without the invoices": not step.attach_invoices,
        "without the portal": not step.link_portal,
    }
    details = ", ".join(words for words, is_so in said.items() if is_so)
    return Foreseen(coming.on, reminder.template, reminder.amount, details, is_second)


def _sentences(found: DryRun) -> Iterable[str]:
    if not found.customers:
        yield "Nothing changes: no open invoice follows these rules yet."
        return
    if not found.differences:
        yield f"Nothing changes in the next four weeks for the {counted(found.customers, 'customer', 'customers')} concerned."
        return
    kinds = Counter(each.kind for each in found.differences)
    parts = [f"{kinds[kind]} {words}" for kind, words in SAID.items() if kinds[kind]]
    number, _, words = parts[0].partition(" ")
    hears = "not hear from us at all" if words == SAID["gone"] else f"hear from us {words}"
    first = f"{counted(int(number), 'customer', 'customers')} would {hears}"
    said = [first, *parts[1:]]
    listed = " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))
    yield f"In the next four weeks {listed}."
    rest = found.customers - len(found.differences)
    if rest:
        yield f"{counted(rest, 'customer notices', 'customers notice')} nothing."
    yield from _second_time(found.differences)
    if found.emails_before != found.emails_after:
        yield f"{counted(found.emails_before, 'email', 'emails')} would become {found.emails_after:,}."


def _second_time(differences: Iterable[Difference]) -> Iterable[str]:
    """What comes a second time as things stand merely moves."""
    letters = [_second_letters(each.after) - _second_letters(each.before) for each in differences]
    number = sum(1 for these in letters if these)
    if number:
        names = sorted(set[str]().union(*letters))
        said = " and ".join(filter(None, (", ".join(f"“{name}”" for name in names[:-1]), f"“{names[-1]}”")))
        yield f"{counted(number, 'customer', 'customers')} would get {said} a second time about the same invoice."


def _second_letters(emails: Iterable[Foreseen]) -> set[str]:
    return {email.what for email in emails if email.is_second}

"""What holds of every plan, whatever the facts."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from app.chasing.book import AwaitingApproval, Book, BookCustomer
from app.chasing.holds import Hold
from app.chasing.ladder import Ladder, current_mark
from app.chasing.planner import CustomerPlan, Plan, plan, plan_customer, run_day
from app.chasing.upcoming import carried_out, project
from tests.unit.chasing.books import CALENDAR, SCHEDULES, SETTINGS, TODAY, books

DAYS = st.integers(0, 13).map(lambda n: TODAY + timedelta(days=n))


def planned(book: Book, today: date = TODAY) -> Plan:
    return plan(book, today=today, calendar=CALENDAR, settings=SETTINGS)


def lived(book: Book, days: int) -> Iterator[tuple[date, BookCustomer, CustomerPlan]]:
    """Each customer planned every day, what is due sent and what is proposed approved."""
    people = list(book.customers)
    for today in (TODAY + timedelta(days=n) for n in range(days)):
        day = run_day(book, today=today, calendar=CALENDAR, settings=SETTINGS, assume_approved=True)
        for i, customer in enumerate(people):
            outcome = plan_customer(customer, day)
            yield today, customer, outcome
            people[i] = carried_out(customer, outcome, today)


@given(books(), DAYS)
def test_every_open_invoice_appears_exactly_once(book: Book, today: date) -> None:
    outcome = planned(book, today)
    carried = [invoice.invoice_id for reminder in outcome.due for invoice in reminder.carried]
    seen = Counter(carried + [held.invoice_id for held in outcome.held])
    assert seen == Counter(i.id for c in book.customers for i in c.invoices if i.outstanding > 0)


@given(books(), DAYS)
def test_what_waits_for_a_person_is_held_and_what_is_listed_belongs_to_the_customer(book: Book, today: date) -> None:
    outcome = planned(book, today)
    held = {h.invoice_id: h for h in outcome.held}
    for reminder in outcome.proposed:
        for invoice in reminder.carried:
            found = {held[invoice.invoice_id].hold, *(reason.hold for reason in held[invoice.invoice_id].behind)}
            assert found & {Hold.AWAITING_APPROVAL, Hold.REVIEW}
    owners = {invoice.id: customer.id for customer in book.customers for invoice in customer.invoices}
    for reminder in outcome.due + outcome.proposed:
        mentioned = [*reminder.carried, *reminder.also_overdue, *reminder.upcoming]
        assert {owners[invoice.invoice_id] for invoice in mentioned} == {reminder.customer_id}
        assert len({invoice.invoice_id for invoice in mentioned}) == len(mentioned)


@given(books(), DAYS)
def test_holds_stand_in_order_each_once_and_each_until_lies_ahead(book: Book, today: date) -> None:
    for held in planned(book, today).held:
        ranks = [held.hold.rank, *(reason.hold.rank for reason in held.behind)]
        assert ranks == sorted(set(ranks))
        assert all(until > today for until in [held.until, *(r.until for r in held.behind)] if until)
        assert held.next_on is None or (held.next_on >= today and CALENDAR.is_chase_day(held.next_on))


@given(books())
def test_a_hold_is_gone_on_its_first_free_day_and_not_before(book: Book) -> None:
    for held in planned(book).held:
        if held.until is None or held.hold in (Hold.BELOW_MINIMUM, Hold.STATEMENT, Hold.NOT_A_CHASE_DAY):
            continue
        last, free = planned(book, held.until - timedelta(days=1)), planned(book, held.until)
        if held.hold.rank <= Hold.NOT_REACHED.rank:
            assert held.hold in _holds_of(last, held.invoice_id)
        assert held.hold not in _holds_of(free, held.invoice_id)


def _holds_of(outcome: Plan, invoice_id: int) -> set[Hold]:
    return {
        hold
        for held in outcome.held
        if held.invoice_id == invoice_id
        for hold in (held.hold, *(reason.hold for reason in held.behind))
    }


@given(books(), st.integers(0, 1000))
def test_the_order_of_the_book_does_not_matter(book: Book, seed: int) -> None:
    shuffled = list(book.customers)
    Random(seed).shuffle(shuffled)
    mixed = []
    for customer in shuffled:
        owned = list(customer.invoices)
        Random(seed).shuffle(owned)
        mixed.append(msgspec.structs.replace(customer, invoices=tuple(owned)))
    assert planned(msgspec.structs.replace(book, customers=tuple(mixed))) == planned(book)


@given(books())
def test_the_same_facts_give_the_same_plan(book: Book) -> None:
    assert planned(book) == planned(msgspec.structs.replace(book))


@given(books(most_customers=1))
def test_what_was_approved_unchanged_goes_or_waits_approved_for_its_day(book: Book) -> None:
    [customer] = book.customers
    for reminder in planned(book).proposed:
        approval = AwaitingApproval(fingerprint=reminder.fingerprint, planned_on=TODAY, approved=True)
        approved = msgspec.structs.replace(customer, awaiting=(approval,))
        outcome = planned(msgspec.structs.replace(book, customers=(approved,)))
        [kept] = outcome.due or outcome.proposed
        assert (kept.carried, kept.approved) == (reminder.carried, True)
        holds = {hold for invoice in kept.carried for hold in _holds_of(outcome, invoice.invoice_id)}
        assert bool(outcome.due) != bool(holds & {Hold.STATEMENT, Hold.MINIMUM_GAP, Hold.NOT_A_CHASE_DAY})


@given(books(most_customers=1))
@settings(max_examples=30)
def test_the_ladder_skips_no_step_and_keeps_its_distances(book: Book) -> None:
    for today, customer, outcome in lived(book, 50):
        if outcome.due is None:
            continue
        invoices = {invoice.id: invoice for invoice in customer.invoices}
        for carried in outcome.due.carried:
            invoice = invoices[carried.invoice_id]
            mark = current_mark(invoice)
            ladder = Ladder(SCHEDULES[invoice.schedule_id or 1])
            offsets = [step.offset for step in ladder.steps]
            if carried.step_offset < 0:
                assert invoice.due_on is not None and today < invoice.due_on
            elif mark is None:
                assert carried.step_offset in [step.offset for step in ladder.entries]
            else:
                above = [offset for offset in offsets if offset > mark.offset] or offsets[-1:]
                distance = carried.step_offset - mark.offset if carried.step_offset > mark.offset else 10
                asked = invoice.sooner is not None and invoice.sooner.offset == carried.step_offset
                assert carried.step_offset == above[0]
                assert asked or (today - mark.went_on).days >= distance


@given(books(most_customers=1))
@settings(max_examples=30)
def test_reminders_keep_the_gap_on_chase_days_one_email_a_day(book: Book) -> None:
    last_counted: date | None = None
    for today, customer, outcome in lived(book, 50):
        last_counted = last_counted or customer.last_reminded_on
        assert outcome.due is None or outcome.thank_you is None
        if outcome.due is None:
            continue
        assert CALENDAR.is_chase_day(today) and customer.statement_on != today
        assert last_counted is None or (today - last_counted).days >= SETTINGS.minimum_gap_days
        if outcome.due.counts_for_the_gap:
            last_counted = today


@given(books(most_customers=1))
@settings(max_examples=30)
def test_no_step_goes_twice_for_an_invoice_as_the_same_occurrence(book: Book) -> None:
    gone = Counter(
        (carried.invoice_id, carried.step_offset, carried.occurrence)
        for _, _, outcome in lived(book, 50)
        if outcome.due
        for carried in outcome.due.carried
    )
    assert all(times == 1 for times in gone.values())


@given(books(most_customers=1))
@settings(max_examples=30)
def test_leaping_from_change_to_change_finds_what_living_every_day_does(book: Book) -> None:
    slow = [(today, o.due, o.thank_you) for today, _, o in lived(book, 28) if o.due or o.thank_you]
    fast = project(book, today=TODAY, calendar=CALENDAR, settings=SETTINGS)
    assert [(c.on, c.reminder, c.thank_you) for c in fast] == slow

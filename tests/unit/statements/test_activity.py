"""The opening balance, what came, and the balance after each."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.statements.activity import Entry, Span, activities
from app.statements.days import month_before

BEFORE = date(2026, 10, 31)


def entry(on: date, amount: str, number: str = "INV-1", currency: str = "GBP") -> Entry:
    return Entry(on, f"Entry {number}", number, currency, Decimal(amount))


def test_the_opening_balance_and_what_came_is_the_closing_balance() -> None:
    came = [entry(date(2026, 11, 20), "-50.00"), entry(date(2026, 11, 3), "80.00", "INV-2")]
    found = activities(came, {"GBP": Decimal("130.00")}, Span(BEFORE))["GBP"]
    assert (found.opening, found.closing) == (Decimal("100.00"), Decimal("130.00"))
    assert [(each.number, balance) for each, balance in found.lines] == [("INV-2", Decimal(180)), ("INV-1", Decimal(130))]


def test_what_came_on_the_opening_day_itself_is_part_of_the_opening_balance() -> None:
    found = activities([entry(BEFORE, "80.00")], {"GBP": Decimal("80.00")}, Span(BEFORE))["GBP"]
    assert (found.opening, found.entries) == (Decimal("80.00"), ())


def test_a_time_that_is_over_ends_with_the_balance_of_its_last_day() -> None:
    came = [entry(date(2026, 11, 3), "80.00"), entry(date(2026, 12, 1), "-80.00")]
    found = activities(came, {}, Span(BEFORE, date(2026, 11, 30)))["GBP"]
    assert (found.opening, found.closing, len(found.entries)) == (Decimal(0), Decimal(80), 1)


def test_a_statement_opens_with_what_the_last_one_closed_with_and_owns_up_to_what_changed() -> None:
    """An invoice of October was taken back in November."""
    found = activities([entry(date(2026, 11, 3), "80.00")], {"GBP": Decimal(80)}, Span(BEFORE), {"GBP": Decimal(120)})["GBP"]
    assert (found.opening, found.corrections, found.closing) == (Decimal(120), Decimal(-120), Decimal(80))
    assert found.lines[0][1] == Decimal(80)


def test_a_currency_in_which_nothing_is_and_was_is_not_told() -> None:
    assert activities([], {"EUR": Decimal(0)}, Span(BEFORE), {"USD": Decimal(0)}) == {}
    assert list(activities([], {}, Span(BEFORE), {"USD": Decimal(5)})) == ["USD"]


entries = st.builds(
    Entry,
    st.integers(-40, 70).map(lambda days: BEFORE + timedelta(days=days)),
    st.just("Entry"),
    st.just("INV-1"),
    st.sampled_from(["GBP", "EUR"]),
    st.integers(-10_000_000, 10_000_000).map(lambda pence: Decimal(pence) / 100),
)


@given(st.lists(entries, max_size=30), st.integers(0, 60), st.none() | st.integers(-5_000, 5_000).map(Decimal))
def test_whatever_happened_two_statements_join_without_a_seam(came: list[Entry], days: int, first: Decimal | None) -> None:
    """What the first closes with, the second opens with; each adds up; neither tells what the other told."""
    balances = {each: sum((e.amount for e in came if e.currency == each), Decimal(0)) for each in ("GBP", "EUR")}
    middle = BEFORE + timedelta(days=days)
    opened = None if first is None else {"GBP": first}
    one = activities(came, balances, Span(BEFORE, middle), opened)
    two = activities(came, balances, Span(middle), {each: found.closing for each, found in one.items()})
    for found in (*one.values(), *two.values()):
        told = sum((each.amount for each in found.entries), Decimal(0))
        assert found.opening + found.corrections + told == found.closing
        assert not found.lines or found.lines[-1][1] == found.closing
    assert all(two[each].corrections == 0 for each in two)
    assert all(two[each].closing == balances[each] for each in two)
    told = [e for found in (*one.values(), *two.values()) for e in found.entries]
    assert len(told) == sum(each.on > BEFORE for each in came)


def test_the_same_day_of_the_month_before_or_its_last() -> None:
    assert month_before(date(2026, 3, 31)) == date(2026, 2, 28)
    assert month_before(date(2028, 3, 30)) == date(2028, 2, 29)
    assert month_before(date(2027, 1, 31)) == date(2026, 12, 31)
    assert month_before(date(2026, 12, 1)) == date(2026, 11, 1)

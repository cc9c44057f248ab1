"""Long lists of the Statements page: pages, names, reasons."""

from datetime import date

import pytest

from app.schedules.calendar import ChaseCalendar
from app.statements.days import LAST_DAY, next_month, statement_day
from app.statements.overview import A_PAGE, Find, grouped, part_of, planned_words, read_find

ENGLAND = ChaseCalendar("GB")


def test_every_item_is_on_exactly_one_page() -> None:
    items = range(2 * A_PAGE + 3)
    pages = [part_of(items, number) for number in (1, 2, 3)]
    assert [each for page in pages for each in page.items] == list(items)
    assert [(page.before, page.after) for page in pages] == [(None, 2), (1, 3), (2, None)]


def test_a_full_last_page_has_none_after_it() -> None:
    assert part_of(range(A_PAGE), 1).after is None


def test_the_most_frequent_reason_leads_and_all_are_counted() -> None:
    many = [("is not being chased", n) for n in range(A_PAGE + 5)]
    first, second = grouped([("is insolvent", -1), *many])
    assert (first.heading, first.many, first.further) == ("Is not being chased", A_PAGE + 5, 5)
    assert (second.heading, second.items, second.further) == ("Is insolvent", (-1,), 0)


def test_a_name_is_found_whatever_its_case() -> None:
    find = read_find({"q": " müller "}, [])
    assert find.has("Gebrüder MÜLLER KG") and not find.has("Miller Ltd")


@pytest.mark.parametrize("given", [{"page": "0"}, {"page": "-3"}, {"page": "²"}, {"page": "9" * 40}, {"month": "2026-13"}, {}])
def test_what_cannot_be_read_is_as_if_it_was_not_said(given: dict[str, str]) -> None:
    assert read_find(given, ["2026-11"]) == Find()


def test_signs_that_mean_something_to_a_search_mean_themselves() -> None:
    assert Find(name="100%_!").pattern == "%100!%!_!!%"


@pytest.mark.parametrize(
    ("counts", "on", "says"),
    [
        ((143, 12), "Tue 1 Dec", "On Tue 1 Dec, 143 customers get a statement, as things stand; 12 do not."),
        ((1, 1), "Tue 1 Dec", "On Tue 1 Dec, 1 customer gets a statement, as things stand; 1 does not."),
        ((1200, 0), "", "1,200 customers would get a statement for November 2026."),
        ((0, 3), "", "0 customers would get a statement for November 2026; 3 would not."),
    ],
)
def test_one_sentence_says_when_how_many_and_how_many_not(counts: tuple[int, int], on: str, says: str) -> None:
    assert planned_words(*counts, on, date(2026, 11, 30)) == says


@pytest.mark.parametrize(
    ("day", "today", "on", "month"),
    [
        (1, date(2026, 11, 30), date(2026, 12, 1), "2026-12"),
        (LAST_DAY, date(2026, 11, 1), date(2026, 11, 2), "2026-10"),
        (LAST_DAY, date(2026, 11, 3), date(2026, 11, 30), "2026-11"),
        (LAST_DAY, date(2027, 1, 30), date(2027, 2, 1), "2027-01"),
        (28, date(2026, 12, 26), date(2026, 12, 29), "2026-12"),
        (1, date(2026, 12, 31), date(2027, 1, 4), "2027-01"),
    ],
)
def test_the_next_ones_are_those_of_the_month_they_belong_to(day: int, today: date, on: date, month: str) -> None:
    assert (statement_day(day, today, ENGLAND), next_month(day, today, ENGLAND)) == (on, month)

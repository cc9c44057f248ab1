"""The business's own closed days, however they are written, and the regions whose holidays count."""

from datetime import date
from types import SimpleNamespace

import pytest

from app.organisations.closed_days import ClosedDay, closed_days_of, columns_of, day_in, merged, read_day, read_list
from app.organisations.regions import regions_of

EVE = date(2026, 12, 24)


@pytest.mark.parametrize(
    "text",
    ["2026-12-24", "24/12/2026", "24.12.2026", "24 Dec 2026", "24 December 2026", "24th December, 2026", " 24 dec 2026 "],
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert day_in(text) == EVE


def test_americans_write_the_month_first_where_there_are_strokes() -> None:
    assert day_in("12/24/2026", month_first=True) == EVE
    assert day_in("24.12.2026", month_first=True) == EVE


@pytest.mark.parametrize("text", ["", "Christmas", "2026-02-30", "31/02/2026", "24 Foo 2026", "0001-01-01", "99999-01-01"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_in(text) is None


def test_a_pasted_list_brings_days_and_their_names() -> None:
    days, errors = read_list(
        {
            "closed_list": "2026-12-24 Christmas Eve\r\n\r\n- Tuesday 29/12/2026, Office move\n"
            "30/12/2026 to 31/12/2026 Closed\n01.01.2027"
        }
    )
    assert errors == {}
    assert days == (
        ClosedDay(EVE, "Christmas Eve"),
        ClosedDay(date(2026, 12, 29), "Office move"),
        ClosedDay(date(2026, 12, 30), "Closed"),
        ClosedDay(date(2026, 12, 31), "Closed"),
        ClosedDay(date(2027, 1, 1)),
    )


@pytest.mark.parametrize("text", ["", "Christmas Eve 2026-12-24", "2026-12-24\nsoon", "2026-12-24 to 2028-12-24", "5 apples"])
def test_a_line_that_is_no_day_is_named(text: str) -> None:
    days, errors = read_list({"closed_list": text})
    assert days == () and "closed_list" in errors


def test_several_days_in_a_row_are_one_entry_of_the_form() -> None:
    days, errors = read_day({"closed_on": "2026-12-24", "closed_until": "2026-12-26", "closed_name": " Shut  down "})
    assert errors == {}
    assert [(each.on.day, each.name) for each in days] == [(24, "Shut down"), (25, "Shut down"), (26, "Shut down")]
    assert read_day({"closed_on": "2026-12-24"})[0] == (ClosedDay(EVE),)
    assert "closed_on" in read_day({"closed_on": "x"})[1]
    assert "closed_until" in read_day({"closed_on": "2026-12-24", "closed_until": "2026-12-23"})[1]
    assert "closed_until" in read_day({"closed_on": "2026-12-24", "closed_until": "2027-12-24"})[1]


def test_days_are_kept_in_order_once_each_with_the_latest_name() -> None:
    known = (ClosedDay(date(2026, 12, 31)), ClosedDay(EVE, "Eve"))
    both = merged(known, [ClosedDay(EVE), ClosedDay(date(2026, 12, 31), "New Year's Eve")])
    assert both == (ClosedDay(EVE, "Eve"), ClosedDay(date(2026, 12, 31), "New Year's Eve"))
    assert closed_days_of(SimpleNamespace(**columns_of(both))) == both
    assert closed_days_of(SimpleNamespace(closed_days='["2026-12-24"]', closed_day_names="{}")) == (ClosedDay(EVE),)


def test_regions_are_named_and_england_goes_without_saying() -> None:
    assert regions_of("GB")[0] == ("", "England")
    assert ("BY", "Bayern") in regions_of("DE")
    assert regions_of("DE")[0][0] == ""
    assert ("CA", "California") in regions_of("US")
    assert regions_of("IE") == regions_of("XX") == regions_of("date") == ()

"""The period of a statement as it is typed into an address."""

from datetime import date

import pytest

from app.statements.forms import read_period

TODAY = date(2026, 11, 30)


def test_two_days_are_a_period_and_it_ends_today_at_the_latest() -> None:
    assert read_period({"from": "2026-01-01", "to": "2026-03-31"}, TODAY) == ((date(2026, 1, 1), date(2026, 3, 31)), "")
    assert read_period({"from": "2026-11-01", "to": "2027-01-01"}, TODAY) == ((date(2026, 11, 1), TODAY), "")
    assert read_period({}, TODAY) == (None, "")


@pytest.mark.parametrize(
    ("first", "last", "complaint"),
    [
        ("soon", "2026-03-31", "Write both days"),
        ("2026-03-31", "2026-01-01", "Swap them"),
        ("0001-01-01", "0001-01-31", "go back that far"),
        ("2015-01-01", "2026-01-31", "five years at most"),
        ("2027-01-01", "2027-01-31", "not begun yet"),
    ],
)
def test_what_is_no_period_is_told_what_to_do(first: str, last: str, complaint: str) -> None:
    period, told = read_period({"from": first, "to": last}, TODAY)
    assert period is None and complaint in told

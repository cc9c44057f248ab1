from datetime import date, timedelta

import pytest

from app.organisations.ages import ago
from app.organisations.forms import clock_of, countries, days_of, minute_of, text_block, timezones
from app.organisations.membership import Role
from tests.cast import NOW


@pytest.mark.parametrize(("text", "minute"), [("10:00", 600), ("9:05", 545), (" 23:59 ", 1439), ("0:00", 0)])
def test_a_time_is_minutes_after_midnight(text: str, minute: int) -> None:
    assert minute_of(text) == minute
    assert minute_of(clock_of(minute)) == minute


@pytest.mark.parametrize("text", ["", "24:00", "10", "10:60", "ten", "10:00:00", "-1:00"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert minute_of(text) is None


def test_the_first_word_that_is_no_date_is_named() -> None:
    assert days_of("2026-12-31") == ((date(2026, 12, 31),), "")
    assert days_of("2026-12-24 2026-02-30") == ((), "2026-02-30")


def test_a_block_of_text_keeps_its_lines_and_nothing_invisible() -> None:
    assert text_block({"office": "1 Quay  \r\nLeith\x00\r\n\r\n"}, "office") == "1 Quay\nLeith"


def test_countries_and_timezones_can_be_chosen_by_name() -> None:
    assert ("GB", "United Kingdom") in countries()
    assert ("Europe/London", "Europe: London") in timezones()


@pytest.mark.parametrize("role", list(Role))
def test_a_role_includes_itself_and_those_below(role: Role) -> None:
    order = [Role.VIEWER, Role.CONTROLLER, Role.MANAGER, Role.OWNER]
    assert [role.includes(each) for each in order] == [place <= order.index(role) for place in range(4)]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "just now"), (250, "4 min ago"), (3600, "1 hour ago"), (11_000, "3 hours ago"), (200_000, "2 days ago")],
)
def test_how_long_ago_in_words(seconds: int, words: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words

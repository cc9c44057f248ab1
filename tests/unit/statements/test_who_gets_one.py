from datetime import date
from typing import Any

from app.schedules.calendar import ChaseCalendar
from app.statements.days import LAST_DAY, month_due, statement_day
from app.statements.eligibility import Candidate, halted_because, left_out_because
from app.statements.forms import read_month, read_settings_form

TODAY = date(2026, 11, 30)
ENGLAND = ChaseCalendar("GB")


def because(**facts: Any) -> str:
    standard = {
        "id": 1, "name": "Harbour", "chasing": True, "stop": "", "paused_until_on": None, "wants_statements": True,
        "usable_addresses": 1, "has_it_already": False,
    }  # fmt: skip
    return left_out_because(Candidate(**{**standard, **facts}), True, TODAY)


def test_a_chased_customer_with_an_address_gets_one() -> None:
    assert because() == ""


def test_everybody_left_out_is_told_why() -> None:
    assert because(has_it_already=True) == "has had this month's statement"
    assert because(wants_statements=False) == "gets no statements"
    assert because(stop="insolvent") == "is insolvent"
    assert because(stop="some_new_reason") == "is stopped"
    assert because(paused_until_on=date(2026, 12, 4)) == "is paused until Fri 4 Dec"
    assert because(chasing=False) == "is not being chased"
    assert because(usable_addresses=0) == "has no usable email address"


def test_a_pause_ends_on_its_first_free_day() -> None:
    assert because(paused_until_on=TODAY) == ""


def test_nothing_is_sent_while_nobody_knows_what_is_owed() -> None:
    good = {"connected": True, "restored": False, "paused": False, "is_fresh": True, "has_sender": True}
    assert halted_because(**good) == ""
    for wrong in ({"connected": False}, {"restored": True}, {"paused": True}, {"is_fresh": False}, {"has_sender": False}):
        assert halted_because(**{**good, **wrong}).endswith(".")


def test_a_day_that_is_not_worked_moves_to_the_next_one() -> None:
    assert statement_day(5, date(2026, 12, 1), ENGLAND) == date(2026, 12, 7)
    assert statement_day(25, date(2026, 12, 1), ENGLAND) == date(2026, 12, 29)


def test_the_last_day_is_each_months_own() -> None:
    ends = [statement_day(LAST_DAY, date(2028, month, 10), ENGLAND) for month in (2, 3, 5)]
    assert ends == [date(2028, 2, 29), date(2028, 3, 31), date(2028, 5, 31)]


def test_a_last_day_moved_into_the_next_month_is_still_that_months_statement() -> None:
    monday = date(2026, 11, 2)
    assert statement_day(LAST_DAY, date(2026, 11, 1), ENGLAND) == monday
    assert month_due(LAST_DAY, monday, ENGLAND) == "2026-10"


def test_a_machine_that_was_off_makes_up_for_it_within_a_week() -> None:
    assert month_due(1, date(2026, 12, 1), ENGLAND) == "2026-12"
    assert month_due(1, date(2026, 12, 8), ENGLAND) == "2026-12"
    assert month_due(1, date(2026, 12, 9), ENGLAND) is None


def test_over_the_turn_of_the_year_the_first_is_the_first_working_day() -> None:
    assert statement_day(1, date(2026, 12, 30), ENGLAND) == date(2027, 1, 4)
    assert month_due(1, date(2027, 1, 4), ENGLAND) == "2027-01"


def test_only_days_that_every_month_has_can_be_chosen() -> None:
    form, errors = read_settings_form({"day": "28", "who": "all", "is_on": "1"})
    assert form is not None and (form.day, form.chasing_only, form.is_on) == (28, False, True)
    assert not errors
    for wrong in ("29", "0", "", "x", "٣", "-1"):
        assert read_settings_form({"day": wrong})[0] is None


def test_a_month_that_cannot_be_read_is_this_one() -> None:
    assert read_month("2026-12", "2026-11") == "2026-12"
    assert read_month("2026-13", "2026-11") == "2026-11"
    assert read_month("../../etc", "2026-11") == "2026-11"

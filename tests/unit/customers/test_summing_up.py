"""The sentence that sums a customer up, its status, how to reach it."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from app.customers.contact import addresses_of, phones_of
from app.customers.forms import read_kind, read_pause, read_recipient, read_stop
from app.customers.receivables import figures, week_of
from app.customers.status import status_of
from app.customers.summing_up import Standing, ageing_of, summed_up
from app.money import ZERO

TODAY = date(2026, 11, 30)


def said(**facts: Any) -> str:
    return summed_up(Standing(**{"outstanding": {}, "overdue": {}, **facts}), TODAY, "en_GB")


def test_what_is_owed_how_they_pay_and_what_comes_next() -> None:
    facts = {"outstanding": {"GBP": 42_100_000}, "overdue": {"GBP": 19_000_000}, "days_late": 12}
    assert said(**facts, next_step="Firm", next_on=date(2026, 12, 8)) == (
        "Owes £4,210.00, of it £1,900.00 overdue, pays 12 days late on average; next: Firm on Tue 8 Dec."
    )


def test_several_currencies_are_never_added_up() -> None:
    both = {"USD": 400_000, "GBP": 1_200_000}
    assert said(outstanding=both, overdue={"USD": 400_000}).startswith("Owes £120.00 and US$40.00, of it US$40.00 overdue")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "Owes nothing."),
        ({"days_late": -1}, "Owes nothing, pays 1 day early on average."),
        ({"days_late": 0}, "Owes nothing, pays on the day on average."),
        ({"outstanding": {"GBP": 10_000}}, "Owes £1.00, none of it overdue."),
        ({"outstanding": {"GBP": 1}, "overdue": {"GBP": 1}}, "Owes £0.00, all of it overdue; no reminder is planned."),
    ],
)
def test_what_goes_without_saying_is_left_out(facts: dict[str, Any], sentence: str) -> None:
    assert said(**facts) == sentence


def test_ageing_puts_every_amount_into_one_band() -> None:
    due = [None, TODAY, date(2026, 11, 29), date(2026, 10, 31), date(2026, 10, 30), date(2026, 8, 31), date(1999, 1, 1)]
    bar = ageing_of([(on, 10_000) for on in due], TODAY, "GBP", "en_GB")
    assert [part.band.text for part in bar.parts] == ["£2.00", "£2.00", "£1.00", "£0.00", "£2.00"]
    assert bar.sentence == "not due: £2.00; 1 to 30 days: £2.00; 31 to 60 days: £1.00; older: £2.00"


def a_customer(**facts: Any) -> Any:
    usual = {"chasing": True, "stop": "", "stop_note": "", "paused_until_on": None, "replied_at": None}
    decided = {"stop_until_on": None, "stopped_by": "", "pause_note": "", "paused_by": ""}
    return SimpleNamespace(**{**usual, **decided, **facts})


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, "chasing"),
        ({"chasing": False}, "not_chasing"),
        ({"paused_until_on": date(2026, 12, 1)}, "paused"),
        ({"paused_until_on": TODAY}, "chasing"),
        ({"replied_at": datetime(2026, 11, 29, tzinfo=UTC)}, "replied"),
        ({"stop": "insolvent", "chasing": False}, "stopped"),
        ({"stop": "a reason of old"}, "stopped"),
        ({"stop": "breathing_space", "stop_until_on": date(2026, 12, 1)}, "stopped"),
        ({"stop": "breathing_space", "stop_until_on": TODAY}, "chasing"),
    ],
)
def test_the_strongest_reason_names_the_status(facts: dict[str, Any], code: str) -> None:
    assert status_of(a_customer(**facts), TODAY).code == code


def test_a_decision_is_told_with_who_took_it_until_when_and_why() -> None:
    space = {
        "stop": "breathing_space",
        "stop_until_on": date(2027, 1, 29),
        "stopped_by": "Tom Hale",
        "stop_note": "StepChange 4711",
    }
    assert status_of(a_customer(**space), TODAY).sentence == (
        "Breathing space. No reminders are sent before 29 Jan 2027. Tom Hale: StepChange 4711."
    )
    rest = {"paused_until_on": date(2026, 12, 4), "paused_by": "Tom Hale", "pause_note": "They move house."}
    assert status_of(a_customer(**rest), TODAY).sentence == (
        "Paused until Fri 4 Dec; then chasing goes on where it stood. Tom Hale: They move house."
    )


def test_phones_can_be_dialled_unless_they_are_faxes_or_nonsense() -> None:
    column = (
        '[{"kind": "ddi", "number": "020 7946 0321"}, {"kind": "fax", "number": "020 7946 0322"}, {"number": "ask Ann"}, {}]'
    )
    assert [(p.label, p.dial) for p in phones_of(column, "GB")] == [
        ("Direct line", "+442079460321"),
        ("Fax", ""),
        ("Phone", ""),
    ]


def test_phones_are_written_as_people_at_home_write_them() -> None:
    column = '[{"number": "+44 020 7946 0195"}, {"number": "+49 030 901820"}, {"number": "12 ask Ann"}]'
    assert [p.number for p in phones_of(column, "GB")] == ["020 7946 0195", "+49 30 901820", "12 ask Ann"]


def test_the_same_address_is_shown_once_under_its_first_name() -> None:
    home = '"lines": ["1 Quay"], "city": "Leith", "postal_code": "EH6 6AA"'
    column = f'[{{"kind": "pobox", {home}}}, {{"kind": "street", {home}}}, {{"kind": "delivery"}}]'
    assert [(a.label, a.lines) for a in addresses_of(column)] == [("Postal address", ("1 Quay", "Leith EH6 6AA"))]


@pytest.mark.parametrize("until", ["", "x", "2026-11-30", "2027-12-01"])
def test_a_pause_ends_after_today_and_within_a_year(until: str) -> None:
    form, errors = read_pause({"until": until}, TODAY)
    assert form.until_on is None
    assert list(errors) == ["until"]


def test_forms_are_read_with_what_was_typed_kept() -> None:
    assert read_recipient({"email": " ap@harbour.example ", "name": "Ann  Marsh", "kind": "copy"})[1] == {}
    form, errors = read_recipient({"email": "ap at harbour", "kind": "boss"})
    assert (form.email, sorted(errors)) == ("ap at harbour", ["email", "kind"])
    assert read_stop({"reason": "agency"}, TODAY)[1] == {}
    assert list(read_stop({}, TODAY)[1]) == ["reason"]
    assert list(read_stop({"reason": "breathing_space"}, TODAY)[1]) == ["stop_until"]
    assert list(read_stop({"reason": "agency", "stop_until": "2026-11-30"}, TODAY)[1]) == ["stop_until"]
    assert list(read_stop({"reason": "agency", "stop_until": "soon"}, TODAY)[1]) == ["stop_until"]
    assert read_stop({"reason": "agency", "stop_until": "2027-01-29"}, TODAY)[0].until_on == date(2027, 1, 29)
    assert read_kind({"kind": "king"}) is None


def test_a_week_runs_from_monday_to_sunday() -> None:
    assert week_of(date(2026, 12, 6)) == (date(2026, 11, 30), date(2026, 12, 6))
    assert week_of(TODAY) == (TODAY, date(2026, 12, 6))


def test_the_figure_whose_list_is_open_is_marked() -> None:
    shown = figures(ZERO, 0, ZERO, 1, ZERO, 2, currency="GBP", locale="en_GB", at="/customers?overdue=0")
    assert [figure.current for figure in shown] == [False, True, False]
    assert [figure.note for figure in shown] == ["0 customers", "1 customer", "2 promises"]

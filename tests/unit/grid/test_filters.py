"""Typed filters: what they read, what they say, what they ask of the database."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from components.grid.filters import (
    AmountFilter,
    Applied,
    ChoiceFilter,
    Condition,
    ConditionFilter,
    DayFilter,
    Filter,
)
from components.grid.sql import Where, all_of, any_of, one_of

TODAY = date(2026, 11, 30)
STATUS = ChoiceFilter("status", "Status", "c.status", {"on": "chasing", "off": "not chasing"})
CURRENCY = ChoiceFilter("currency", "Currency", "c.currency", {"GBP": "GBP", "USD": "USD"}, "in {}")
OVERDUE = ConditionFilter(
    "overdue",
    "Overdue",
    {
        "any": Condition("overdue", lambda today: Where("c.due < {}", (today,))),
        "30": Condition("overdue more than 30 days", lambda today: Where("c.due < {}", (today - timedelta(30),))),
        "no_date": Condition("without a due date", Where("c.due IS NULL")),
    },
)
AMOUNT = AmountFilter("amount", "Outstanding", "c.outstanding")
DUE = DayFilter("due", "Due", "c.due")


def applied(filter_: Filter, given: Mapping[str, Sequence[str]]) -> Applied:
    read = filter_.read(given, TODAY, "en_GB")
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("filter_", "given", "sentence"),
    [
        (STATUS, {"status": ["on"]}, "chasing"),
        (STATUS, {"status": ["off", "on"]}, "chasing or not chasing"),
        (CURRENCY, {"currency": ["USD"]}, "in USD"),
        (OVERDUE, {"overdue": ["30"]}, "overdue more than 30 days"),
        (OVERDUE, {"overdue": ["any", "no_date"]}, "overdue or without a due date"),
        (AMOUNT, {"amount_from": ["1,000"]}, "outstanding from 1,000"),
        (AMOUNT, {"amount_to": ["£99.50"]}, "outstanding up to 99.50"),
        (AMOUNT, {"amount_from": ["10"], "amount_to": ["20"]}, "outstanding 10 to 20"),
        (DUE, {"due_from": ["2026-12-01"]}, "due from Tue 1 Dec"),
        (DUE, {"due_from": ["2026-12-01"], "due_to": ["2027-01-05"]}, "due Tue 1 Dec to 5 Jan 2027"),
    ],
)
def test_a_filter_says_in_english_what_it_shows(filter_: Filter, given: Mapping[str, Sequence[str]], sentence: str) -> None:
    assert applied(filter_, given).sentence == sentence


@pytest.mark.parametrize(
    ("filter_", "given", "where"),
    [
        (STATUS, {"status": ["on", "off"]}, Where("c.status IN ({}, {})", ("on", "off"))),
        (OVERDUE, {"overdue": ["30"]}, Where("c.due < {}", (date(2026, 10, 31),))),
        (OVERDUE, {"overdue": ["any", "no_date"]}, Where("(c.due < {}) OR (c.due IS NULL)", (TODAY,))),
        (AMOUNT, {"amount_from": ["10.5"]}, Where("c.outstanding >= {}", (105_000,))),
        (
            DUE,
            {"due_from": ["2026-12-01"], "due_to": ["2026-12-02"]},
            Where("c.due >= {} AND c.due <= {}", (date(2026, 12, 1), date(2026, 12, 2))),
        ),
    ],
)
def test_a_filter_gives_its_condition_with_parameters(
    filter_: Filter, given: Mapping[str, Sequence[str]], where: Where
) -> None:
    assert applied(filter_, given).where == where


@pytest.mark.parametrize("filter_", [STATUS, CURRENCY, OVERDUE, AMOUNT, DUE])
@pytest.mark.parametrize("value", ["", "nonsense", "'; DROP TABLE customer", "9" * 400, "-nan", "2026-02-30"])
def test_a_filter_leaves_out_what_it_does_not_understand(filter_: Filter, value: str) -> None:
    name = filter_.name
    assert filter_.read({name: [value], f"{name}_from": [value], f"{name}_to": [value]}, TODAY, "en_GB") is None


def test_whole_numbers_are_compared_as_numbers() -> None:
    schedule = ChoiceFilter("schedule", "Schedule", "c.schedule", {"3": "Firm"}, whole_numbers=True)
    assert applied(schedule, {"schedule": ["3"]}).where.args == (3,)


def test_a_column_of_decimals_is_compared_with_decimals() -> None:
    plain = AmountFilter("amount", "Amount", "c.amount", scale=0)
    assert applied(plain, {"amount_from": ["10.5"]}).where.args == (Decimal("10.5"),)


def test_the_panel_shows_what_is_in_force() -> None:
    control = STATUS.control(applied(STATUS, {"status": ["off"]}))
    assert [(option.label, option.checked) for option in control.options] == [("Chasing", False), ("Not chasing", True)]
    entries = AMOUNT.control(applied(AMOUNT, {"amount_to": ["20"]})).entries
    assert [(entry.name, entry.value) for entry in entries] == [("amount_from", ""), ("amount_to", "20")]


def test_conditions_are_joined_with_their_parameters_in_order() -> None:
    where = all_of([Where("a = {}", (1,)), Where(), any_of([Where("b = {}", (2,)), Where("c = {}", (3,))])])
    assert where == Where("(a = {}) AND ((b = {}) OR (c = {}))", (1, 2, 3))


def test_one_of_nothing_is_never_true() -> None:
    assert one_of("a", ()) == Where("1 = 0")

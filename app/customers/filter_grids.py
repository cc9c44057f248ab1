"""The filters of both lists of receivables: how each finds its rows by an index, and how it tests one that is there."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from app.chasing.holds import Hold
from components.grid.filters import ChoiceFilter, Condition, ConditionFilter
from components.grid.sql import Where, beside_its_index

BANDS = (0, 30, 60, 90)
HOLDS = {hold.value: hold.label.lower() for hold in Hold}
NOBODY = {"0": "nobody"}


def finding(key: str, rows: str, *args: object) -> Where:
    """Those whose `key` is among the rows of a query, which an index finds."""
    return Where(f"{key} IN (SELECT {rows})", args, drives=True)


def being(rows: str, *args: object) -> Where:
    """Those for which a query finds a row."""
    return Where(f"EXISTS (SELECT 1 FROM {rows})", args)  # noqa: S608  values are parameters


def by_lateness(sql: str) -> ConditionFilter:
    """`sql` is the due date."""
    return ConditionFilter("overdue", "Overdue", {str(days): _late(days, sql) for days in BANDS}, sql=sql)


def _late(days: int, sql: str) -> Condition:
    words = f"overdue more than {days} days" if days else "overdue"

    def before(expression: str, today: date) -> Where:
        return Where(f"{expression} < {{}}", (today - timedelta(days=days),))

    return Condition(words, lambda today: before(sql, today), lambda today: before(beside_its_index(sql), today))


def by_schedule(schedules: Mapping[int, str], followed: str) -> tuple[ChoiceFilter, ...]:
    """Where there are several to choose from; `followed`: SQL of the schedule's id."""
    if len(schedules) < 2:
        return ()
    choices = {str(number): name for number, name in schedules.items()}
    return (ChoiceFilter("schedule", "Schedule", followed, choices, "on {}", whole_numbers=True),)


def by_assignee(members: Mapping[int, str], key: str, here: int) -> tuple[ChoiceFilter, ...]:
    """Where there are several to choose from; `key`: SQL of the customer's id."""
    if len(members) < 2:
        return ()
    rows = "id FROM customer WHERE organisation = {} AND COALESCE(assigned_to, 0) IN ([values])"
    choices = {**{str(number): name for number, name in members.items()}, **NOBODY}
    return (
        ChoiceFilter("assigned", "Assigned to", "COALESCE(c.assigned_to, 0)", choices, "assigned to {}", whole_numbers=True,
                     leads=finding(key, rows, here)),
    )  # fmt: skip


def by_hold(key: str, column: str, here: int, tests: Where) -> ChoiceFilter:
    """`column` of the outlooks names the row of which `key` is the identity."""
    rows = f"{column} FROM outlook WHERE organisation_id = {{}} AND hold IN ([values])"
    return ChoiceFilter("hold", "Held", "", HOLDS, "held: {}", leads=finding(key, rows, here), tests=tests)


def by_currency(codes: Sequence[str], words: str, key: str, column: str, test: Mapping[str, Where], here: int) -> tuple[
    ConditionFilter, ...
]:  # fmt: skip
    """`codes`: the base currency first. Foreign invoices have an index of their own; `column` of theirs names the row of
    which `key` is the identity, empty: their own row, and the tests are what leads to it."""
    if len(codes) < 2:
        return ()
    rows = f"{column} FROM invoice WHERE organisation = {{}} AND currency = {{}} AND rate <> '1'"
    conditions = {codes[0]: Condition(f"{words} {codes[0]}", test[codes[0]])}
    lead = {code: finding(key, rows, here, code) for code in codes} if column else {}
    foreign = {code: Condition(f"{words} {code}", lead.get(code, test[code]), test[code]) for code in codes[1:]}
    return (ConditionFilter("currency", "Currency", {**conditions, **foreign}),)


def named(places: Iterable[int], sql: str) -> str:
    """SQL that sorts ids in this order of theirs, those not among them last; empty where there are none."""
    order = " ".join(f"WHEN {int(number)} THEN {place}" for place, number in enumerate(places))
    return f"CASE {sql} {order} ELSE 999999 END" if order else ""

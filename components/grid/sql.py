"""Pieces of SQL that carry their parameters with them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Parameter = str | int | float | bool | object


@dataclass(frozen=True, slots=True)
class Where:
    """A condition; each `{}` in `sql` stands for one of `args`. An empty one is true.

    `drives`: it leads to its rows by an index of its own, so that the whole list is not read for them.
    """

    sql: str = ""
    args: tuple[Parameter, ...] = ()
    drives: bool = False


EVERYTHING = Where()

Scope = Where | Callable[[str], Where]
"""The rows that may be shown at all; as a function, told by which column they are owned (Grid.owner, Column.owner)."""


def within(scope: Scope, owner: str) -> Where:
    return scope if isinstance(scope, Where) else scope(owner)


def all_of(conditions: Iterable[Where]) -> Where:
    """True where each of the conditions is."""
    given = [condition for condition in conditions if condition.sql]
    return _joined(" AND ", given, any(each.drives for each in given))


def any_of(conditions: Iterable[Where]) -> Where:
    """True where one of the conditions is, or where there is none to meet."""
    given = [condition for condition in conditions if condition.sql]
    return _joined(" OR ", given, bool(given) and all(each.drives for each in given))


def _joined(word: str, given: list[Where], drives: bool) -> Where:
    if len(given) <= 1:
        return given[0] if given else EVERYTHING
    sql = word.join(f"({condition.sql})" for condition in given)
    return Where(sql, tuple(arg for condition in given for arg in condition.args), drives)


def one_of(expression: str, values: tuple[Parameter, ...]) -> Where:
    """`expression IN (…)`, never with an empty list."""
    return Where(f"{expression} IN ({', '.join('{}' for _ in values)})", values) if values else Where("1 = 0")


def beside_its_index(expression: str) -> str:
    """The same value, which no index of the expression leads to: for rows that are walked in the order of another."""
    return f"COALESCE({expression}, {expression})"


def containing(expressions: tuple[str, ...], words: Iterable[str]) -> Where:
    """Rows in which every word stands in one of the expressions, which hold text already in lower case."""
    return all_of(any_of(_contains(expression, word) for expression in expressions) for word in words)


def _contains(expression: str, word: str) -> Where:
    return Where(f"{expression} LIKE {{}} ESCAPE '!'", (f"%{literal(word)}%",))


def literal(word: str) -> str:
    """What LIKE would take for a wildcard, taken for itself behind the escape character "!"."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")

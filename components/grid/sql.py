"""Pieces of SQL that carry their parameters with them."""

from collections.abc import Iterable
from dataclasses import dataclass

Parameter = str | int | float | bool | object


@dataclass(frozen=True, slots=True)
class Where:
    """A condition; each `{}` in `sql` stands for one of `args`. An empty one is true."""

    sql: str = ""
    args: tuple[Parameter, ...] = ()


EVERYTHING = Where()


def all_of(conditions: Iterable[Where]) -> Where:
    """True where each of the conditions is."""
    return _joined(" AND ", conditions)


def any_of(conditions: Iterable[Where]) -> Where:
    """True where one of the conditions is, or where there is none to meet."""
    return _joined(" OR ", conditions)


def _joined(word: str, conditions: Iterable[Where]) -> Where:
    given = [condition for condition in conditions if condition.sql]
    if len(given) <= 1:
        return given[0] if given else EVERYTHING
    sql = word.join(f"({condition.sql})" for condition in given)
    return Where(sql, tuple(arg for condition in given for arg in condition.args))


def one_of(expression: str, values: tuple[Parameter, ...]) -> Where:
    """`expression IN (…)`, never with an empty list."""
    return Where(f"{expression} IN ({', '.join('{}' for _ in values)})", values) if values else Where("1 = 0")


def containing(expressions: tuple[str, ...], words: Iterable[str]) -> Where:
    """Rows in which every word stands in one of the expressions, which hold text already in lower case."""
    return all_of(any_of(_contains(expression, word) for expression in expressions) for word in words)


def _contains(expression: str, word: str) -> Where:
    return Where(f"{expression} LIKE {{}} ESCAPE '!'", (f"%{_literal(word)}%",))


def _literal(word: str) -> str:
    """What LIKE would take for a wildcard, taken for itself."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")

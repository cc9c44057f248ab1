"""The rows of a shelf that fulfil a `where`: from its columns or its words where they tell, from the records where not."""

from array import array
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from .columns import TEXTS, Texts, kept
from .records import NOTHING, Json, ms_of
from .shelf import Shelf
from .where import COMPARE, Both, Comparison, Condition, Either, fulfils

FEW = 2_000
"""Records that are looked at one by one sooner than the words of all."""


def matching(shelf: Shelf, rows: Sequence[int], condition: Condition) -> Sequence[int]:
    """The rows that fulfil the condition, in the order given, which is ascending."""
    if isinstance(condition, Both):
        for part in sorted(condition.parts, key=lambda part: not _is_quick(shelf, part)):
            rows = matching(shelf, rows, part)
        return rows
    if isinstance(condition, Either):
        return sorted(set[int]().union(*(matching(shelf, rows, part) for part in condition.parts)))
    if condition.field == shelf.id_field and condition.sign in ("==", "="):
        place = shelf.find(str(condition.value))
        return [place] if place is not None and place in rows else []
    if (test := _quick_test(shelf, condition)) is not None:
        return kept(rows, *test)
    if are_many(rows) and (spelt := _spelt(shelf, condition)) is not None:
        return both(rows, spelt, len(shelf))
    return [row for row in rows if fulfils(shelf.get(row), condition)]


def are_many(rows: Sequence[int]) -> bool:
    return len(rows) > FEW


def both(rows: Sequence[int], others: Sequence[int], count: int) -> Sequence[int]:
    """What is in both, in the order of the first; `count`: of all rows there are."""
    if len(rows) == count:
        return others
    wanted = set(others)
    return array("I", (row for row in rows if row in wanted))


def _spelt(shelf: Shelf, condition: Comparison) -> Sequence[int] | None:
    names = condition.field.split(".")

    def passes(text: str | None) -> bool:
        record: Json = {}
        if text is not None:
            value: Any = text
            for name in reversed(names):
                value = {name: value}
            record = value
        return fulfils(record, condition)

    return shelf.spelt(condition.field, passes, lambda record: fulfils(record, condition))


def _is_quick(shelf: Shelf, condition: Condition) -> bool:
    if isinstance(condition, Comparison):
        return condition.field == shelf.id_field or _quick_test(shelf, condition) is not None
    return all(_is_quick(shelf, part) for part in condition.parts)


def _quick_test(shelf: Shelf, condition: Comparison) -> tuple[Sequence[int], Callable[[int], bool]] | None:
    """A column and what its values are asked, where that tells the same as the records would; else None."""
    field, value, sign = shelf.column_of(condition.field), condition.value, condition.sign
    if field is None:
        return None
    if field in TEXTS:
        return _text_test(shelf.columns.text(field), sign, value) if isinstance(value, str) and value else None
    wanted = _as_in_column(field, value)
    if wanted is None or sign not in COMPARE:
        return None
    compare = COMPARE[sign]
    return shelf.columns.numbers(field), lambda held: compare(held, wanted) and (held != NOTHING or sign == "!=")


def _as_in_column(field: str, value: Any) -> int | Decimal | None:
    if field == "amount" and isinstance(value, Decimal):
        return int(value * 100) if value * 100 == int(value * 100) else value * 100
    return ms_of(value) if field != "amount" and isinstance(value, datetime) else None


def _text_test(column: Texts, sign: str, value: str) -> tuple[Sequence[int], Callable[[int], bool]] | None:
    codes = column.like(value)
    if sign in ("==", "="):
        return column.codes, codes.__contains__
    return (column.codes, lambda code: code not in codes) if sign == "!=" else None

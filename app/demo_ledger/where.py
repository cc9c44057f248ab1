"""Xero's `where` language: Type=="ACCREC" && Date >= DateTime(2021,02,01), parsed into a tree, and held against records."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from .records import NOTHING, Json, ms_of, read_ms
from .refusals import bad_query

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w.]*)"""
    r"""|(?P<sign>==|!=|>=|<=|&&|\|\||[=<>!(),]))""",
    re.VERBOSE,
)
_CASE = re.compile(r"\.to(?:lower|upper)\(\)", re.IGNORECASE)
"""Changes nothing: text is compared without case."""
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "=": operator.eq, "!=": operator.ne,
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip
METHODS: dict[str, Callable[[str, str], bool]] = {
    "contains": str.__contains__, "startswith": str.startswith, "endswith": str.endswith,
}  # fmt: skip
OPTIMISED = {
    "Type", "Status", "ContactStatus", "Date", "DueDate", "UpdatedDateUTC", "Contact.ContactID", "ContactID", "AmountDue",
    "RemainingCredit", "Contact.Name", "Contact.ContactNumber", "Reference", "AmountPaid", "InvoiceID",
}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """A field held against a value; `sign` may also be the name of a text method such as contains."""

    field: str
    sign: str
    value: Any


@dataclass(frozen=True)
class Both:
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Either:
    parts: tuple["Condition", ...]


Condition = Comparison | Both | Either


class _Tokens:
    """The words of a condition, read one at a time."""

    def __init__(self, text: str) -> None:
        self.words: list[tuple[str, str]] = []
        self.text, at = text, 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if not found or found.lastgroup is None:
                raise bad_query(f"Unexpected character at {at} in {text}")
            self.words.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()

    def peek(self) -> str:
        return self.words[0][1] if self.words else ""

    def take(self, *expected: str) -> str:
        if not self.words or (expected and self.words[0][1] not in expected):
            raise bad_query(f"Expected {' or '.join(expected) or 'more'} in {self.text}")
        return self.words.pop(0)[1]

    def skip(self, *words: str) -> bool:
        if self.peek() in words:
            self.words.pop(0)
            return True
        return False


def parse(text: str) -> Condition:
    """Raises a QueryParseException refusal when it is no condition."""
    tokens = _Tokens(_CASE.sub("", text))
    condition = _either(tokens)
    if tokens.words:
        raise bad_query(f"Unexpected {tokens.peek()} in {text}")
    return condition


def fields_of(condition: Condition) -> set[str]:
    if isinstance(condition, Comparison):
        return {condition.field}
    return set().union(*(fields_of(part) for part in condition.parts))


def _either(tokens: _Tokens) -> Condition:
    parts = [_both(tokens)]
    while tokens.skip("||", "OR", "or"):
        parts.append(_both(tokens))
    return Either(tuple(parts)) if len(parts) > 1 else parts[0]


def _both(tokens: _Tokens) -> Condition:
    parts = [_comparison(tokens)]
    while tokens.skip("&&", "AND", "and"):
        parts.append(_comparison(tokens))
    return Both(tuple(parts)) if len(parts) > 1 else parts[0]


def _comparison(tokens: _Tokens) -> Condition:
    if tokens.skip("("):
        inside = _either(tokens)
        tokens.take(")")
        return inside
    field = tokens.take()
    if tokens.peek() == "(":
        return _method(field, tokens)
    return Comparison(field.removesuffix(".Value"), tokens.take(*COMPARE), _value(tokens))


def _method(called: str, tokens: _Tokens) -> Comparison:
    """Name.Contains("x") and its like, in any case."""
    field, _, method = called.rpartition(".")
    tokens.take("(")
    value = _value(tokens)
    tokens.take(")")
    if method.lower() not in METHODS:
        raise bad_query(f"No applicable method '{method}' exists")
    return Comparison(field, method.lower(), value)


def _value(tokens: _Tokens) -> Any:
    kind, word = tokens.words[0] if tokens.words else ("", "")
    tokens.take()
    if kind == "text":
        return word[1:-1].replace('\\"', '"')
    if kind == "number":
        return Decimal(word)
    if word in ("DateTime", "DateTime.Parse", "Guid", "guid"):
        return _constructed(word, tokens)
    if word.lower() in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[word.lower()]
    raise bad_query(f"No property or field '{word}' exists")


def _constructed(word: str, tokens: _Tokens) -> Any:
    tokens.take("(")
    arguments = [_value(tokens)]
    while tokens.skip(","):
        arguments.append(_value(tokens))
    tokens.take(")")
    try:
        return _constructor(word, arguments)
    except (ValueError, TypeError) as error:
        raise bad_query(f"{word}: {error}") from error


def _constructor(word: str, arguments: list[Any]) -> Any:
    if word.lower() == "guid":
        return str(arguments[0]).lower()
    if word == "DateTime":
        year, month, day, *clock = (int(number) for number in arguments)
        hour, minute, second = (*clock, 0, 0, 0)[:3]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    return datetime.fromisoformat(str(arguments[0])).replace(tzinfo=UTC)


def fulfils(record: Json, condition: Comparison) -> bool:
    """One record held against one comparison; a null is neither more nor less than anything."""
    value = record
    for name in condition.field.split("."):
        value = value.get(name) if isinstance(value, dict) else None  # type: ignore[assignment]
    if condition.sign not in COMPARE:
        return _text_method(str(value or ""), condition.sign, str(condition.value))
    if condition.sign in ("==", "=", "!=") or (value is not None and condition.value is not None):
        return _compared(value, condition)
    return False


def _compared(value: Any, condition: Comparison) -> bool:
    wanted = condition.value
    if isinstance(wanted, datetime):
        value, wanted = read_ms(value), ms_of(wanted)
        if value == NOTHING:
            return condition.sign == "!="
    if isinstance(value, str) and isinstance(wanted, str):
        value, wanted = value.lower(), wanted.lower()
    try:
        return COMPARE[condition.sign](value, wanted)
    except TypeError as error:
        raise bad_query(f"Operator '{condition.sign}' incompatible with operand types in {condition.field}") from error


def _text_method(value: str, method: str, wanted: str) -> bool:
    value, wanted = value.lower(), wanted.lower()
    return METHODS[method](value, wanted)

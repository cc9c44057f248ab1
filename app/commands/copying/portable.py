"""Rows as JSON lines that either database can read back: what JSON cannot say is written by the kind of its column."""

import base64
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from piccolo.columns import JSON, Boolean, Bytea, Column, Date, Timestamptz
from piccolo.table import Table

Kinds = Mapping[str, str]
"""Column → day, instant, bytes, yes, json or plain."""

KINDS: tuple[tuple[type[Column], str], ...] = (
    (Timestamptz, "instant"),
    (Date, "day"),
    (Bytea, "bytes"),
    (Boolean, "yes"),
    (JSON, "json"),
)


def kinds_of(table: type[Table]) -> dict[str, str]:
    return {each._meta.db_column_name: _kind(each) for each in table._meta.columns}


def _kind(column: Any) -> str:
    return next((name for kind, name in KINDS if isinstance(column, kind)), "plain")


def written(row: Mapping[str, Any], kinds: Kinds) -> bytes:
    """One line; the same whichever database the row came from."""
    return msgspec.json.encode({name: _WRITE[kinds[name]](row[name]) for name in kinds}, order="deterministic")


def read(line: bytes, kinds: Kinds, *, is_sqlite: bool) -> list[Any]:
    """The values in the order of `kinds`, as the driver takes them."""
    row = msgspec.json.decode(line)
    reading = _READ_SQLITE if is_sqlite else _READ
    return [reading[kind](row[name]) if row[name] is not None else None for name, kind in kinds.items()]


def _instant(value: Any) -> str | None:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.isoformat(" ") if at is not None else None


def _day(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else value.isoformat()


def _bytes(value: Any) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def _yes(value: Any) -> bool | None:
    return None if value is None else bool(value)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) else value


def _as_it_is(value: Any) -> Any:
    return value


_WRITE: dict[str, Callable[[Any], Any]] = {
    "instant": _instant, "day": _day, "bytes": _bytes, "yes": _yes, "json": _as_it_is, "plain": _plain,
}  # fmt: skip
_READ: dict[str, Callable[[Any], Any]] = {
    "instant": datetime.fromisoformat, "day": date.fromisoformat, "bytes": base64.b64decode, "yes": bool, "json": _as_it_is,
    "plain": _as_it_is,
}  # fmt: skip
_READ_SQLITE: dict[str, Callable[[Any], Any]] = {**_READ, "instant": _as_it_is, "day": _as_it_is, "yes": int}

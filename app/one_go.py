"""Several statements as one: all done or none of it, in as few trips to the database as it can be had."""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

import aiosqlite
import asyncpg

Rows = list[dict[str, Any]]


class Statement(NamedTuple):
    """One statement; `{}` marks each value. Where one that decides finds or changes no row, all with it is undone."""

    sql: str
    values: Sequence[Any] = ()
    decides: bool = False


@lru_cache(maxsize=512)
def with_question_marks(sql: str) -> str:
    return sql.replace("{}", "?")


@lru_cache(maxsize=512)
def with_dollars(sql: str) -> str:
    pieces = sql.split("{}")
    return "".join(f"{piece}${number}" for number, piece in enumerate(pieces[:-1], 1)) + pieces[-1]


async def trip(
    connection: aiosqlite.Connection, statements: Sequence[Statement], words: tuple[str, str, str], durable: bool = False
) -> list[Rows] | None:
    """Run them on the connection's own thread. `words` begin, end and undo."""
    on_its_thread: Any = connection._execute
    return cast("list[Rows] | None", await on_its_thread(_go, connection._conn, statements, words, durable))


def _go(
    connection: sqlite3.Connection, statements: Sequence[Statement], words: tuple[str, str, str], durable: bool
) -> list[Rows] | None:
    if len(statements) == 1 and not durable:
        rows = _run(connection, statements[0])
        return [rows] if rows or not statements[0].decides else None
    begin, end, undo = words
    if durable:
        connection.execute("PRAGMA synchronous=FULL")
    connection.execute(begin)
    try:
        found = run_all(connection, statements)
    except BaseException:
        connection.execute(undo)
        raise
    if found is None:
        connection.execute(undo)
    if connection.in_transaction:  # a savepoint is let go also when what came after it was undone
        connection.execute(end)
    if durable:
        connection.execute("PRAGMA synchronous=NORMAL")
    return found


def run_all(connection: sqlite3.Connection, statements: Sequence[Statement]) -> list[Rows] | None:
    """None where one that decides found no row: then the rest is not run."""
    found = list[Rows]()
    for statement in statements:
        found.append(_run(connection, statement))
        if statement.decides and not found[-1]:
            return None
    return found


def _run(connection: sqlite3.Connection, statement: Statement) -> Rows:
    return fetched(connection, with_question_marks(statement.sql), statement.values)


def fetched(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> Rows:
    """A row factory written in Python would be called for every row: they are made all at once."""
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute(sql, values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def as_one(statements: Sequence[Statement], durable: bool = True) -> Statement:
    """PostgreSQL's one statement that does them all, and gives the rows of the last; it divides by nought, and so undoes
    all of it, where one that decides has no row. None of them sees what another changes. What need not be durable says so
    for its own commit."""
    sql = _joined(tuple((each.sql, each.decides) for each in statements), durable)
    return Statement(sql, [value for each in statements for value in each.values])


@lru_cache(maxsize=64)
def _joined(each: tuple[tuple[str, bool], ...], durable: bool) -> str:
    parts = ", ".join(f"part_{number} AS ({sql})" for number, (sql, _) in enumerate(each))
    deciding = [f"(SELECT COUNT(*) FROM part_{number})" for number, (_, decides) in enumerate(each) if decides]  # noqa: S608
    sure, last = f"1 / LEAST({', '.join(deciding)})" if deciding else "1", f"part_{len(each) - 1}"
    sure = sure if durable else f"{sure} AS sure, set_config('synchronous_commit', 'off', TRUE)"
    return f"WITH {parts} SELECT sure.*, {last}.* FROM (SELECT {sure}) AS sure LEFT JOIN {last} ON TRUE"  # noqa: S608


async def all_at_once(connection: Any, statements: Sequence[Statement], durable: bool = True) -> list[Rows] | None:
    """See `as_one`. A single statement needs neither a beginning nor an end."""
    try:
        rows = await connection.fetch(*_numbered(as_one(statements, durable)))
    except asyncpg.DivisionByZeroError:
        return None
    own = 1 if durable else 2
    return [[dict(list(row.items())[own:]) for row in rows]]


async def in_order(connection: Any, statements: Sequence[Statement], words: tuple[str, str, str]) -> list[Rows] | None:
    """The same over a connection to PostgreSQL."""
    if len(statements) == 1:
        rows = await _fetched(connection, statements[0])
        return [rows] if rows or not statements[0].decides else None
    (begin, end, undo), found = words, list[Rows]()
    await connection.execute(begin)
    try:
        for statement in statements:
            found.append(await _fetched(connection, statement))
            if statement.decides and not found[-1]:
                await connection.execute(undo)
                return None
        await connection.execute(end)
    except BaseException:
        await connection.execute(undo)
        raise
    return found


async def _fetched(connection: Any, statement: Statement) -> Rows:
    return [dict(row) for row in await connection.fetch(*_numbered(statement))]


def _numbered(statement: Statement) -> Sequence[Any]:
    return with_dollars(statement.sql), *statement.values

"""A new sealing key: everything that is sealed in the database is sealed anew, so that the old key can be thrown away."""

from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from piccolo.columns import Column
from piccolo.table import Table

from app.activity.actions import audit
from app.database import fetch, transaction
from app.problems import Problem
from app.sealing import reseal
from app.settings import settings

CHUNK = 500
MOST = 20_000
"""About half a minute's work."""


def sealed_columns(tables: list[type[Table]]) -> list[tuple[type[Table], Column]]:
    """By their names: whatever is sealed is called so."""
    found = [(table, column) for table in tables for column in table._meta.columns]
    return [(table, column) for table, column in found if column._meta.name.endswith("_sealed")]


class OneKey(Problem):
    """SECRET_KEY names one key only, so there is nothing to change over to. Put a new key in front of it (SECRET_KEY=new,old),
    restart every server and worker, then come back."""


class TooManyToWait(Problem):
    """There are too many secrets for a page to wait for. On the machine, run: tactful rotate-key"""


class StrangeKey(Problem):
    """A secret is sealed with a key that SECRET_KEY does not name. Add that key at the end, restart everything, and repeat."""


async def change_over(tables: list[type[Table]], admin_id: int, now: datetime) -> int:
    """Seal everything with the first key, as an admin asks; how many secrets. Raise OneKey, TooManyToWait, StrangeKey."""
    if len(settings().secret_keys) < 2:
        raise OneKey
    if sum([await _how_many(table, column) for table, column in sealed_columns(tables)]) > MOST:
        raise TooManyToWait
    try:
        done = await reseal_everything(tables)
    except InvalidToken as error:
        raise StrangeKey from error
    await audit(organisation_id=None, user_id=admin_id, act="rotate key", subject=f"{done} secrets", now=now, is_by_admin=True)
    return done


async def _how_many(table: type[Table], column: Column) -> int:
    return int(await table.count().where(column != ""))


async def reseal_everything(tables: list[type[Table]]) -> int:
    """How many secrets now need the current key only. Raise `cryptography.fernet.InvalidToken` when none of the keys fits
    one of them: then nothing of its chunk has changed."""
    return sum([await _reseal(table, column) for table, column in sealed_columns(tables)])


async def _reseal(table: type[Table], column: Column) -> int:
    done, last = 0, 0
    while rows := await _next(table, column, last):
        async with transaction():
            for row in rows:
                await _reseal_one(table, column, row)
        done, last = done + len(rows), rows[-1]["id"]
    return done


async def _next(table: type[Table], column: Column, last: int) -> list[dict[str, Any]]:
    name, rows = column._meta.name, f'"{table._meta.tablename}"'
    query = f"SELECT id, {name} AS sealed FROM {rows} WHERE id > {{}} AND {name} <> '' ORDER BY id LIMIT {CHUNK}"  # noqa: S608
    return await fetch(query, last)


async def _reseal_one(table: type[Table], column: Column, row: dict[str, Any]) -> None:
    """Only where it is still what was read: a worker may have renewed a token meanwhile, with the new key."""
    unchanged = (table._meta.primary_key == row["id"]) & (column == row["sealed"])
    await table.update({column: reseal(row["sealed"])}).where(unchanged)

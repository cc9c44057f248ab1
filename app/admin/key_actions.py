"""A new sealing key: everything that is sealed in the database is sealed anew, so that the old key can be thrown away."""

from typing import Any

from piccolo.columns import Column
from piccolo.table import Table

from app.database import fetch, transaction
from app.sealing import reseal

CHUNK = 500


def sealed_columns(tables: list[type[Table]]) -> list[tuple[type[Table], Column]]:
    """By their names: whatever is sealed is called so."""
    found = [(table, column) for table in tables for column in table._meta.columns]
    return [(table, column) for table, column in found if column._meta.name.endswith("_sealed")]


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

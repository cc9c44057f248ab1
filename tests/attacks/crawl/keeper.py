"""Keeps a database as it was: tells which tables a request changed, and puts everything back."""

import contextlib
import hashlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from app.database import engine, fetch, is_sqlite
from app.piccolo_app import TABLES

NAMES = tuple(table._meta.tablename for table in TABLES)

ON_POSTGRES = """
CREATE SCHEMA kept;
CREATE TABLE kept.changed (name text PRIMARY KEY);
CREATE FUNCTION kept.note() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO kept.changed VALUES (TG_TABLE_NAME) ON CONFLICT DO NOTHING; RETURN NULL; END $$;
DO $$ DECLARE t text; BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration' LOOP
    EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', 'of_' || t, t);
    EXECUTE format('CREATE TRIGGER crawl AFTER INSERT OR UPDATE OR DELETE ON public.%I EXECUTE FUNCTION kept.note()', t);
  END LOOP; END $$
"""
PUT_BACK = """
DO $$ DECLARE t text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR t IN SELECT name FROM kept.changed LOOP
    EXECUTE format('DELETE FROM public.%I', t);
    EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', t, 'of_' || t);
  END LOOP;
  DELETE FROM kept.changed; END $$
"""
"""As a replica no trigger minds, not that of the audit trail either."""
AWAY = """
DO $$ DECLARE t text; BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration' LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS crawl ON public.%I', t);
  END LOOP; END $$;
DROP SCHEMA IF EXISTS kept CASCADE
"""


async def _execute(script: str) -> None:
    pool: Any = engine()
    async with pool.pool.acquire() as connection:
        await connection.execute(script)


class Keeper:
    """`changed()`: the tables that were written to since the last `put_back()`."""

    def __init__(self, folder: Path) -> None:
        self.copy = folder / "kept.sqlite"
        self.digests: dict[str, str] = {}

    async def remember(self) -> None:
        if is_sqlite():
            self._remember_file()
        else:
            await _execute(ON_POSTGRES)
        self.digests = {name: await _digest(name) for name in NAMES}

    def _file(self) -> sqlite3.Connection:
        sqlite: Any = engine()
        return sqlite3.connect(sqlite.path, timeout=30)

    def _remember_file(self) -> None:
        with contextlib.closing(self._file()) as live:
            live.execute("CREATE TABLE changed_by_crawl (name TEXT PRIMARY KEY)")
            for name in NAMES:
                for act in ("INSERT", "UPDATE", "DELETE"):
                    live.execute(
                        f'CREATE TRIGGER crawl_{name}_{act} AFTER {act} ON "{name}" '
                        f"BEGIN INSERT OR IGNORE INTO changed_by_crawl VALUES ('{name}'); END"
                    )
            live.commit()
            with contextlib.closing(sqlite3.connect(self.copy)) as copy:
                live.backup(copy)

    async def changed(self) -> set[str]:
        rows = await fetch(f"SELECT name FROM {'changed_by_crawl' if is_sqlite() else 'kept.changed'}")
        return {row["name"] for row in rows}

    async def really_changed(self, names: set[str]) -> set[str]:
        """Those of them that hold something else now; writing down what stands there already changes nothing."""
        return {name for name in names if await _digest(name) != self.digests[name]}

    async def put_back(self) -> None:
        if is_sqlite():
            with contextlib.closing(sqlite3.connect(self.copy)) as copy, contextlib.closing(self._file()) as live:
                copy.backup(live)
        else:
            await _execute(PUT_BACK)


async def _digest(name: str) -> str:
    rows = await fetch(f'SELECT * FROM "{name}"')
    return hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()


@contextlib.asynccontextmanager
async def kept(folder: Path) -> AsyncIterator[Keeper]:
    keeper = Keeper(folder)
    try:
        await keeper.remember()
        yield keeper
    finally:
        if not is_sqlite():
            await _execute(AWAY)

"""`tactful move`: everything from this database into another, such as from SQLite into PostgreSQL."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from app import clock, database
from app.commands.backup import write
from app.commands.copying.archive import Manifest
from app.commands.copying.loading import load
from app.commands.copying.reading import digests
from app.engines import EmbeddedEngine, PooledEngine, engine_for
from app.piccolo_app import TABLES
from app.problems import Problem
from app.settings import Settings


class StillAtWorkError(Problem):
    """The old database changed while it was moved. Stop every server, empty the new database, and move again."""


def move(url: str) -> dict[str, Any]:
    """What was moved. Raise Problem or ValueError with the reason.

    Afterwards the old database is held like a restored copy: should a server be started on it by mistake, nothing
    leaves from both.
    """
    return asyncio.run(_move(database.engine(), engine_for(Settings(database_url=url))))


async def _move(old: EmbeddedEngine | PooledEngine, new: EmbeddedEngine | PooledEngine) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "moving"
        async with database.opened():
            manifest = await write(path, clock.now())
        try:
            database.use(new, TABLES)
            async with database.opened():
                await load(path)
        finally:
            database.use(old, TABLES)
    async with database.opened():
        await _leave(manifest)
    return {"tables": len(manifest.tables), "rows": manifest.rows, "compared": True}


async def _leave(manifest: Manifest) -> None:
    kinds = {name: contents.kinds for name, contents in manifest.tables.items()}
    if await digests(kinds) != {name: (each.rows, each.sha256) for name, each in manifest.tables.items()}:
        raise StillAtWorkError
    await database.fetch("UPDATE organisation SET restored = TRUE")

"""`tactful backup`: everything in the database as one file, while the servers go on."""

import asyncio
import os
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from app import clock, database
from app.commands.copying.archive import Manifest, Writer
from app.commands.copying.portable import kinds_of
from app.commands.copying.reading import in_order, lines, migrations_run, one_moment

WITHOUT_KEY = "The key that unseals passwords and tokens is not in it: keep SECRET_KEY, or var/secret_key, in another place."


def backup(to: Path | None) -> dict[str, Any]:
    """What was written. Raise ValueError when the file is there already, Problem, OSError."""
    return asyncio.run(_backup(to))


async def _backup(to: Path | None) -> dict[str, Any]:
    taken_at = clock.now()
    path = to or Path(f"tactful-{taken_at:%Y-%m-%d-%H%M%S}.backup")
    async with database.opened():
        manifest = await write(path, taken_at)
    return told(path, manifest)


async def write(path: Path, taken_at: datetime) -> Manifest:
    """Readable by its owner only; what was half written is removed."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        raise ValueError(f"{path} is there already: name another file") from error
    try:
        return await _write(path, taken_at)
    except BaseException:
        os.unlink(path)
        raise


async def _write(path: Path, taken_at: datetime) -> Manifest:
    writer = Writer(path)
    async with one_moment():
        ran = await migrations_run()
        for table in in_order():
            name, kinds = table._meta.tablename, kinds_of(table)
            with writer.table(name, kinds) as file:
                async for line in lines(name, kinds):
                    file.add(line)
    return writer.finish(taken_at, version("tactful"), ran)


def told(path: Path, manifest: Manifest) -> dict[str, Any]:
    return {
        "file": str(path),
        "taken_at": manifest.taken_at.isoformat(),
        "version": manifest.version,
        "tables": len(manifest.tables),
        "rows": manifest.rows,
        "bytes": path.stat().st_size,
    }

"""`tactful restore`: a backup into an empty database. Nothing is sent from it before an owner has confirmed."""

import asyncio
from pathlib import Path
from typing import Any

from app import clock, database
from app.commands.backup import told
from app.commands.copying.archive import Manifest
from app.commands.copying.loading import hold_everything, load


def restore(path: Path) -> dict[str, Any]:
    """What was restored. Raise Problem or ValueError with the reason."""
    return told(path, asyncio.run(_restore(path)))


async def _restore(path: Path) -> Manifest:
    async with database.opened():
        manifest = await load(path)
        await hold_everything(manifest, clock.now())
    return manifest

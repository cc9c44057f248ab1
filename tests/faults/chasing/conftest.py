"""An empty database as often as a history begins."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path

import asyncpg
import pytest

pytest.register_assert_rewrite("tests.faults.chasing.truth", "tests.faults.xero.histories")

from app.database import use  # noqa: E402
from app.engines import engine_for  # noqa: E402
from app.piccolo_app import TABLES  # noqa: E402
from app.settings import Settings  # noqa: E402
from tests.conftest import EMPTY, ENGINES, Migrated, _url  # noqa: E402


@pytest.fixture(params=ENGINES)
async def empty_database(
    request: pytest.FixtureRequest, tmp_path: Path, migrated: Migrated
) -> AsyncIterator[Callable[[], None]]:
    """Call it, outside of any event loop, and every table lies in an empty database."""
    numbers = count(1)
    if request.param == "sqlite":
        template = await migrated.sqlite()

        def make() -> None:
            path = tmp_path / f"{next(numbers)}.sqlite"
            shutil.copy(template, path)
            use(engine_for(Settings(database_url=f"sqlite:///{path}")), TABLES)
    else:
        url = _url(await migrated.postgres())

        def make() -> None:
            asyncio.run(_empty(url))
            use(engine_for(Settings(database_url=url)), TABLES)

    yield make


async def _empty(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(EMPTY)
    finally:
        await connection.close()

"""What serves no person: static files and the operator's health check."""

from litestar import get
from litestar.static_files import create_static_files_router

from app.database import fetch
from components.assets import STATIC_DIRECTORY


@get("/health")
async def health() -> dict[str, str]:
    """Whether the database answers."""
    await fetch("SELECT 1")
    return {"database": "answers"}


SYSTEM = [health, create_static_files_router("/static", [STATIC_DIRECTORY], name="static")]

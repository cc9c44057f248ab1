"""Addresses of static files that change whenever their content does, so that browsers may keep them for ever."""

from functools import cache
from hashlib import sha256
from pathlib import Path

STATIC_DIRECTORY = Path(__file__).parent / "static"


@cache
def asset_url(name: str) -> str:
    """The address of the static file `name` (relative to components/static); FileNotFoundError if there is none."""
    digest = sha256((STATIC_DIRECTORY / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"

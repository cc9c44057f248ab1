"""S17: no locked version lies below the one in which its known holes were mended."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = {
    "litestar": "2.25",
    "piccolo-admin": "1.14",
    "starlette": "1.0.1",
    "multipart": "1.3.1",
    "python-multipart": "0.0.27",
    "jinja2": "3.1.6",
    "xhtml2pdf": "0.2.28",
    "pillow": "13.0",
    "reportlab": "4.4.9",
    "authlib": "1.9.9",
    "h11": "0.16",
    "httpx": "0.28.1",
}


def number(version: str) -> tuple[int, ...]:
    """(0, 28, 1); releases before a final one are refused, as they sort below it."""
    assert re.fullmatch(r"\d+(\.\d+)*", version), version
    found = tuple(int(part) for part in version.split("."))
    return found + (0,) * (4 - len(found))


def locked(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", ["requirements.lock", "tests/requirements.lock"])
def test_no_locked_version_is_below_its_floor(lock: str) -> None:
    versions = locked(lock)
    below = {name: versions[name] for name in FLOORS.keys() & versions.keys() if number(versions[name]) < number(FLOORS[name])}
    assert below == {}


def test_everything_that_has_a_floor_is_locked() -> None:
    """A name that left the lock, or is spelled otherwise there, would be guarded by nothing."""
    assert FLOORS.keys() <= locked("requirements.lock").keys()


def test_every_locked_version_is_exact_and_has_its_hashes() -> None:
    for lock in ("requirements.lock", "tests/requirements.lock"):
        text = (ROOT / lock).read_text()
        assert len(re.findall(r"^[a-z0-9._-]+==", text, re.MULTILINE)) == len(
            re.findall(r"^[a-z0-9._-]+==[^\n]*\\\n\s+--hash=sha256:", text, re.MULTILINE)
        )

"""Static files: addresses, the vendored script, sizes on the wire."""

import gzip
import re
from hashlib import sha256

import pytest

from components.assets import STATIC_DIRECTORY, asset_url

FIRST_VISIT = 130 * 1024
PORTAL = 40 * 1024


def compressed(*patterns: str) -> int:
    files = [path for pattern in patterns for path in STATIC_DIRECTORY.glob(pattern)]
    assert files
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in files)


def test_an_address_changes_with_the_content() -> None:
    digest = sha256((STATIC_DIRECTORY / "tokens.css").read_bytes()).hexdigest()
    assert asset_url("tokens.css") == f"/static/tokens.css?v={digest[:12]}"


def test_an_unknown_file_is_a_mistake() -> None:
    with pytest.raises(FileNotFoundError):
        asset_url("nothing.css")


def test_the_vendored_script_is_the_one_that_was_written_down() -> None:
    table = (STATIC_DIRECTORY / "vendor" / "README.md").read_text()
    rows = re.findall(r"\| `([^`]+\.js)` \|.*`([0-9a-f]{64})`", table)
    written = dict(rows)
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in (STATIC_DIRECTORY / "vendor").glob("*.js")}
    assert found == written


def test_a_first_visit_is_light() -> None:
    assert compressed("*.css", "*.js", "vendor/htmx*.js", "*.svg") < FIRST_VISIT // 2


def test_a_visit_to_the_portal_is_lighter() -> None:
    assert compressed("tokens.css", "base.css", "controls.css", "portal.css") < PORTAL // 4


def test_nothing_is_fetched_from_elsewhere() -> None:
    ours = [*STATIC_DIRECTORY.glob("*.css"), *STATIC_DIRECTORY.glob("*.js")]
    assert [path.name for path in ours if re.search(r"url\(|@import|https?://", path.read_text())] == []

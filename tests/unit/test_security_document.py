"""What docs/security.md says is proved, is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "security.md").read_text()
PROMISES = [*(f"R{n}" for n in range(1, 17)), *(f"S{n}" for n in range(1, 19)), "P1", "P2", "P3", "D1", "D2", "D3", "D4"]
ROWS = dict(re.findall(r"^\| ([A-Z]\d+) \|.*\| (.+) \|$", DOCUMENT, re.MULTILINE))


def test_every_promise_has_its_row() -> None:
    assert list(ROWS) == PROMISES


def test_every_row_names_tests_that_exist() -> None:
    for number, cell in ROWS.items():
        files = re.findall(r"`(tests/[^`]+\.py)`", cell)
        assert files, number
        for file in files:
            assert re.search(
                r"^(async )?def test_|^TestCase|^class Test|= .*\.TestCase$", (ROOT / file).read_text(), re.MULTILINE
            ), file


def test_a_test_that_carries_a_promises_number_stands_in_its_row() -> None:
    for file in (ROOT / "tests").rglob("test_*.py"):
        for number in re.findall(r"(?<=_)([rspd]\d+)(?=_)", file.name):
            assert str(file.relative_to(ROOT)) in ROWS[number.upper()], file

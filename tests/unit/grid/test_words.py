"""What a search keeps of a row, and how it looks for what was typed."""

import sqlite3
from collections.abc import Iterator

import pytest

from components.grid.words import WordSearch, folded, line_of_words, words_in

ROWS = {
    1: (1, ("INV-0042", "PO 4471", "1240.00", "Müller & Söhne GmbH")),
    2: (1, ("INV-0043", "Café Zoë", "99.50", "Łódź_Trading 100%")),
    3: (2, ("INV-0042", "", "1240.00", "Müller of another organisation")),
}


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    opened.execute("CREATE VIRTUAL TABLE word USING fts5 (words, tokenize = 'trigram', detail = none, columnsize = 0)")
    opened.execute("CREATE TABLE item (id INTEGER PRIMARY KEY)")
    for number, (owner, parts) in ROWS.items():
        opened.execute("INSERT INTO item VALUES (?)", (number,))
        opened.execute("INSERT INTO word (rowid, words) VALUES (?, ?)", (number, line_of_words(owner, parts)))
    yield opened
    opened.close()


SEARCHES = [
    ("inv-004", [1, 2]),
    ("0042", [1]),
    ("muller", [1]),
    ("MÜLLER söhne", [1]),
    ("cafe zoe", [2]),
    ("lodz", [2]),
    ("£1,240.00", [1]),
    ("1,240", [1]),
    ("99.5", [2]),
    ("po", [1]),
    ("m", [1]),
    ("ül", []),
    ("100%", [2]),
    ("z_t", [2]),
    ("i_v", []),
    ("' OR 1=1 --", []),
    ("ø2ø", []),
]


@pytest.mark.parametrize(("text", "found"), SEARCHES)
def test_the_index_and_the_test_of_a_row_find_the_same(database: sqlite3.Connection, text: str, found: list[int]) -> None:
    search = WordSearch("word", "i.id", 1)
    for where in (search.finds(text), search.tests(text)):
        sql = f"SELECT i.id FROM item i WHERE {where.sql} ORDER BY i.id"
        ids = [row[0] for row in database.execute(sql.replace("{}", "?"), where.args)]
        assert [each for each in ids if ROWS[each][0] == 1] == found
    led = [row[0] for row in database.execute(search.leads(text).sql.replace("{}", "?"), search.leads(text).args)]
    assert sorted(led) == found


@pytest.mark.parametrize(
    ("text", "kept"), [("Straße", "strasse"), ("Æsir", "aesir"), ("İstanbul", "istanbul"), ("ÅNGSTRÖM", "angstrom")]
)
def test_accents_and_capitals_are_all_one(text: str, kept: str) -> None:
    assert folded(text) == kept


def test_an_amount_is_looked_for_as_it_is_kept() -> None:
    assert words_in("£1,234.50 €99 12,345 1,23 £x") == ["1234.50", "99", "12345", "1,23", "£x"]

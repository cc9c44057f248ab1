"""Search by pieces of words over long lists: what is kept of a row, and how it is looked up.

A table of `rowid` and `words` holds one line for each row of the list: on SQLite an FTS5 table with the trigram tokenizer
(https://sqlite.org/fts5.html#the_trigram_tokenizer), on PostgreSQL one with a GIN index of pg_trgm. Both find three letters
in a row by their index; shorter words are found where a word begins, for two spaces stand before each.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from components.grid.declaration import Lead
from components.grid.sql import Where, all_of, literal

MOST_WORDS = 6
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_AMOUNT = re.compile(r"[£$€¥]?(\d{1,3}(?:,\d{3})+(?:\.\d*)?|(?<=[£$€¥])\d+(?:\.\d*)?)")


def folded(text: str) -> str:
    """In small letters without accents, as both what is kept and what is typed are compared."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_LETTERS)


def line_of_words(owner_id: int, parts: Iterable[str]) -> str:
    """What is kept of one row: whose it is, then its words."""
    return "  ".join([_mark(owner_id), *(word for part in parts for word in folded(part).split())])


def _mark(owner_id: int) -> str:
    """Whose row it is, in letters that no folded word has."""
    return f"ø{owner_id}ø"


def words_in(text: str) -> list[str]:
    """What was typed, as it is looked for; "£1,234.50" is 1234.50."""
    return [_amount(word) for word in folded(text).split()[:MOST_WORDS]]


def _amount(word: str) -> str:
    found = _AMOUNT.fullmatch(word)
    return found.group(1).replace(",", "") if found else word


class WordSearch:
    """The rows in whose line each word of a text stands. `key` is the SQL of their identity, `owner_id` whose they are."""

    def __init__(self, table: str, key: str, owner_id: int) -> None:
        self.table, self.key, self.owner_id = table, key, owner_id

    def leads(self, text: str) -> Lead:
        """By the index of the words."""
        words = words_in(text)
        patterns = [f"%{_mark(self.owner_id)}%", *map(_pattern, words)]
        meets = all_of([*(Where("words LIKE {}", (pattern,)) for pattern in patterns), *_exactly("words", words)])
        return Lead(self.key, f"SELECT rowid FROM {self.table} WHERE {meets.sql}", meets.args)  # noqa: S608

    def finds(self, text: str) -> Where:
        """The same as a condition."""
        return self.leads(text).where

    def tests(self, text: str) -> Where:
        """Of one row: its line is read by its identity, whatever else could lead there."""
        words = words_in(text)
        meets = all_of([*(Where("(w.words || '') LIKE {}", (_pattern(word),)) for word in words), *_exactly("w.words", words)])
        line = f"SELECT CASE WHEN {meets.sql} THEN 1 ELSE 0 END FROM {self.table} w WHERE w.rowid = {self.key}"  # noqa: S608
        return Where(f"({line}) = 1", meets.args)


def _pattern(word: str) -> str:
    """Anywhere, or where a word begins when there are fewer than three letters to go by."""
    return f"%{' ' * (3 - len(word))}{word}%"


def _exactly(words: str, asked: Sequence[str]) -> list[Where]:
    """Their index knows no escape character: words with one of LIKE's wildcards are looked at once more."""
    return [Where(f"({words} || '') LIKE {{}} ESCAPE '!'", (f"%{literal(word)}%",)) for word in asked if literal(word) != word]

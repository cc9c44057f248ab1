"""Searching invoices by number, reference or customer: first what begins with the words, which an index finds at once."""

from collections.abc import Callable

from components.grid.sql import Where, all_of
from components.grid.state import MOST_WORDS

Search = Callable[[str], Where]

BEYOND = "\U0010ffff"
"""Comes after every letter, bytewise."""


def find(organisation_id: int, bytewise: str = "") -> Search:
    """Every word begins the number or the reference, or stands in the customer's name.

    `bytewise` is the collation in which the database compares bytes, where it does not by itself.
    """

    def where(text: str) -> Where:
        return all_of(_begins(organisation_id, word, bytewise) for word in _words(text))

    return where


def find_anywhere(organisation_id: int) -> Search:
    """Every word stands somewhere in the number, the reference or the customer's name."""

    def where(text: str) -> Where:
        return all_of(_holds(organisation_id, word) for word in _words(text))

    return where


def _words(text: str) -> list[str]:
    return text.lower().split()[:MOST_WORDS]


def _begins(organisation_id: int, word: str, bytewise: str) -> Where:
    given = (organisation_id, word, word + BEYOND)
    sql = _BEGINNING.replace("[bytewise]", bytewise)
    return Where(sql, (*given, *given, organisation_id, f"%{_literal(word)}%"))


_OF_CUSTOMERS = (
    "SELECT x.id FROM customer k JOIN invoice x ON x.customer = k.id"
    " WHERE k.organisation = {} AND LOWER(k.name) LIKE {} ESCAPE '!'"
)

_BEGINNING = (
    "i.id IN (SELECT id FROM invoice"  # noqa: S608  values are parameters
    " WHERE organisation = {} AND LOWER(number)[bytewise] >= {} AND LOWER(number)[bytewise] < {}"
    " UNION SELECT id FROM invoice WHERE organisation = {} AND reference <> ''"
    f" AND LOWER(reference)[bytewise] >= {{}} AND LOWER(reference)[bytewise] < {{}} UNION {_OF_CUSTOMERS})"
)


def _holds(organisation_id: int, word: str) -> Where:
    anywhere = f"%{_literal(word)}%"
    sql = f"LOWER(i.number) LIKE {{}} ESCAPE '!' OR LOWER(i.reference) LIKE {{}} ESCAPE '!' OR i.id IN ({_OF_CUSTOMERS})"
    return Where(sql, (anywhere, anywhere, organisation_id, anywhere))


def _literal(word: str) -> str:
    """What LIKE would take for a wildcard, taken for itself."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")

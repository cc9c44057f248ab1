"""Searching invoices by number, reference or customer: first what begins with the words, which an index finds at once."""

from collections.abc import Callable

from components.grid.sql import Where, all_of
from components.grid.state import MOST_WORDS

Search = Callable[[str], Where]

_BEGINNING = "SELECT id FROM invoice WHERE organisation = {} AND"
_CUSTOMERS = "i.customer IN (SELECT id FROM customer WHERE organisation = {} AND LOWER(name) LIKE {} ESCAPE '!')"


def find(organisation_id: int) -> Search:
    """Every word begins the number or the reference, or stands in the customer's name."""

    def where(text: str) -> Where:
        return all_of(_begins(organisation_id, word) for word in _words(text))

    return where


def find_anywhere(organisation_id: int) -> Search:
    """Every word stands somewhere in the number, the reference or the customer's name."""

    def where(text: str) -> Where:
        return all_of(_holds(organisation_id, word) for word in _words(text))

    return where


def _words(text: str) -> list[str]:
    return text.lower().split()[:MOST_WORDS]


def _begins(organisation_id: int, word: str) -> Where:
    begins = f"{_literal(word)}%"
    sql = f"i.id IN ({_BEGINNING} LOWER(number) LIKE {{}} ESCAPE '!' UNION ALL {_BEGINNING} LOWER(reference) LIKE {{}} ESCAPE '!')"
    return Where(f"{sql} OR {_CUSTOMERS}", (organisation_id, begins, organisation_id, begins, organisation_id, f"%{begins}"))


def _holds(organisation_id: int, word: str) -> Where:
    anywhere = f"%{_literal(word)}%"
    sql = f"LOWER(i.number) LIKE {{}} ESCAPE '!' OR LOWER(i.reference) LIKE {{}} ESCAPE '!' OR {_CUSTOMERS}"
    return Where(sql, (anywhere, anywhere, organisation_id, anywhere))


def _literal(word: str) -> str:
    """What LIKE would take for a wildcard, taken for itself."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")

"""How long things are kept, as a form gives it. Pure."""

from collections.abc import Mapping

CHOICES = {"": "For good", "6": "6 months", "12": "1 year", "24": "2 years", "36": "3 years", "72": "6 years"}
"""Months, and how that is said. Six years: a claim on a simple contract may be brought for so long (Limitation Act 1980, 5)."""


def read_months(data: Mapping[str, str], name: str) -> int | None:
    """None: for good, and whatever is no choice."""
    given = data.get(name, "")
    return int(given) if given in CHOICES and given else None


def is_name(typed: str, name: str) -> bool:
    """Typed as it stands, but for spaces and capitals."""
    return " ".join(typed.split()).casefold() == " ".join(name.split()).casefold()

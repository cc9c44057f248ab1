"""What the admin may ask of a table: the parameters behind its lists, read before Piccolo's own reading fails on them. Pure."""

from collections.abc import Mapping, Sequence

from app.problems import Problem

AMOUNTS = {"__page": 1_000_000, "__page_size": 1000, "limit": 1000, "offset": 1_000_000}
"""Whole numbers from 0 (pages from 1) up to these."""


class Unreadable(Problem):
    """This is no question that the admin's pages ask."""


class AboutSecret(Problem):
    """Secrets are neither shown nor searched."""

    status = 405


def check(asked: Sequence[tuple[str, str]], largest: Mapping[str, int], secrets: frozenset[str]) -> None:
    """`largest`: of each column that holds whole numbers. Raise AboutSecret, Unreadable.

    What is not shown is not to be guessed either, by filtering or sorting by it.
    """
    named = [word for key, value in asked for word in _columns_in(key, value)]
    if any(word.rpartition(".")[2] in secrets for word in named):
        raise AboutSecret
    keys = [key for key, _ in asked]
    if len(set(keys)) < len(keys) or any(key.endswith("[]") for key in keys):
        raise Unreadable
    if any(not _fits(key, value, largest) for key, value in asked):
        raise Unreadable


def _columns_in(key: str, value: str) -> list[str]:
    if key.startswith("__"):
        return [word.strip().lstrip("-") for word in value.split(",")]
    return [key.partition("__")[0].removesuffix("[]")]


def _fits(key: str, value: str, largest: Mapping[str, int]) -> bool:
    if key in AMOUNTS:
        return value.isascii() and value.isdecimal() and (key.startswith("__") <= int(value[:20]) <= AMOUNTS[key])
    if key == "__order":
        return all(word.strip("-") for word in value.split(","))
    if key in largest:
        return len(value) < 25 and (not value.lstrip("-").isdecimal() or abs(int(value)) <= largest[key])
    return True

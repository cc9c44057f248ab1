"""Addresses with places for the values of a row, as "/customers/{id}": read once, filled in for every row."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

WEB = ("https://", "http://")


class Address(NamedTuple):
    """`text` has a `%(name)s` for each of `names`; "{xero_url}" alone `is_whole`: nothing but a value of the row."""

    text: str
    names: tuple[str, ...]
    is_whole: bool


@lru_cache(maxsize=512)
def address_of(url: str) -> Address:
    text, names, rest = "", list[str](), url
    while "{" in rest:
        before, _, rest = rest.partition("{")
        name, _, rest = rest.partition("}")
        text += f"{before.replace('%', '%%')}%({name})s"
        names.append(name)
    text += rest.replace("%", "%%")
    return Address(text, tuple(dict.fromkeys(names)), len(names) == 1 and url == f"{{{names[0]}}}")


def values_for(names: Iterable[str], row: Mapping[str, Any]) -> dict[str, object]:
    """The row's values as they may stand between two slashes, and in HTML."""
    return {name: value if type(value := row[name]) is int else quote(str(value), safe="") for name in names}


def to_the_web(value: object) -> str:
    """A whole address out of a row: nothing unless it leads to the web."""
    return value if isinstance(value, str) and value.startswith(WEB) else ""


def filled(url: str, row: Mapping[str, Any]) -> str:
    """The address "/customers/{id}" with the row's id in it."""
    text, names, is_whole = address_of(url)
    if is_whole:
        return to_the_web(row[names[0]])
    if len(names) == 1 and type(value := row[names[0]]) is int:  # nearly always
        return text % {names[0]: value}
    return text % values_for(names, row)

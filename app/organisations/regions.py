"""Whose regional holidays count, by country."""

from functools import cache
from itertools import groupby

import holidays

Choices = tuple[tuple[str, str], ...]

NATIONS: Choices = (("", "England"), ("SCT", "Scotland"), ("WLS", "Wales"), ("NIR", "Northern Ireland"))
"""Of the United Kingdom: there is no year in which no nation's bank holidays count, and England's do unless one is chosen."""

NATIONAL_ONLY = ("", "the whole country: national holidays only")


@cache
def regions_of(country: str) -> Choices:
    """Pairs of code and name, first what holds unless one is chosen; empty for a country whose regions share their holidays."""
    if country == "GB":
        return NATIONS
    known = getattr(holidays, country, None) if country.isalpha() and country.isupper() else None
    codes: tuple[str, ...] = getattr(known, "subdivisions", ())
    if not codes:
        return ()
    names = _names(getattr(known, "subdivisions_aliases", {}))
    return (NATIONAL_ONLY, *sorted(((code, names.get(code, code)) for code in codes), key=lambda region: region[1]))


def _names(aliases: dict[str, str]) -> dict[str, str]:
    """The longest alias of each code: "Baden-Württemberg" rather than "BW"."""
    by_code = sorted(aliases.items(), key=lambda pair: pair[1])
    return {code: max((name for name, _ in pairs), key=len) for code, pairs in groupby(by_code, key=lambda pair: pair[1])}

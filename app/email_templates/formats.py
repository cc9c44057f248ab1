"""Money and dates as letters write them, by locale. Babel decides once per locale and currency; the rest is cheap."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, get_currency_precision
from msgspec import Struct

MINUS = "\N{MINUS SIGN}"
_DAY_BEFORE_MONTH = frozenset({"en_US", "en_CA"})


class _Shape(Struct, frozen=True):
    before: tuple[str, str]
    after: tuple[str, str]
    """What stands around the digits of an amount, and of a negative one."""
    group: str
    point: str
    places: int
    is_plain: bool
    """Digits in threes; where they are grouped otherwise, as in India, Babel writes each amount itself."""


def money(amount: Decimal, currency: str, locale: str) -> str:
    """£1,240.00. An amount never loses a digit: more than the currency's decimals are shown when it has them."""
    shape = _shape(currency, known(locale))
    if not shape.is_plain:
        return format_currency(amount, currency, locale=known(locale), decimal_quantization=False).replace("-", MINUS)
    places = max(shape.places, -int(amount.normalize().as_tuple().exponent))
    digits = f"{abs(amount):,.{places}f}"
    if (shape.group, shape.point) != (",", "."):
        digits = digits.translate(str.maketrans(",.", shape.group + shape.point))
    negative = amount < 0
    return f"{shape.before[negative]}{digits}{shape.after[negative]}"


def listed(words: Iterable[str]) -> str:
    """one, two and three"""
    found = list(words)
    return f"{', '.join(found[:-1])} and {found[-1]}" if len(found) > 1 else "".join(found)


def sums(amounts: Iterable[tuple[str, Decimal]], locale: str, listed: Callable[[Iterable[str]], str] = listed) -> str:
    """£1,240.00 and €300.00: one sum for each currency that has any, in the order they first come."""
    totals: dict[str, Decimal] = {}
    for currency, amount in amounts:
        totals[currency] = totals.get(currency, Decimal(0)) + amount
    return listed([money(total, currency, locale) for currency, total in totals.items() if total])


@lru_cache(maxsize=4096)
def full_date(day: date, locale: str) -> str:
    """Tue 1 December 2026; Tue, December 1, 2026 in the United States; other languages as they write it."""
    locale = known(locale)
    if not locale.startswith("en"):
        return format_skeleton("yMMMMEEEd", day, locale=locale)
    return format_date(day, "EEE, MMMM d, y" if locale in _DAY_BEFORE_MONTH else "EEE d MMMM y", locale=locale)


@lru_cache(maxsize=4096)
def short_date(day: date, locale: str) -> str:
    """1 Dec 2026, for tables."""
    return format_date(day, "medium", locale=known(locale))


@lru_cache(maxsize=256)
def known(locale: str) -> str:
    """The locale if Babel knows it, else British English."""
    try:
        return str(Locale.parse(locale.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return "en_GB"


@lru_cache(maxsize=1024)
def _shape(currency: str, locale: str) -> _Shape:
    parsed = Locale.parse(locale)
    pattern = parsed.currency_formats["standard"]
    code = currency or "XXX"
    places = get_currency_precision(code)
    eight = Decimal(8).quantize(Decimal(1).scaleb(-places))
    around = [_around(format_currency(amount, code, locale=locale)) for amount in (eight, -eight)]
    symbols = parsed.number_symbols.get(parsed.default_numbering_system, parsed.number_symbols["latn"])
    return _Shape(
        before=(around[0][0], around[1][0]),
        after=(around[0][1], around[1][1]),
        group=symbols.get("currencyGroup", symbols["group"]),
        point=symbols.get("currencyDecimal", symbols["decimal"]),
        places=places,
        is_plain=pattern.grouping == (3, 3) and parsed.default_numbering_system == "latn" and locale[:2] not in _SPARING,
    )


def _around(sample: str) -> tuple[str, str]:
    """What stands before and after the digits of an amount of eight."""
    digits = [place for place, letter in enumerate(sample) if letter in "80"] or [0]
    before, after = sample[: digits[0]], sample[digits[-1] + 1 :]
    return before.replace("-", MINUS).replace("¤", ""), after.replace("-", MINUS).replace("¤", "")


_SPARING = frozenset({"es", "pt", "pl", "hu", "bg", "it", "ka"})
"""Languages that leave four digits ungrouped; Babel knows when."""

"""Money, dates and ages as people read them: real minus signs, "Tue 1 Dec", "8 days overdue"."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision, get_currency_symbol

MINUS = "\N{MINUS SIGN}"
Amount = Decimal | int


def exact(amount: Amount, scale: int = 0) -> Decimal:
    """The amount as a Decimal; with `scale=4` the integer 12345600 is 1234.56."""
    return Decimal(amount).scaleb(-scale) if scale else Decimal(amount)


def money(amount: Decimal, currency: str, locale: str = "en_GB") -> str:
    """As "£1,240.00": with its currency, for sentences and totals. An unknown currency stands as its code."""
    return format_currency(amount, currency or "XXX", locale=locale).replace("-", MINUS).replace("¤", "")


def figure(amount: Decimal, places: int = 2, locale: str = "en_GB") -> str:
    """As "1,240.00": without currency, for columns whose head names it."""
    group, point = _separators(locale)
    text = f"{abs(amount):,.{places}f}"
    if (group, point) != (",", "."):
        text = text.translate(str.maketrans(",.", group + point))
    return f"{MINUS}{text}" if amount < 0 and round(amount, places) else text


@lru_cache(maxsize=8192)
def written(amount: Amount, scale: int, places: int, locale: str = "en_GB") -> str:
    """`figure` of an amount counted in parts of ten to the `scale`: the same ones are shown again and again."""
    return figure(exact(amount, scale), places, locale)


@lru_cache(maxsize=8192)
def digits(amount: Amount, scale: int) -> str:
    """The same for a script to add up: "1234.5600"."""
    return f"{exact(amount, scale):f}"


@lru_cache(maxsize=64)
def _separators(locale: str) -> tuple[str, str]:
    symbols = Locale.parse(locale).number_symbols["latn"]
    return symbols["group"], symbols["decimal"]


@lru_cache(maxsize=512)
def places_of(currency: str) -> int:
    """How many decimals a currency has: 2, but 0 for JPY and 3 for KWD."""
    return get_currency_precision(currency) if currency else 2


@lru_cache(maxsize=512)
def symbol_of(currency: str, locale: str = "en_GB") -> str:
    return get_currency_symbol(currency, locale=locale) if currency else ""


def counted(number: int, one: str, many: str, locale: str = "en_GB") -> str:
    """As "1 customer" or "1,284 customers"."""
    return f"{figure(Decimal(number), 0, locale)} {one if number == 1 else many}"


def as_day(value: date | datetime | str | None) -> date | None:
    """A date from what the databases give for one: SQLite answers text for computed dates."""
    if isinstance(value, str):
        return date.fromisoformat(value[:10]) if value else None
    return value.date() if isinstance(value, datetime) else value


@lru_cache(maxsize=4096)
def day(on: date, today: date, locale: str = "en_GB") -> str:
    """As "Tue 1 Dec", with the year where it is not this one."""
    pattern = "EEE d MMM" if on.year == today.year else "d MMM yyyy"
    return format_date(on, pattern, locale=locale).replace("Sept", "Sep")  # three letters, as every other month


@lru_cache(maxsize=4096)
def day_in_full(on: date, locale: str = "en_GB") -> str:
    """As "Tuesday 1 December 2026"."""
    return format_date(on, "EEEE d MMMM yyyy", locale=locale)


@lru_cache(maxsize=512)
def month(text: str, locale: str = "en_GB") -> str:
    """ "2026-11" as "November 2026"."""
    return format_date(date.fromisoformat(f"{text}-01"), "MMMM yyyy", locale=locale)


@lru_cache(maxsize=4096)
def age(days_overdue: int) -> str:
    """As "8 days overdue", "due today" or "due in 3 days"."""
    if days_overdue > 0:
        return f"{days_overdue:,} day{'' if days_overdue == 1 else 's'} overdue"
    if days_overdue == 0:
        return "due today"
    return f"due in {-days_overdue:,} day{'' if days_overdue == -1 else 's'}"


@lru_cache(maxsize=256)
def language(code: str, locale: str = "en_GB") -> str:
    """ "de" as "German"; the code itself where there is no such language."""
    try:
        return Locale.parse(code).get_language_name(locale) or code
    except (UnknownLocaleError, ValueError):
        return code

"""The customers' pages in a customer's language. English is the source; another language is a catalogue in a folder.

A catalogue is templates/portal/translations/<language>.po, made from what `tactful portal-words` prints and read as it
is: de.po, or pt_BR.po where a country has its own. It counts from the next start.
"""

import gettext
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from msgspec import Struct

from components import format as english
from components.catalogue import translations

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "portal" / "translations"
SOURCE, SOURCE_LOCALE = "en", "en_GB"


class Tongue(Struct, frozen=True):
    """`language` is that of the sentences, as "de" or "pt_BR"; `locale` writes amounts, `days` dates."""

    language: str
    locale: str
    days: str
    words: gettext.NullTranslations

    def __call__(self, text: str, **values: object) -> str:
        """The sentence, with what stands in {braces} put in."""
        return self.words.gettext(text).format(**values) if values else self.words.gettext(text)

    def counted(self, one: str, many: str, number: int, **values: object) -> str:
        """{number} is written with its thousands apart."""
        written = english.figure(Decimal(number), 0, self.locale)
        return self.words.ngettext(one, many, number).format(number=written, **values)

    @property
    def html(self) -> str:
        """For the `lang` of a page."""
        return (self.days if self.language == SOURCE else self.language).replace("_", "-")

    def money(self, amount: Decimal, currency: str) -> str:
        return english.money(amount, currency, self.locale)

    def figure(self, amount: Decimal) -> str:
        return english.figure(amount, locale=self.locale)

    def day(self, on: date, today: date) -> str:
        """Tue 1 Dec, with the year where it is not this one; in other languages as they write it."""
        if self.language == SOURCE:
            return english.day(on, today, self.days)
        return _day(on, "MMMEd" if on.year == today.year else "yMMMd", self.days)

    def age(self, days_overdue: int) -> str:
        if days_overdue > 0:
            return self.counted("{number} day overdue", "{number} days overdue", days_overdue)
        if days_overdue == 0:
            return self("due today")
        return self.counted("due in {number} day", "due in {number} days", -days_overdue)

    def listed(self, names: Sequence[str]) -> str:
        """INV-1 · INV-1 and INV-2 · INV-1, INV-2 and INV-3 · INV-1, INV-2 and 7 more."""
        if len(names) > 4:
            return self("{names} and {number} more", names=", ".join(names[:2]), number=len(names) - 2)
        return self.all_of(names)

    def all_of(self, names: Sequence[str]) -> str:
        """£5.00, €3.00 and $2.00: none is left out."""
        if len(names) > 1:
            return self("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])
        return "".join(names)


def noted(text: str) -> str:
    """Marks a sentence that is translated where it is shown."""
    return text


def tongue(language: str, locale: str) -> Tongue:
    """In the customer's language where there is a catalogue of it, else in that of the organisation's locale, else
    in English. An unknown language is none."""
    return _chosen(language, locale, FOLDER)


def tongue_of_browser(accepted: str) -> Tongue:
    """For who came by a link that opens nothing: the first of `Accept-Language` that is spoken here, else English."""
    wanted = [_known(each.partition(";")[0]) for each in accepted.split(",")[:8]]
    first = next((each for each in wanted if each and _spoken(each, FOLDER)), SOURCE_LOCALE)
    return tongue(first, SOURCE_LOCALE)


@lru_cache(maxsize=256)
def _chosen(language: str, locale: str, folder: Path) -> Tongue:
    at_home = _known(locale) or SOURCE_LOCALE
    for wanted in (_known(language), at_home):
        if wanted and (found := _spoken(wanted, folder)):
            speech, words = found
            days = next((each for each in (at_home, wanted) if _base(each) == _base(speech)), speech)
            amounts = at_home if speech == SOURCE else days
            return Tongue(speech, amounts, _in_country(days), words)
    return Tongue(SOURCE, at_home, SOURCE_LOCALE, gettext.NullTranslations())


def _spoken(locale: str, folder: Path) -> tuple[str, gettext.NullTranslations] | None:
    if _base(locale) == SOURCE:
        return SOURCE, gettext.NullTranslations()
    for name in (locale, _base(locale)):
        if (path := folder / f"{name}.po").is_file():
            return name, translations(path)
    return None


def _known(locale: str) -> str:
    try:
        return str(Locale.parse(locale.strip().replace("-", "_"))) if locale.strip() else ""
    except (UnknownLocaleError, ValueError):
        return ""


def _base(locale: str) -> str:
    return locale.partition("_")[0]


def _in_country(locale: str) -> str:
    return SOURCE_LOCALE if locale == SOURCE else locale


@lru_cache(maxsize=1024)
def _day(on: date, skeleton: str, locale: str) -> str:
    return format_skeleton(skeleton, on, locale=locale)

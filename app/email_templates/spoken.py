"""The few words that placeholders write themselves, in the language of the text they stand in.

English is the source. A catalogue is templates/email_templates/translations/<language>.po, made from what
`tactful mail-words` prints; it counts from the next start. A language without one gets English words, and dates and
amounts as it writes them.
"""

import gettext
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from msgspec import Struct

from components.catalogue import translations

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "email_templates" / "translations"


class Spoken(Struct, frozen=True):
    """`locale` writes dates and amounts."""

    locale: str
    words: gettext.NullTranslations

    def __call__(self, text: str, **values: object) -> str:
        """The words, with what stands in {braces} put in."""
        return self.words.gettext(text).format(**values) if values else self.words.gettext(text)

    def listed(self, names: Iterable[str]) -> str:
        """one, two and three"""
        found = list(names)
        return self("{names} and {last}", names=", ".join(found[:-1]), last=found[-1]) if len(found) > 1 else "".join(found)


@lru_cache(maxsize=256)
def spoken(language: str, locale: str) -> Spoken:
    """`language` is that of the text, '' for the one that everybody else gets: in the organisation's `locale`."""
    path = FOLDER / f"{language}.po"
    words = translations(path) if language and path.is_file() else gettext.NullTranslations()
    return Spoken(locale if not language or _base(locale) == language else _known(language, locale), words)


def _base(locale: str) -> str:
    return locale.replace("-", "_").partition("_")[0]


def _known(language: str, otherwise: str) -> str:
    try:
        return str(Locale.parse(language))
    except (UnknownLocaleError, ValueError):
        return otherwise

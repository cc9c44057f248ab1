"""Translations: gettext catalogues read as they are written, <language>.po in a folder."""

import gettext
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


@lru_cache(maxsize=64)
def translations(path: Path) -> gettext.NullTranslations:
    """What is not yet translated, or only by guess, stays as it is; so does what lost one of its {places}."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    _drop_what_would_fail(catalogue)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _drop_what_would_fail(catalogue: Catalog) -> None:
    for message in list(catalogue):
        may_have = places_of(_forms(message.id)[-1])
        if message.id and not all(places_of(each) <= may_have for each in _forms(message.string or "")):
            catalogue.delete(message.id)


def _forms(text: str | Sequence[str]) -> tuple[str, ...]:
    """One for each number where there are such."""
    return (text,) if isinstance(text, str) else tuple(text)


def places_of(text: str) -> set[str]:
    """The {names} in it; one that nobody can fill where the braces do not match."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {"", text}

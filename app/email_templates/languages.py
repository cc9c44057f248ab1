"""The languages that a template can have a text in of its own."""

from functools import lru_cache
from typing import Final

from components.format import language

CODES: Final = (
    "bg", "ca", "cs", "cy", "da", "de", "el", "es", "et", "fi", "fr", "ga", "hr", "hu", "is", "it", "lt", "lv", "nl",
    "no", "pl", "pt", "ro", "sk", "sl", "sv", "tr", "uk",
)  # fmt: skip
GONE: Final = "-"
"""Before the code: a text that is kept among the versions and used for nobody any more."""


@lru_cache(maxsize=1)
def offered() -> tuple[tuple[str, str], ...]:
    """Code and English name, by name."""
    return tuple(sorted(((code, language_name(code)) for code in CODES), key=lambda pair: pair[1]))


@lru_cache(maxsize=64)
def language_name(code: str) -> str:
    """French; for '' the text for everybody else."""
    return language(code.removeprefix(GONE)) if code else "Everybody else"

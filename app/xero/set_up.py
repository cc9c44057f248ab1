"""The first questions after connecting, and what is wrong with an answer. Pure."""

from collections.abc import Mapping
from zoneinfo import available_timezones

import msgspec
from babel import Locale, UnknownLocaleError


class SetUp(msgspec.Struct, frozen=True, kw_only=True):
    """`starts_with`: few or all."""

    name: str
    country: str
    timezone: str
    starts_with: str

    @property
    def locale(self) -> str:
        """English as written in that country, where it is; else as in Britain."""
        try:
            return str(Locale.parse(f"en_{self.country}"))
        except (UnknownLocaleError, ValueError):
            return "en_GB"


def read_set_up(answers: Mapping[str, str], countries: frozenset[str]) -> tuple[SetUp, dict[str, str]]:
    form = SetUp(
        name=" ".join(answers.get("name", "").split())[:200],
        country=answers.get("country", "").strip().upper()[:2],
        timezone=answers.get("timezone", "").strip()[:60],
        starts_with=answers.get("starts_with", "").strip()[:3],
    )
    errors = {
        "name": "" if form.name else "Give the name of the business",
        "country": "" if form.country in countries else "Choose a country",
        "timezone": "" if form.timezone in available_timezones() else "Choose a timezone",
        "starts_with": "" if form.starts_with in ("few", "all") else "Choose whom to start with",
    }
    return form, {name: error for name, error in errors.items() if error}

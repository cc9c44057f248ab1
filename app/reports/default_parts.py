"""What a default is, and the rows that defaults are read from."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from app.money import amount
from components.format import money


class Default(Struct, frozen=True):
    """`now` as it stands, `came` as it was when it came; `url`: where it is changed, empty where it is a rule."""

    name: str
    now: str
    came: str
    does: str
    url: str = ""

    @property
    def is_changed(self) -> bool:
        return self.now != self.came


class Group(Struct, frozen=True):
    title: str
    defaults: tuple[Default, ...]


class Facts(Struct, frozen=True):
    """Rows as they are and as they come, by column: of the organisation, its default schedule, statements and mailbox."""

    organisation: tuple[Mapping[str, Any], Mapping[str, Any]]
    schedule: tuple[Mapping[str, Any], Mapping[str, Any]]
    statements: tuple[Mapping[str, Any], Mapping[str, Any]]
    sender: tuple[Mapping[str, Any], Mapping[str, Any]]
    schedule_name: str
    approved_steps: int
    currency: str
    locale: str


class Pair:
    """A row as it is and as it comes."""

    def __init__(self, now: Mapping[str, Any], came: Mapping[str, Any]) -> None:
        self.now, self.came = now, came

    def says(self, name: str, column: str, words: Any, does: str, url: str) -> Default:
        return Default(name, words(self.now[column]), words(self.came[column]), does, url)


def money_of(facts: Facts) -> Any:
    def words(value: int | None) -> str:
        return "no such rule" if value is None else money(amount(value), facts.currency, facts.locale)

    return words

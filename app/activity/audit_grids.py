"""The grid of the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from app.activity.acts import WORDS, words_of
from components.grid.cells import Cell, CellKind, Plain, Reading, Row, Text
from components.grid.declaration import Column, EmptyState, Grid
from components.grid.filters import Applied, ChoiceFilter, DayFilter
from components.grid.sql import Where, all_of

MOST_FIELDS = 4


def instant_of(value: Any) -> datetime | None:
    """Drivers give an instant, or its text."""
    read = datetime.fromisoformat(value) if isinstance(value, str) and value else value
    return read.astimezone(UTC) if isinstance(read, datetime) else None


class Instant(CellKind):
    """To the second, in UTC."""

    css = "d"

    def cell(self, value: Any, row: Row, reading: Reading) -> Cell:
        at = instant_of(value)
        return Cell(f"{at:%Y-%m-%d %H:%M:%S}") if at else Cell()


class Words(CellKind):
    """A code of acts.WORDS as people say it."""

    def cell(self, value: Any, row: Row, reading: Reading) -> Cell:
        return Cell(words_of(str(value)))


class Fields(CellKind):
    """The names of what changed, the first few of them."""

    def cell(self, value: Any, row: Row, reading: Reading) -> Cell:
        names = [each.replace("_", " ") for each in msgspec.json.decode(value or "[]")]
        more = f" and {len(names) - MOST_FIELDS} more" if len(names) > MOST_FIELDS else ""
        return Cell(", ".join(names[:MOST_FIELDS]) + more, title=", ".join(names) if more else "")

    def plain(self, value: Any, row: Row, reading: Reading) -> Plain:
        return ", ".join(msgspec.json.decode(value or "[]"))


@dataclass(frozen=True, slots=True)
class InstantFilter(DayFilter):
    """Days of UTC from … to …, both included, of a column of instants."""

    def read(self, given: Any, today: date, locale: str) -> Applied | None:
        applied = DayFilter.read(self, given, today, locale)
        if applied is None:
            return None
        days = dict(applied.parameters)
        low, high = (days.get(f"{self.name}_{end}", "") for end in ("from", "to"))
        bounds = [Where(f"{self.sql} >= {{}}", (_midnight(low),))] if low else []
        bounds += [Where(f"{self.sql} < {{}}", (_midnight(high) + timedelta(days=1),))] if high else []
        return replace(applied, where=all_of(bounds))


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC)


AUDIT = Grid(
    name="audit",
    one="entry",
    many="entries",
    source="audit_entry a LEFT JOIN users u ON u.id = a.user_id",
    key="a.id",
    columns=(
        Column(key="at", label="When (UTC)", sql="a.acted_at", kind=Instant(), falls=True, on_phone="figure"),
        Column(key="who", label="Who", sql="COALESCE(u.name, 'Tactful')", on_phone="title"),
        Column(key="act", label="What", sql="a.act", kind=Words()),
        Column(key="subject", label="To what", sql="a.subject", kind=Text(url="/settings/audit/{id}"), sort=""),
        Column(key="fields", label="Changed", sql="a.fields", kind=Fields(), sort="", on_phone="left out"),
        Column(key="address", label="From where", sql="a.address", on_phone="left out"),
        Column(key="session", label="Session", sql="a.session_id", sort="", on_phone="left out", shown=False),
    ),
    search=("LOWER(u.name)", "LOWER(a.act)", "LOWER(a.subject)", "a.address"),
    search_hint="Search who, what or from where",
    filters=(
        ChoiceFilter("who", "Who", "a.user_id", {}, whole_numbers=True),
        ChoiceFilter("act", "What", "a.act", {code: words.lower() for code, words in WORDS.items()}),
        InstantFilter("on", "When", "a.acted_at"),
    ),
    default_sort="-at",
    row_url="/settings/audit/{id}",
    exports=True,
    empty=EmptyState(
        "Nothing recorded yet",
        "Who changed settings, members, senders, templates or schedules, approved, exported or signed in stands here.",
    ),
)


def audit_grid(people: Mapping[int, str], acts: frozenset[str]) -> Grid:
    """With the people and acts that occur to choose from."""
    known = {code: words_of(code).lower() for code in sorted(acts, key=words_of)}
    return AUDIT.with_options(who={str(key): name for key, name in people.items()}, act=known)

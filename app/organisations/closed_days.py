"""The business's own closed days: read from a form or a pasted list, merged, told."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Protocol

from msgspec import Struct

from app.identity.forms import line

Fields = Mapping[str, str]
Errors = dict[str, str]

LONGEST_RANGE = 62
"""Days from the first to the last of one entry: a summer's closure, not a slip of the year."""
MOST_LINES, MOST_DAYS = 400, 1000
LONGEST_NAME = 80
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2}(?:st|nd|rd|th)?\s+[A-Za-z]{3,9}\.?,?\s+\d{4}"
_LINE = re.compile(
    rf"\W*(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+)?({_DATE})(?:\s*(?:to|until|–|-)\s*({_DATE}))?[\s,;:|–-]*(.*)", re.I
)


class ClosedDay(Struct, frozen=True):
    on: date
    name: str = ""


class _Row(Protocol):
    """What of an Organisation tells its closed days."""

    @property
    def closed_days(self) -> str: ...
    @property
    def closed_day_names(self) -> str: ...


def closed_days_of(row: _Row) -> tuple[ClosedDay, ...]:
    """In order."""
    names: dict[str, str] = json.loads(row.closed_day_names or "{}")
    return tuple(ClosedDay(date.fromisoformat(on), names.get(on, "")) for on in sorted(json.loads(row.closed_days)))


def columns_of(days: Iterable[ClosedDay]) -> dict[str, str]:
    """As an Organisation holds them."""
    by_day = {each.on.isoformat(): each.name for each in days}
    names = {on: name for on, name in by_day.items() if name}
    return {"closed_days": json.dumps(sorted(by_day)), "closed_day_names": json.dumps(names, sort_keys=True)}


def merged(days: Iterable[ClosedDay], more: Iterable[ClosedDay]) -> tuple[ClosedDay, ...]:
    """With those added; a name that comes along takes the place of an older one."""
    found = {each.on: each for each in days}
    for each in more:
        found[each.on] = each if each.name or each.on not in found else found[each.on]
    return tuple(found[on] for on in sorted(found))


def read_day(fields: Fields) -> tuple[tuple[ClosedDay, ...], Errors]:
    """One day, or every day from `closed_on` to `closed_until`."""
    first = day_in(fields.get("closed_on", ""))
    until_text = fields.get("closed_until", "").strip()
    last = day_in(until_text) if until_text else first
    if first is None:
        return (), {"closed_on": "Choose the day on which you are closed"}
    if last is None or not 0 <= (last - first).days <= LONGEST_RANGE:
        return (), {"closed_until": f"Choose a last day at most {LONGEST_RANGE} days after the first, or leave it empty"}
    return _range(first, last, line(fields, "closed_name", LONGEST_NAME)), {}


def read_list(fields: Fields, *, month_first: bool = False) -> tuple[tuple[ClosedDay, ...], Errors]:
    """A pasted list: a day or a first and a last one on each line, then what it is. `month_first`: 12/24/2026."""
    found: tuple[ClosedDay, ...] = ()
    for text in fields.get("closed_list", "").splitlines()[:MOST_LINES]:
        if not text.strip():
            continue
        days = _read_line(text.strip(), month_first)
        if not days:
            return (), {"closed_list": f"“{text.strip()[:40]}” is no day; write 2026-12-24 Christmas Eve, one on each line"}
        found = merged(found, days)
    if not found:
        return (), {"closed_list": "Paste at least one day"}
    return (found, {}) if len(found) <= MOST_DAYS else ((), {"closed_list": f"Paste {MOST_DAYS} days at most"})


def _read_line(text: str, month_first: bool) -> tuple[ClosedDay, ...]:
    match = _LINE.fullmatch(text)
    if match is None:
        return ()
    first = day_in(match[1], month_first)
    last = day_in(match[2], month_first) if match[2] else first
    if first is None or last is None or not 0 <= (last - first).days <= LONGEST_RANGE:
        return ()
    return _range(first, last, line({"name": match[3]}, "name", LONGEST_NAME))


def _range(first: date, last: date, name: str) -> tuple[ClosedDay, ...]:
    return tuple(ClosedDay(first + timedelta(days=n), name) for n in range((last - first).days + 1))


def day_in(text: str, month_first: bool = False) -> date | None:
    """2026-12-24, 24/12/2026, 24.12.2026, "24 December 2026"."""
    text = text.strip()
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
        return _day(*map(int, text.split("-")))
    numbers = re.fullmatch(r"(\d{1,2})([./])(\d{1,2})\2(\d{4})", text)
    if numbers:
        first, second, year = int(numbers[1]), int(numbers[3]), int(numbers[4])
        month, on = (first, second) if month_first and numbers[2] == "/" else (second, first)
        return _day(year, month, on)
    words = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3})[A-Za-z]*\.?,?\s+(\d{4})", text)
    if words and words[2].lower() in _MONTHS:
        return _day(int(words[3]), _MONTHS.index(words[2].lower()) + 1, int(words[1]))
    return None


def _day(year: int, month: int, on: int) -> date | None:
    try:
        return date(year, month, on) if 2000 <= year <= 2100 else None
    except ValueError:
        return None

"""What happened to a customer or invoice, as a conversation: ours, theirs, and the events between."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from components.format import day, day_in_full

Side = Literal["ours", "theirs", "event", "note"]

FROM_THE_CUSTOMER = frozenset({"reply", "promise", "dispute", "told_paid"})
DECISIONS = frozenset({"email_decided"})
"""About an email, but said of it by a colleague: the email itself stands in a line of its own."""
NOTED = {"note": "", "call": " rang them"}
"""What a colleague wrote down, by what follows the name."""
TITLES = {"reply": "Reply", "promise": "Promise", "dispute": "Query", "told_paid": "Says it is paid"}


class Happened(Struct, frozen=True, kw_only=True):
    """A line of the timeline; `at` is local. `subject` and `to` are those of the email it is about, `url` leads to it."""

    kind: str
    sentence: str
    by: str
    at: datetime
    subject: str = ""
    to: str = ""
    url: str = ""
    trouble: str = ""


class Entry(Struct, frozen=True, kw_only=True):
    """As the page shows it: `title` strong, `text` below it, `small` last."""

    side: Side
    title: str
    text: str
    small: str
    in_full: str
    url: str = ""
    trouble: str = ""


def conversation(lines: Iterable[Happened], today: date) -> tuple[Entry, ...]:
    return tuple(_entry(line, today) for line in lines)


def _entry(line: Happened, today: date) -> Entry:
    when, in_full = say_when(line.at, today), f"{day_in_full(line.at.date())}, {line.at:%H:%M}"
    if line.subject and line.kind not in DECISIONS:
        small = f"To {line.to} · {when}" if line.to else when
        return Entry(side="ours", title=line.subject, text="", small=small, in_full=in_full, url=line.url, trouble=line.trouble)
    if line.kind in FROM_THE_CUSTOMER and line.by == "the customer":
        return Entry(side="theirs", title=TITLES[line.kind], text=line.sentence, small=when, in_full=in_full, url=line.url)
    if line.kind in NOTED:
        title = f"{line.by}{NOTED[line.kind]}"
        return Entry(side="note", title=title, text=line.sentence, small=when, in_full=in_full)
    by = "" if line.by in ("Tactful", "the customer") or line.sentence.startswith(line.by) else line.by
    small = " · ".join(filter(None, (by, when)))
    return Entry(side="event", title="", text=line.sentence, small=small, in_full=in_full, url=line.url)


def say_when(at: datetime, today: date) -> str:
    """As "today 10:04", "yesterday 09:12" or "Mon 16 Nov 10:04"."""
    days = (today - at.date()).days
    near = {0: "today", 1: "yesterday"}.get(days)
    return f"{near or day(at.date(), today)} {at:%H:%M}"

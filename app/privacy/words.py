"""What is held, in people's words. Pure."""

from collections.abc import Mapping, Sized
from typing import Protocol

IN_WORDS = (
    ("Invoices, credits and payments", ("invoice", "credit", "payment")),
    ("Recipients", ("recipient",)),
    ("Emails to them", ("message",)),
    ("Emails from them", ("incoming",)),
    ("Promises, disputes and what they told you", ("promise", "dispute", "told_paid", "expected_date")),
    ("Lines of the timeline, notes and tasks", ("activity", "task")),
    ("Visits of the portal", ("portal_visit",)),
    ("Statements", ("statement",)),
)


class Holds(Protocol):
    @property
    def tables(self) -> Mapping[str, Sized]: ...
    @property
    def mentions(self) -> Mapping[str, Sized]: ...
    @property
    def files(self) -> Sized: ...


def counts_of(found: Holds) -> list[tuple[str, int]]:
    """What a person would count; the export has every table."""
    counts = [(words, sum(len(found.tables.get(table, ())) for table in tables)) for words, tables in IN_WORDS]
    return [*counts, ("Files", len(found.files)), ("Mentions elsewhere", sum(map(len, found.mentions.values())))]

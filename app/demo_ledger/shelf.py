"""One kind of record: made on demand from a source, with what was changed or added on top, and columns to query by."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Protocol

from .columns import Column, Columns, Tabled, empty
from .records import Json

_ANY = {"Status": "status", "Date": "date", "UpdatedDateUTC": "updated"}
_DOCUMENT = {**_ANY, "Type": "type", "DueDate": "due", "Contact.ContactID": "contact"}
_FIELDS = {
    "Contacts": {"ContactStatus": "status", "UpdatedDateUTC": "updated", "ContactID": "contact"},
    "Invoices": {**_DOCUMENT, "AmountDue": "amount"},
    **{plural: {**_DOCUMENT, "RemainingCredit": "amount"} for plural in ("CreditNotes", "Prepayments", "Overpayments")},
    "Payments": {**_ANY, "PaymentType": "type", "Account.AccountID": "account"},
}


class Spelt(Protocol):
    """Tells what records say in words, without making them."""

    def spelt(self, field: str, test: Callable[[str | None], bool], /) -> Sequence[int] | None:
        """Numbers, ascending, of the records whose text passes; None where only the records themselves can tell."""

    def mentioning(self, text: str, /) -> Sequence[int]:
        """The same of those that a search for `text`, in small letters, finds."""


class Source(Tabled, Protocol):
    """Records that are pure functions of their number."""

    @property
    def words(self) -> Spelt | None:
        """None where there are so few that they may all be looked at."""

    def __len__(self) -> int: ...

    def record(self, i: int, /) -> Json: ...

    def locate(self, ref: str, /) -> int | None:
        """The number behind an identifier or a document number."""


class Nothing:
    """The source of books that were read from a file."""

    words = None

    def __len__(self) -> int:
        return 0

    def record(self, i: int) -> Json:
        raise IndexError(i)

    def columns(self, field: str) -> dict[str, Column]:
        return {field: empty(field)}

    def locate(self, ref: str) -> int | None:
        return None


class Shelf:
    """Records in a steady order: those of the source first, then the added ones."""

    def __init__(self, plural: str, singular: str, source: Source | None = None) -> None:
        self.plural, self.singular = plural, singular
        self.id_field, self.number_field = f"{singular}ID", f"{singular}Number"
        self.source: Source = Nothing() if source is None else source
        self.changed: dict[int, Json] = {}
        self.added: list[Json] = []
        self.given = 0
        """How many of the added ones the books began with, where they came from a file."""
        self._touched: set[int] = set()
        self._places: dict[str, int] = {}
        self.columns = Columns(self.source, self._changes)
        self.revision = 0

    @cached_property
    def base(self) -> int:
        """How many the source makes; counting payments takes a pass over all sales, so it waits until needed."""
        return len(self.source)

    def __len__(self) -> int:
        return self.base + len(self.added)

    def get(self, i: int) -> Json:
        """The record; it belongs to the shelf: copy it before changing it."""
        if i >= self.base:
            return self.added[i - self.base]
        return self.changed.get(i) or self.source.record(i)

    def find(self, ref: str) -> int | None:
        """The place of an identifier or document number, whichever it is."""
        place = self._places.get(ref.lower())
        return self.base + place if place is not None else self.source.locate(ref)

    def put(self, i: int, record: Json) -> None:
        with self.columns.turn:
            if i >= self.base:
                self.added[i - self.base] = record
            else:
                self.changed[i] = record
            self.revision += 1
            self._touched.add(i)
            self.columns.replace(i, record)

    def add(self, record: Json) -> None:
        for name in (self.number_field, self.id_field):
            if record.get(name):
                self._places.setdefault(str(record[name]).lower(), len(self.added))
        with self.columns.turn:
            self.added.append(record)
            self.revision += 1
            self.columns.append(record)

    @property
    def differences(self) -> dict[int, Json]:
        """By their place: the records that are no longer what the books began with, the later ones aside."""
        began = self.base + self.given if self._touched else 0
        return {i: self.get(i) for i in sorted(self._touched) if i < began}

    def column_of(self, field: str) -> str | None:
        """The column that holds a field of these records, as its name is on the wire; None when none does."""
        return _FIELDS[self.plural].get(field)

    def spelt(self, field: str, test: Callable[[str | None], bool], judge: Callable[[Json], bool]) -> Sequence[int] | None:
        """Places, ascending, of the records of which the test of a field's text, or else `judge`, says yes; None where all
        records have to be looked at."""
        told = self.source.words.spelt(field, test) if self.source.words else None
        return None if told is None else self._with_changes(told, judge)

    def mentioning(self, text: str, judge: Callable[[Json], bool]) -> Sequence[int] | None:
        return self._with_changes(self.source.words.mentioning(text), judge) if self.source.words else None

    def _with_changes(self, told: Sequence[int], judge: Callable[[Json], bool]) -> Sequence[int]:
        changes = dict(self._changes())
        if not changes:
            return told
        return sorted([*(i for i in told if i not in changes), *(i for i, record in changes.items() if judge(record))])

    def _changes(self) -> Iterator[tuple[int, Json]]:
        yield from self.changed.items()
        yield from enumerate(self.added, self.base)

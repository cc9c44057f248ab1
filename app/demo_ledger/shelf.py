"""One kind of record: made on demand from a source, with what was changed or added on top, and columns to query by."""

from array import array
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from .records import CENT, Json, hundredths, read_ms

Row = tuple[str, str, int, int, str, int, int, int]
"""Type, status, date (ms), due date (ms), contact id, amount due (hundredths), the same in base currency, update stamp (ms)."""


class Source(Protocol):
    """Records that are pure functions of their number."""

    def __len__(self) -> int: ...

    def record(self, i: int, /) -> Json: ...

    def row(self, i: int, /) -> Row: ...

    def locate(self, ref: str, /) -> int | None:
        """The number behind an identifier or a document number."""


class Nothing:
    """The source of books that were read from a file."""

    def __len__(self) -> int:
        return 0

    def record(self, i: int) -> Json:
        raise IndexError(i)

    def row(self, i: int) -> Row:
        raise IndexError(i)

    def locate(self, ref: str) -> int | None:
        return None


class Columns:
    """What lists are filtered and sorted by, a column each, so that a million records are searched in milliseconds."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.type: list[str] = []
        self.status: list[str] = []
        self.date, self.due = array("q"), array("q")
        self.contact: list[str] = []
        self.amount, self.base, self.updated = array("q"), array("q"), array("q")
        for row in rows:
            self.append(row)

    def append(self, row: Row) -> None:
        for column, value in zip(self._all(), row, strict=True):
            column.append(value)

    def replace(self, i: int, row: Row) -> None:
        for column, value in zip(self._all(), row, strict=True):
            column[i] = value

    def _all(self) -> tuple[list, list, array, array, list, array, array, array]:  # type: ignore[type-arg]
        return self.type, self.status, self.date, self.due, self.contact, self.amount, self.base, self.updated


class Shelf:
    """Records in a steady order: those of the source first, then the added ones."""

    def __init__(self, plural: str, singular: str, source: Source | None = None) -> None:
        self.plural, self.singular = plural, singular
        self.id_field, self.number_field = f"{singular}ID", f"{singular}Number"
        self.source: Source = source or Nothing()
        self.changed: dict[int, Json] = {}
        self.added: list[Json] = []
        self.given = 0
        """How many of the added ones the books began with, where they came from a file."""
        self._touched: set[int] = set()
        self._places: dict[str, int] = {}
        self._columns: Columns | None = None
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
        if i >= self.base:
            self.added[i - self.base] = record
        else:
            self.changed[i] = record
        self.revision += 1
        self._touched.add(i)
        if self._columns is not None:
            self._columns.replace(i, row_of(record))

    def add(self, record: Json) -> None:
        for name in (self.number_field, self.id_field):
            if record.get(name):
                self._places.setdefault(str(record[name]).lower(), len(self.added))
        self.added.append(record)
        self.revision += 1
        if self._columns is not None:
            self._columns.append(row_of(record))

    @property
    def differences(self) -> dict[int, Json]:
        """By their place: the records that are no longer what the books began with, the later ones aside."""
        began = self.base + self.given if self._touched else 0
        return {i: self.get(i) for i in sorted(self._touched) if i < began}

    @property
    def columns(self) -> Columns:
        if self._columns is None:
            generated = (row_of(self.changed[i]) if i in self.changed else self.source.row(i) for i in range(self.base))
            self._columns = Columns(generated)
            for record in self.added:
                self._columns.append(row_of(record))
        return self._columns


def row_of(record: Json) -> Row:
    """The row of a record however odd: what is missing or null becomes empty."""
    contact = record.get("Contact") or record
    amount = next((record[name] for name in ("AmountDue", "RemainingCredit", "Amount") if name in record), 0)
    return (
        str(record.get("Type") or record.get("PaymentType") or ""),
        str(record.get("Status") or record.get("ContactStatus") or ""),
        read_ms(record.get("Date")),
        read_ms(record.get("DueDate")),
        str(contact.get("ContactID") or "").lower(),
        hundredths(amount),
        _in_base(hundredths(amount), record.get("CurrencyRate")),
        read_ms(record.get("UpdatedDateUTC")),
    )


def _in_base(amount: int, rate: object) -> int:
    """Xero's rates are foreign units per unit of the base currency."""
    return int((amount / rate).quantize(CENT)) if isinstance(rate, Decimal) and rate > 0 else amount

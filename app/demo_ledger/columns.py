"""What lists are filtered and sorted by: a compact column for each field, made when it is first wanted."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from threading import Lock, RLock
from typing import Any, Protocol

from .records import Json, hundredths, in_base, read_ms

Row = tuple[str, str, int, int, str, int, int, int, str]
"""The values of one record, in the order of FIELDS; null dates are NOTHING."""
FIELDS = ("type", "status", "date", "due", "contact", "amount", "base", "updated", "account")
"""Days and stamps are milliseconds, amounts hundredths; `amount` is what is due, `base` the same in the base currency."""
TEXTS = ("type", "status", "contact", "account")


class Words:
    """Texts by their code: the first of them made from the code itself, the others in the order they came."""

    def __init__(
        self, made: int = 0, word: Callable[[int], str] = str, locate: Callable[[str], int | None] = lambda _: None
    ) -> None:
        self._made, self._word, self._locate = made, word, locate
        self._others: list[str] = []
        self._codes: dict[str, int] = {}

    def __len__(self) -> int:
        return self._made + len(self._others)

    def __getitem__(self, code: int) -> str:
        return self._word(code) if code < self._made else self._others[code - self._made]

    def find(self, text: str) -> int | None:
        return self._codes[text] if text in self._codes else self._locate(text)

    def like(self, small: str) -> set[int]:
        found = {code for code, word in enumerate(self._others, self._made) if word.lower() == small}
        place = self._locate(small)
        return found if place is None else {place, *found}

    def code(self, text: str) -> int:
        """The text's code; it gets one now if it has none."""
        code = self.find(text)
        if code is None:
            code = self._codes[text] = len(self)
            self._others.append(text)
        return code


class Texts:
    """A column of texts, of which many are the same: only their codes are kept."""

    def __init__(self, words: Words | None = None, codes: Iterable[int] = ()) -> None:
        self.words = words or Words()
        self.codes = array("I", codes)

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, i: int) -> str:
        return self.words[self.codes[i]]

    def __setitem__(self, i: int, text: str) -> None:
        self.codes[i] = self.words.code(text)

    def append(self, text: str) -> None:
        self.codes.append(self.words.code(text))

    def like(self, text: str) -> set[int]:
        """The codes of a text, whatever its case; where words are made from their codes they are all in small letters."""
        return self.words.like(text.lower())

    @property
    def ranks(self) -> Sequence[int]:
        """A number for each row, in the order of the texts."""
        words = [self.words[code].casefold() for code in range(len(self.words))]
        places = {word: place for place, word in enumerate(sorted(set(words)))}
        rank = [places[word] for word in words]
        return array("I", map(rank.__getitem__, self.codes))

    def rows_of(self, text: str) -> list[int]:
        code = self.words.find(text)
        return [] if code is None else [i for i, each in enumerate(self.codes) if each == code]


Column = Texts | array  # type: ignore[type-arg]


class Tabled(Protocol):
    """A source that can tell its columns."""

    def columns(self, field: str, /) -> dict[str, Column]:
        """The column of a field, with those of other fields that came of the same work."""


def empty(field: str) -> Column:
    return Texts() if field in TEXTS else array("q")


def columns_from(rows: Iterable[Row]) -> dict[str, Column]:
    """All columns of records whose rows are quickly made one by one."""
    made = {field: empty(field) for field in FIELDS}
    appends = [column.append for column in made.values()]
    for row in rows:
        for append, value in zip(appends, row, strict=True):
            append(value)  # type: ignore[arg-type]
    return made


def extend(column: Any, further: Any) -> None:
    for i in range(len(further)):
        column.append(further[i])


class Columns:
    """The columns of one shelf: its source's, with what was changed and added on top. They may be wanted on any thread;
    whoever changes records holds `turn` meanwhile, never for long."""

    def __init__(self, source: Tabled, changes: Callable[[], Iterable[tuple[int, Json]]]) -> None:
        self._source, self._changes = source, changes
        self._made: dict[str, Column] = {}
        self._making, self.turn = Lock(), RLock()

    def __getitem__(self, field: str) -> Column:
        if field not in self._made:
            with self._making:
                self._make(field)
        return self._made[field]

    def _make(self, field: str) -> None:
        if field in self._made:
            return
        fresh = {name: column for name, column in self._source.columns(field).items() if name not in self._made}
        with self.turn:
            for name, column in fresh.items():
                self._bring_up_to_date(column, FIELDS.index(name))
            self._made |= fresh

    def _bring_up_to_date(self, column: Any, place: int) -> None:
        for i, record in self._changes():
            value = row_of(record)[place]
            if i < len(column):
                column[i] = value
            else:
                column.append(value)

    def text(self, field: str) -> Texts:
        column = self[field]
        assert isinstance(column, Texts)
        return column

    def numbers(self, field: str) -> Sequence[int]:
        column = self[field]
        assert isinstance(column, array)
        return column

    def replace(self, i: int, record: Json) -> None:
        for column, value in self._kept(record):
            column[i] = value

    def append(self, record: Json) -> None:
        for column, value in self._kept(record):
            column.append(value)

    def _kept(self, record: Json) -> Iterator[tuple[Any, Any]]:
        """The columns that are made already, each with the record's value for it."""
        if self._made:
            for name, value in zip(FIELDS, row_of(record), strict=True):
                if name in self._made:
                    yield self._made[name], value


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
        in_base(hundredths(amount), record.get("CurrencyRate")),
        read_ms(record.get("UpdatedDateUTC")),
        str((record.get("Account") or {}).get("AccountID") or "").lower(),
    )


def kept(rows: Sequence[int], column: Sequence[int], test: Callable[[int], bool]) -> Sequence[int]:
    """Of the rows those whose value passes the test."""
    values: Iterable[int] = column if rows == range(len(column)) else map(column.__getitem__, rows)
    return array("I", compress(rows, map(test, values)))


def ranked(rows: Sequence[int], column: Sequence[int], *, backwards: bool) -> Sequence[int]:
    """Ascending rows by their values; of equal values the earlier row comes first, whichever the direction."""
    if not rows:
        return rows
    span, sign = rows[-1] + 1, -1 if backwards else 1
    packed = [sign * column[row] * span + row for row in rows]
    packed.sort()
    return array("I", (each % span for each in packed))

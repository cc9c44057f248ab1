"""What a list request asks for, and which rows of a shelf answer it. Pure: parameters in, row numbers out."""

import re
from array import array
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any

from .columns import Texts, kept, ranked
from .matching import are_many, both, matching
from .records import NOTHING, Json, ms_of, read_ms
from .refusals import Refusal, bad_query, high_volume, validation
from .shelf import Shelf
from .where import OPTIMISED, fields_of, parse

DEFAULT_PAGE_SIZE = 100
AS_MADE = ("InvoiceID", "InvoiceId")
ORDERS = {"", *AS_MADE, "UpdatedDateUTC", "Date", "DueDate", "Status", "Type", "AmountDue"}
_SEARCHED = ("InvoiceNumber", "CreditNoteNumber", "Reference", "Name", "FirstName", "LastName", "ContactNumber", "EmailAddress")


@dataclass(frozen=True)
class Query:
    """A list request as Xero understands it; page None means no paging."""

    where: str = ""
    order: str = ""
    ids: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    contact_ids: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    search: str = ""
    since: int | None = None
    page: int | None = None
    page_size: int = DEFAULT_PAGE_SIZE
    include_archived: bool = False
    summary_only: bool = False


def read_query(parameters: Mapping[str, str], modified_since: str | None, *, max_page_size: int) -> Query:
    """Raises a 400 refusal on what Xero would refuse."""
    paged = "page" in parameters or "pageSize" in parameters
    return Query(
        where=parameters.get("where", ""),
        order=parameters.get("order", ""),
        ids=_listed(parameters.get("IDs") or parameters.get("ids")),
        numbers=_listed(parameters.get("InvoiceNumbers")),
        contact_ids=_listed(parameters.get("ContactIDs")),
        statuses=tuple(status.upper() for status in _listed(parameters.get("Statuses"))),
        search=parameters.get("searchTerm", "").casefold(),
        since=read_since(modified_since) if modified_since else None,
        page=_number(parameters, "page", 1, 10**9) if paged else None,
        page_size=_number(parameters, "pageSize", DEFAULT_PAGE_SIZE, max_page_size),
        include_archived=parameters.get("includeArchived", "").lower() == "true",
        summary_only=parameters.get("summaryOnly", "").lower() == "true",
    )


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip().strip('"') for part in (text or "").split(",") if part.strip())


def _number(parameters: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = parameters.get(name) or str(default)
    number = int(text) if re.fullmatch(r"\d{1,9}", text) else 0
    if not 1 <= number <= most:
        raise _bad_number(name, most)
    return number


def _bad_number(name: str, most: int) -> Refusal:
    element = {"ValidationErrors": [{"Message": f"{name} must be a number from 1 to {most}"}]}
    return validation([element])


def read_since(text: str) -> int:
    """Milliseconds of an If-Modified-Since in ISO (UTC unless it says otherwise) or as RFC 1123 has it."""
    text = text.strip().strip('"')
    milliseconds = read_ms(text)
    if milliseconds != NOTHING:
        return milliseconds
    try:
        instant = parsedate_to_datetime(text)
    except ValueError as error:
        raise bad_query(f"If-Modified-Since is no date: {text}") from error
    return ms_of(instant if instant.tzinfo else instant.replace(tzinfo=UTC))


class Finder:
    """Answers queries on a shelf and remembers the last answers, so that the next page costs nothing."""

    def __init__(self, remembered: int = 6) -> None:
        self._answers: OrderedDict[tuple[Any, ...], Sequence[int]] = OrderedDict()
        self._remembered, self._turn = remembered, Lock()

    def rows(self, shelf: Shelf, query: Query, *, high_volume_above: int) -> Sequence[int]:
        """May be asked on any thread."""
        key = (id(shelf), shelf.revision, len(shelf), *_filters(query))
        found = self._answers.get(key)
        if found is None:
            _refuse_slow(shelf, query, high_volume_above)
            found = select(shelf, query)
        self._remember(key, found)
        return found

    def _remember(self, key: tuple[Any, ...], rows: Sequence[int]) -> None:
        with self._turn:
            self._answers[key] = rows
            self._answers.move_to_end(key)
            if len(self._answers) > self._remembered:
                self._answers.popitem(last=False)


def _filters(query: Query) -> tuple[Any, ...]:
    # fmt: off
    return (query.where, query.order, query.ids, query.numbers, query.contact_ids, query.statuses, query.search,
            query.since, query.include_archived)


def _refuse_slow(shelf: Shelf, query: Query, above: int) -> None:
    if len(shelf) <= above or query.ids or query.numbers:
        return
    fields = fields_of(parse(query.where)) if query.where else set()
    if query.page is None or not fields <= OPTIMISED or query.order.split(" ")[0] not in ORDERS:
        raise high_volume(shelf.plural)


def select(shelf: Shelf, query: Query) -> Sequence[int]:
    """The numbers of all rows that match, in the order asked for."""
    rows: Sequence[int] = _named(shelf, query)
    rows = _filtered(shelf, rows, query)
    if query.where:
        rows = matching(shelf, rows, parse(query.where))
    if query.search:
        rows = _mentioning(shelf, rows, query.search)
    ordered = _ordered(shelf, rows, query.order)
    return ordered if isinstance(ordered, range | array) else array("I", ordered)


def _named(shelf: Shelf, query: Query) -> Sequence[int]:
    if not (query.ids or query.numbers):
        return range(len(shelf))
    places = {shelf.find(ref) for ref in (*query.ids, *query.numbers)}
    return sorted(place for place in places if place is not None)


def _filtered(shelf: Shelf, rows: Sequence[int], query: Query) -> Sequence[int]:
    columns = shelf.columns
    if query.since is not None:
        rows = kept(rows, columns.numbers("updated"), query.since.__le__)
    if query.statuses:
        rows = _of_texts(rows, columns.text("status"), query.statuses)
    if query.contact_ids:
        rows = _of_texts(rows, columns.text("contact"), query.contact_ids)
    if shelf.plural == "Contacts" and not query.include_archived and not query.ids:
        archived = columns.text("status").words.code("ARCHIVED")
        rows = kept(rows, columns.text("status").codes, archived.__ne__)
    return rows


def _of_texts(rows: Sequence[int], column: Texts, texts: Sequence[str]) -> Sequence[int]:
    codes = set[int]().union(*map(column.like, texts))
    return kept(rows, column.codes, codes.__contains__)


def _mentioning(shelf: Shelf, rows: Sequence[int], text: str) -> Sequence[int]:
    if are_many(rows) and (found := shelf.mentioning(text, lambda record: _mentions(record, text))) is not None:
        return both(rows, found, len(shelf))
    return [row for row in rows if _mentions(shelf.get(row), text)]


def _mentions(record: Json, text: str) -> bool:
    return any(text in str(record.get(name) or "").casefold() for name in _SEARCHED)


def _ordered(shelf: Shelf, rows: Sequence[int], order: str) -> Sequence[int]:
    """Rows of equal rank stay in their own order; without an order, records come as they were made."""
    if not order:
        return rows
    field, _, direction = order.split(",")[0].strip().partition(" ")
    backwards = direction.strip().upper() in ("DESC", "DESCENDING")
    if field in AS_MADE:
        return rows[::-1] if backwards else rows
    if name := shelf.column_of(field):
        column = shelf.columns[name]
        return ranked(rows, column.ranks if isinstance(column, Texts) else column, backwards=backwards)
    return sorted(rows, key=lambda row: _rank(shelf.get(row), field), reverse=backwards)


def _rank(record: Json, field: str) -> tuple[int, Any]:
    value: Any = record
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if value is None or isinstance(value, bool | dict | list):
        return (0, bool(value))
    milliseconds = read_ms(value)
    if milliseconds != NOTHING:
        return (1, milliseconds)
    return (2, value.casefold()) if isinstance(value, str) else (1, value)


def page_of(rows: Sequence[int], query: Query, shift: int = 0) -> Sequence[int]:
    """The rows of one page; `shift` moves the window, as when records slip between pages while one is reading."""
    if query.page is None:
        return rows
    start = max(0, (query.page - 1) * query.page_size + shift)
    return rows[start : start + query.page_size]


def pagination(rows: Sequence[int], query: Query) -> Json:
    count = len(rows)
    # fmt: off
    return {"page": query.page, "pageSize": query.page_size, "pageCount": -(-count // query.page_size),
            "itemCount": count}

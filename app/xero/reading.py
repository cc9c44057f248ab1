"""How far a list has been read, and whether all of it was seen. Pure."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from app.xero.fingerprints import Fingerprints
from app.xero.listing import Page, Resource
from app.xero.stamps import instant_of, read_stamp, stamp_of
from app.xero.take_in import keys_of

Record = TypeVar("Record")
OVERLAP = timedelta(minutes=2)
"""Read again behind the cursor: Xero's stamps have seconds, and its lists may lag behind its clock."""

SIZES = (1000, 400, 100)
"""Page sizes to try; Xero's reference names no largest one, and 100 is its own."""


class Tally(Generic[Record]):
    """Counts one list while its pages come, in whatever order and however often."""

    def __init__(self, resource: Resource[Record], since: int) -> None:
        self.resource, self.since = resource, since
        self.seen = Fingerprints()
        self.highest = since
        self.began_at = 0
        """Xero's clock at the first page: what changes after it may be missed, and is read by the next delta."""
        self.item_count: int | None = None

    def add(self, page: Page[Record]) -> None:
        self.seen.add(keys_of(page, _id_of(self.resource)))
        self.began_at = self.began_at or page.served_at
        self.item_count = page.item_count
        self.highest = max(self.highest, *(_stamp(record, page.served_at) for record in page.records), 0)

    @property
    def is_complete(self) -> bool:
        """Pages that repeat or leave out records, or move while we read, leave fewer records than Xero counts."""
        return self.item_count is None or self.seen.reaches(self.item_count)

    @property
    def cursor(self) -> int:
        """Xero's time up to which everything has been seen."""
        return max(self.since, min(self.highest, self.began_at or self.highest))


def _id_of(resource: Resource[Record]) -> Callable[[Record], str | None]:
    name = {
        "contacts": "contact_id",
        "credit_notes": "credit_note_id",
        "prepayments": "prepayment_id",
        "overpayments": "overpayment_id",
        "payments": "payment_id",
    }.get(resource.name, "invoice_id")
    return lambda record: getattr(record, name)


def _stamp(record: object, served_at: int) -> int:
    """0 for a stamp that cannot be read or lies in the future: it must not carry the cursor away."""
    try:
        stamp = read_stamp(getattr(record, "updated_date_utc", None))
    except ValueError:
        return 0
    return stamp if not served_at or stamp <= served_at else 0


def modified_since(cursor: int) -> str:
    """If-Modified-Since, in UTC to the second; empty to read everything."""
    instant = instant_of(cursor)
    return f"{instant - OVERLAP:%Y-%m-%dT%H:%M:%S}" if instant else ""


def smaller(size: int) -> int | None:
    """The next page size to try; None when there is none."""
    return next((each for each in SIZES if each < size), None)


def stamp_from(instant: datetime | None) -> int:
    return stamp_of(instant.astimezone(UTC)) if instant else 0

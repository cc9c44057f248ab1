"""How a page of Xero's records is read: all at once, and one by one when one of them is odd."""

import re
from typing import Generic, TypeVar

import msgspec
from msgspec import Raw, Struct, field

from app.xero.stamps import read_stamp
from app.xero.wire import (
    AccountRef,
    Action,
    Contact,
    Credit,
    Invoice,
    OnlineInvoice,
    Organisation,
    Payment,
    Reminders,
    Theme,
    User,
)

Record = TypeVar("Record")


class Resource(Struct, Generic[Record], frozen=True):
    """A list of the Accounting API: where it is, under which key its records come, how one is read."""

    name: str
    path: str
    kind: type[Record]
    id_field: str


CONTACTS = Resource("contacts", "Contacts", Contact, "ContactID")
INVOICES = Resource("invoices", "Invoices", Invoice, "InvoiceID")
CREDIT_NOTES = Resource("credit_notes", "CreditNotes", Credit, "CreditNoteID")
PREPAYMENTS = Resource("prepayments", "Prepayments", Credit, "PrepaymentID")
OVERPAYMENTS = Resource("overpayments", "Overpayments", Credit, "OverpaymentID")
PAYMENTS = Resource("payments", "Payments", Payment, "PaymentID")
ORGANISATION = Resource("organisation", "Organisations", Organisation, "OrganisationID")
ACTIONS = Resource("actions", "Actions", Action, "Name")
ONLINE_INVOICES = Resource("online_invoices", "OnlineInvoices", OnlineInvoice, "OnlineInvoiceUrl")
REMINDERS = Resource("reminders", "InvoiceReminders", Reminders, "Enabled")
ACCOUNTS = Resource("accounts", "Accounts", AccountRef, "AccountID")
USERS = Resource("users", "Users", User, "UserID")
THEMES = Resource("themes", "BrandingThemes", Theme, "BrandingThemeID")
CREDITS = (CREDIT_NOTES, PREPAYMENTS, OVERPAYMENTS)


class Unreadable(ValueError):  # noqa: N818  it is told, like a Problem
    """The answer as a whole is no page of records: cut off, a web page, or something else."""


class Broken(Struct, frozen=True):
    """One record that cannot be used, with the reason a person can read."""

    xero_id: str
    label: str
    reason: str
    record: str


class Page(Struct, Generic[Record], frozen=True):
    """`raw_count` counts what the page held, readable or not; `item_count` is Xero's own total, where it told one."""

    records: list[Record]
    broken: tuple[Broken, ...]
    raw_count: int
    item_count: int | None
    served_at: int
    """Xero's clock in milliseconds when it answered; 0 when it did not say."""


class _Pagination(Struct, rename="camel", gc=False):
    item_count: int | None = None


class _Envelope(Struct, Generic[Record], gc=False):
    items: list[Record]
    pagination: _Pagination | None = None
    served: str | None = field(default=None, name="DateTimeUTC")


_decoders: dict[tuple[str, bool], msgspec.json.Decoder[_Envelope[object]]] = {}


def _decoder(resource: Resource[Record], raw: bool) -> msgspec.json.Decoder[_Envelope[object]]:
    key = (resource.path, raw)
    if key not in _decoders:
        kind = Raw if raw else resource.kind
        envelope = msgspec.defstruct(
            f"{resource.path}Page",
            [
                ("items", list[kind], field(name=resource.path)),  # type: ignore[valid-type]
                ("pagination", _Pagination | None, None),
                ("served", str | None, field(default=None, name="DateTimeUTC")),
            ],
            gc=False,
        )
        _decoders[key] = msgspec.json.Decoder(envelope)
    return _decoders[key]


def read_page(resource: Resource[Record], body: bytes) -> Page[Record]:
    """All records at once; one by one only if that fails. Raise Unreadable when there is no page at all."""
    try:
        envelope = _decoder(resource, False).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _one_by_one(resource, body)
    records: list[Record] = envelope.items  # type: ignore[assignment]
    return Page(records, (), len(records), _item_count(envelope), _served_at(envelope))


def _one_by_one(resource: Resource[Record], body: bytes) -> Page[Record]:
    try:
        envelope = _decoder(resource, True).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error
    records: list[Record] = []
    broken: list[Broken] = []
    for raw in envelope.items:
        try:
            records.append(msgspec.json.decode(raw, type=resource.kind, strict=False))  # type: ignore[call-overload]
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            broken.append(_broken(resource, bytes(raw), str(error)))  # type: ignore[call-overload]
    return Page(records, tuple(broken), len(envelope.items), _item_count(envelope), _served_at(envelope))


def _broken(resource: Resource[Record], raw: bytes, error: str) -> Broken:
    text = raw.decode("utf-8", "replace")
    try:
        loose = msgspec.json.decode(raw, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        loose = None
    facts = loose if isinstance(loose, dict) else {}
    labels = (facts.get(name) for name in ("InvoiceNumber", "CreditNoteNumber", "Name"))
    label = next((value for value in labels if isinstance(value, str)), "")
    xero_id = facts.get(resource.id_field)
    return Broken(xero_id if isinstance(xero_id, str) else "", label, _in_words(error), text[:20_000])


_KINDS = {
    "str": "a text", "int": "a number", "float": "a number", "bool": "yes or no", "array": "a list", "object": "a record",
    "null": "nothing",
}  # fmt: skip
_EXPECTED = re.compile(r"Expected `(\w+)(?: \| null)?`, got `(\w+)`")
_PLACE = re.compile(r" - at `\$\.?([^`]*)`")


def _in_words(error: str) -> str:
    """The decoder's complaint ("Expected `str | null`, got `int` - at `$.Contact.Name`"), for people."""
    place, kinds = _PLACE.search(error), _EXPECTED.search(error)
    name = place[1] if place and place[1] else "record"
    if kinds is None:
        return f"Its {name} cannot be read."
    expected, got = (_KINDS.get(kind, kind) for kind in kinds.groups())
    return f"Its {name} is {got} where {expected} is expected."


def _item_count(envelope: _Envelope[object]) -> int | None:
    return envelope.pagination.item_count if envelope.pagination else None


def _served_at(envelope: _Envelope[object]) -> int:
    try:
        return read_stamp(envelope.served)
    except ValueError:
        return 0

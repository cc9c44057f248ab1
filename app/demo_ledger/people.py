"""Contacts: added, edited, archived, merged."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .books import Books
from .records import Json, set_updated
from .refusals import Refused


def create_contact(books: Books, fields: Mapping[str, Any], *, at: datetime) -> Json:
    """Raises Refused when the name is missing or taken, as Xero does."""
    name = str(fields.get("Name") or "")
    if not name:
        raise Refused("The contact name must be specified")
    if books.contact_called(name) is not None:
        raise Refused(f"The contact name {name} is already assigned to another contact. The contact name must be unique.")
    contact: Json = {
        "ContactID": books.new_guid("contact"),
        "ContactStatus": "ACTIVE",
        "EmailAddress": "",
        "BankAccountDetails": "",
        **{plural: [] for plural in ("Addresses", "Phones", "ContactGroups", "ContactPersons")},
        "IsSupplier": False,
        "IsCustomer": False,
        "HasAttachments": False,
        "HasValidationErrors": False,
        **fields,
    }
    set_updated(contact, at, twin=False)
    books.contacts.add(contact)
    return contact


def edit_contact(books: Books, ref: str, fields: Mapping[str, Any], *, at: datetime) -> Json:
    """Sets fields as they stand on the wire; None takes a field away. Raises Missing."""
    place, contact = books.contact(ref)
    for name, value in fields.items():
        contact[name] = value
        if value is None:
            del contact[name]
    set_updated(contact, at, twin=False)
    books.contacts.put(place, contact)
    return contact


def archive_contact(books: Books, ref: str, *, at: datetime) -> Json:
    return edit_contact(books, ref, {"ContactStatus": "ARCHIVED"}, at=at)


def merge_contacts(books: Books, ref: str, into: str, *, at: datetime) -> Json:
    """The first is archived and points at the second, which gets its documents. Raises Missing or Refused."""
    _, kept = books.contact(into)
    _, gone = books.contact(ref)
    if kept["ContactID"] == gone["ContactID"]:
        raise Refused("A contact cannot be merged with itself")
    _move_documents(books, gone["ContactID"], kept, at)
    edit_contact(books, kept["ContactID"], {}, at=at)
    changes = {"ContactStatus": "ARCHIVED", "MergedToContactID": kept["ContactID"]}
    return edit_contact(books, gone["ContactID"], changes, at=at)


def _move_documents(books: Books, gone: str, kept: Json, at: datetime) -> None:
    for plural in ("Invoices", "CreditNotes", "Prepayments", "Overpayments"):
        shelf = books.shelves[plural]
        for place in shelf.columns.text("contact").rows_of(gone.lower()):
            document = {**shelf.get(place), "Contact": {name: kept[name] for name in ("ContactID", "Name")}}
            set_updated(document, at)
            shelf.put(place, document)

"""How records appear in answers: short in lists, with lines when paged, whole by identifier."""

from collections.abc import Callable
from datetime import date

from msgspec import Raw

from .books import CREDIT_SHELVES, Books
from .records import Json, fragment, pence
from .shelf import Shelf

HEAVY = ("LineItems", "Payments", "CreditNotes", "Prepayments", "Overpayments")
"""What summaryOnly leaves out of an invoice."""
ONLY_WHEN_PAGED = ("ContactPersons", "MergedToContactID", "PaymentTerms")


class Presenter:
    """Writes the records of one organisation as they look today."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._summaries: dict[str, Raw] = {}
        self._revision = -1

    def listed(self, shelf: Shelf, today: date, *, paged: bool, summary: bool) -> Callable[[Json], Json]:
        """The function that writes one record of this shelf for a list."""
        if shelf.plural == "Contacts":
            return lambda record: self._contact_in_list(record, today, paged=paged, summary=summary)
        if shelf.plural == "Payments":
            return self._payment
        return lambda record: self._document(record, paged=paged, summary=summary)

    def whole(self, shelf: Shelf, record: Json, today: date) -> Json:
        """One record asked for by identifier."""
        if shelf.plural == "Contacts":
            return self._contact(record, today)
        if shelf.plural == "Payments":
            return self._payment(record)
        whole = {**record, "Contact": self._whole_contact(record)}
        return self._with_allocation_dates(whole) if shelf.plural == "Invoices" else whole

    def contact_summary(self, contact: Json | None) -> Json | Raw | None:
        """A contact as documents carry it; a contact that is not on file stays as the document has it."""
        guid = (contact or {}).get("ContactID")
        if not guid:
            return contact
        if self._revision != self.books.contacts.revision:
            self._summaries, self._revision = {}, self.books.contacts.revision
        if guid not in self._summaries:
            self._summaries[guid] = fragment(self._summary(str(guid)) or contact)
        return self._summaries[guid]

    def _summary(self, guid: str) -> Json | None:
        place = self.books.contacts.find(guid)
        if place is None:
            return None
        record = self.books.contacts.get(place)
        empty: Json = {name: [] for name in ("Addresses", "Phones", "ContactGroups", "ContactPersons")}
        return {"ContactID": record["ContactID"], "Name": record.get("Name"), **empty, "HasValidationErrors": False}

    def _whole_contact(self, record: Json) -> Json | None:
        contact: Json | None = record.get("Contact")
        place = self.books.contacts.find(str((contact or {}).get("ContactID")))
        return contact if place is None else self.books.contacts.get(place)

    def _document(self, record: Json, *, paged: bool, summary: bool) -> Json:
        shown = {**record, "Contact": self.contact_summary(record.get("Contact"))}
        if summary:
            return {name: value for name, value in shown.items() if name not in HEAVY}
        if not paged:
            shown["LineItems"] = []
        return shown

    def _with_allocation_dates(self, invoice: Json) -> Json:
        """By identifier, credits show the day they were applied; lists show the day they were written."""
        for plural in CREDIT_SHELVES:
            entries = invoice.get(plural) or []
            invoice[plural] = [self._allocated(plural, entry, invoice["InvoiceID"]) for entry in entries]
        return invoice

    def _allocated(self, plural: str, entry: Json, invoice: str) -> Json:
        shelf = self.books.shelves[plural]
        place = shelf.find(str(entry.get(shelf.id_field)))
        for allocation in shelf.get(place).get("Allocations") or [] if place is not None else []:
            if allocation["Invoice"].get("InvoiceID") == invoice:
                return {**entry, **{name: allocation[name] for name in ("Date", "DateString") if name in allocation}}
        return entry

    def _contact_in_list(self, record: Json, today: date, *, paged: bool, summary: bool) -> Json:
        shown = dict(record) if summary else self._contact(record, today)
        if not paged:
            for name in ONLY_WHEN_PAGED:
                shown.pop(name, None)
        return shown

    def _contact(self, record: Json, today: date) -> Json:
        owed = self.books.balances(today).get(str(record.get("ContactID")).lower())
        if owed is None:
            return dict(record)
        balances: Json = {
            "AccountsReceivable": {"Outstanding": pence(owed[0]), "Overdue": pence(owed[1])},
            "AccountsPayable": {"Outstanding": pence(0), "Overdue": pence(0)},
        }
        return {**record, "IsCustomer": True, "Balances": balances}

    def _payment(self, record: Json) -> Json:
        reference = record.get("Invoice") or {}
        place = self.books.invoices.find(str(reference.get("InvoiceID")))
        if place is None:
            return record
        invoice = self.books.invoices.get(place)
        wanted = ("Type", "InvoiceID", "InvoiceNumber", "CurrencyCode", "IsDiscounted", "HasErrors")
        shown = {name: invoice[name] for name in wanted if name in invoice}
        shown |= {"Payments": [], "CreditNotes": [], "Prepayments": [], "Overpayments": [], "LineItems": []}
        return {**record, "Invoice": {**shown, "Contact": self.contact_summary(invoice.get("Contact"))}}

"""The books of one organisation. Every act on them lives in invoicing, receipts and people."""

from datetime import date

from .draws import Dice
from .records import NOTHING, Json, ms_of_day, read_day
from .refusals import Missing, Refused, locked
from .shelf import Shelf, Source

SHELVES = (
    ("Contacts", "Contact"),
    ("Invoices", "Invoice"),
    ("CreditNotes", "CreditNote"),
    ("Prepayments", "Prepayment"),
    ("Overpayments", "Overpayment"),
    ("Payments", "Payment"),
)
CREDIT_SHELVES = ("CreditNotes", "Prepayments", "Overpayments")
LOCK_DATES = {"PeriodLockDate": "period", "EndOfYearLockDate": "end of year"}


class Books:
    """One organisation with its shelves of records; identifiers of new records go on counting, so that they repeat."""

    def __init__(self, organisation: Json, dice: Dice, sources: dict[str, Source] | None = None) -> None:
        self.organisation, self.dice = organisation, dice
        self.shelves = {plural: Shelf(plural, singular, (sources or {}).get(plural)) for plural, singular in SHELVES}
        self.users: list[Json] = []
        self.themes: list[Json] = []
        self.accounts: list[Json] = []
        self.reminders_enabled = False
        self.made = 0
        self._balances: tuple[tuple[int, int, date], dict[str, tuple[int, int]]] | None = None

    @property
    def tenant(self) -> str:
        return str(self.organisation["OrganisationID"])

    @property
    def contacts(self) -> Shelf:
        return self.shelves["Contacts"]

    @property
    def invoices(self) -> Shelf:
        return self.shelves["Invoices"]

    @property
    def payments(self) -> Shelf:
        return self.shelves["Payments"]

    @property
    def base_currency(self) -> str:
        return str(self.organisation.get("BaseCurrency") or "GBP")

    def new_guid(self, kind: str) -> str:
        self.made += 1
        return self.dice.guid(b"new-" + kind.encode(), self.made)

    def open(self, plural: str, ref: str) -> tuple[int, Json]:
        """The place of a record and a copy of it that may be changed. Raises Missing."""
        shelf = self.shelves[plural]
        place = shelf.find(ref)
        if place is None:
            raise Missing(f"{shelf.singular} {ref}")
        return place, _copy(shelf.get(place))

    def contact(self, ref: str) -> tuple[int, Json]:
        """By identifier, account number or name. Raises Missing."""
        place = self.contacts.find(ref)
        if place is None:
            place = self.contact_called(ref)
        if place is None:
            raise Missing(f"Contact {ref}")
        return place, _copy(self.contacts.get(place))

    def contact_called(self, name: str) -> int | None:
        wanted = name.casefold()
        for place in range(len(self.contacts)):
            record = self.contacts.get(place)
            if wanted in (str(record.get("Name")).casefold(), str(record.get("AccountNumber")).casefold()):
                return place
        return None

    def account(self, ref: str) -> Json:
        """By identifier or code; raises Refused as Xero does."""
        for account in self.accounts:
            if ref in (account["AccountID"], account["Code"]):
                return account
        raise Refused("Account code or ID is not a valid code or ID")

    def count_payments(self) -> int:
        """A pass over all sales, the first time: to be done aside before a payment is changed."""
        return len(self.payments)

    def sort_by_contact(self) -> None:
        """The same for moving a contact's documents."""
        for plural in ("Invoices", *CREDIT_SHELVES):
            self.shelves[plural].columns.text("contact")

    def check_lock(self, day: date | None) -> None:
        """Raises Refused when a lock date is set on or after the day."""
        for name, kind in LOCK_DATES.items():
            lock = read_day(self.organisation.get(name))
            if lock is not None and day is not None and day <= lock:
                raise Refused(locked(lock, kind))

    def balances(self, today: date) -> dict[str, tuple[int, int]]:
        """Outstanding and overdue of each contact that owes, in pence of the base currency."""
        key = (self.invoices.revision, len(self.invoices), today)
        if self._balances is None or self._balances[0] != key:
            self._balances = key, self._count_balances(ms_of_day(today.toordinal()))
        return self._balances[1]

    def _count_balances(self, today: int) -> dict[str, tuple[int, int]]:
        columns = self.invoices.columns
        kinds, states, contacts = (columns.text(field) for field in ("type", "status", "contact"))
        sale, is_open = kinds.words.code("ACCREC"), states.words.code("AUTHORISED")
        sums: dict[int, tuple[int, int]] = {}
        due_on, in_base = columns.numbers("due"), columns.numbers("base")
        # On another thread a record may be added meanwhile: the shortest column ends the count, which is then made anew.
        rows = zip(kinds.codes, states.codes, due_on, contacts.codes, in_base, strict=False)
        for kind, status, due, contact, amount in rows:
            if amount and kind == sale and status == is_open:
                owed, overdue = sums.get(contact, (0, 0))
                sums[contact] = owed + amount, overdue + (amount if NOTHING < due < today else 0)
        return {contacts.words[contact]: owed for contact, owed in sums.items()}


def _copy(record: Json) -> Json:
    """Deep enough: acts append to the lists of a record and replace, never change, what is in them."""
    return {name: list(value) if isinstance(value, list) else value for name, value in record.items()}

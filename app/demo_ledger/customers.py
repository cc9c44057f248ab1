"""Who the customers are: pure functions of (seed, number)."""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from .cast import CAST, COUNTRIES, SUPPLIERS
from .draws import Dice, Throw, between, one_in
from .names import FIRST_NAMES, FORMS, STREETS, SURNAMES, TOWNS, TRADES
from .records import Json, ms_of_day, stamp

HABITS = {"prompt": (-3, 4, 8), "steady": (4, 6, 26), "late": (14, 11, 50), "slow": (32, 16, 68), "stuck": (38, 20, 90)}
"""Median days late, their spread, and how many of a hundred recent invoices are simply not paid."""
KNOWN_AT_ONCE = 20_480
"""So many customers are kept at hand; a page of invoices is for a thousand at most."""
TERMS = (30, 30, 14, 30, 7, 30, 60, 30)


class Customer(msgspec.Struct, frozen=True, gc=False):
    """What invoices need to know about whom they are for."""

    number: int
    guid: str
    name: str
    first: str
    last: str
    email: str
    place: str
    habit: str
    size: str
    currency: str
    oddities: frozenset[str]
    terms: int


class Customers:
    """The customers of one seed, then the suppliers."""

    def __init__(self, dice: Dice, count: int, today: int) -> None:
        self.dice, self.count, self.today = dice, count, today
        self.get = lru_cache(maxsize=KNOWN_AT_ONCE)(self._customer)

    def __len__(self) -> int:
        return self.count + len(SUPPLIERS)

    def locate(self, guid: str) -> int | None:
        number = self.dice.number_of(b"contact", guid)
        return number if number is not None and number < len(self) else None

    def _customer(self, number: int) -> Customer:
        line = _line(self.dice, number, self.count)
        name, first, last, email, place, habit, size, currency, oddities = line
        marks = frozenset(oddities.split())
        guid = self.dice.guid(b"contact", number)
        terms = self._terms(number)
        return Customer(number, guid, name, first, last, email, place, habit, size, currency, marks, terms)

    def _terms(self, number: int) -> int:
        return TERMS[self.dice.throw(b"terms", number)[0] % len(TERMS)]

    def way_of_paying(self, number: int) -> tuple[int, str]:
        """Terms and habit, without the rest."""
        return self._terms(number), _line(self.dice, number, self.count)[5]

    def words(self, number: int) -> Sequence[str]:
        """Name, first and last name, address."""
        return _line(self.dice, number, self.count)[:4]

    def wants_orders(self, number: int) -> bool:
        return "po" in _line(self.dice, number, self.count)[8].split()

    def record(self, number: int) -> Json:
        """The contact as Xero writes it, without balances."""
        customer = self.get(number)
        throw = self.dice.throw(b"contact", number)
        supplier = number >= self.count
        return {
            "ContactID": customer.guid,
            "AccountNumber": "" if supplier else f"C{1001 + number}",
            "ContactStatus": "ARCHIVED" if "archived" in customer.oddities else "ACTIVE",
            "Name": customer.name,
            **{k: v for k, v in (("FirstName", customer.first), ("LastName", customer.last)) if v},
            "EmailAddress": customer.email,
            "BankAccountDetails": "",
            "Addresses": _addresses(customer, throw),
            "Phones": _phones(customer, throw),
            "UpdatedDateUTC": stamp(self.updated(number)),
            "ContactGroups": [],
            "IsSupplier": supplier,
            "IsCustomer": not supplier,
            "DefaultCurrency": customer.currency,
            "ContactPersons": _persons(customer, throw),
            "HasAttachments": False,
            "HasValidationErrors": False,
            "PaymentTerms": {"Sales": {"Day": customer.terms, "Type": "DAYSAFTERBILLDATE"}},
        }

    def updated(self, number: int) -> int:
        throw = self.dice.throw(b"contact", number)
        day = self.today - between(throw[0], 1, 540)
        return ms_of_day(day) + between(throw[1], 8 * 3_600_000, 18 * 3_600_000)


def _line(dice: Dice, number: int, count: int) -> Sequence[str]:
    if number >= count:
        return _supplier(number - count)
    return _WRITTEN[number] if number < len(_WRITTEN) else _made_up(dice, number)


_WRITTEN = [line.split("|") for line in CAST.splitlines()]


def _supplier(number: int) -> Sequence[str]:
    name = SUPPLIERS[number]
    return (name, "", "", f"accounts@{_domain(name)}", TOWNS[number], "prompt", "S", "GBP", "")


def _made_up(dice: Dice, number: int) -> Sequence[str]:
    """A company whose name no other number has: the number itself is spelt in surnames, trades and forms."""
    throw = dice.throw(b"company", number)
    rest, surname = divmod(number, len(SURNAMES))
    rest, trade = divmod(rest + surname * 7, len(TRADES))
    again, form = divmod(rest, len(FORMS))
    town = TOWNS[throw[0] % len(TOWNS)]
    name = f"{SURNAMES[surname]} {TRADES[trade]} {FORMS[form]}"
    name = f"{name} ({town.split(',')[0]} {again})" if again else name
    first, last = FIRST_NAMES[throw[1] % len(FIRST_NAMES)], SURNAMES[throw[2] % len(SURNAMES)]
    email = "" if one_in(throw[3], 40) else f"accounts@{_domain(name)}"
    habit = ("prompt", "steady", "steady", "late", "late", "late", "slow", "stuck")[throw[4] % 8]
    currency = {0: "EUR", 1: "USD"}.get(throw[5] % 25, "GBP")
    return (name, first, last, email, town, habit, "SSML"[throw[6] % 4], currency, "po" if one_in(throw[7], 4) else "")


def _domain(name: str) -> str:
    return f"{_plain(name)}.example"


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())


def _addresses(customer: Customer, throw: Throw) -> list[Json]:
    town, _, postcode = customer.place.partition(", ")
    street = {
        "AddressType": "STREET",
        "AddressLine1": f"{between(throw[2], 1, 180)} {STREETS[throw[3] % len(STREETS)]}",
        "City": town,
        "Region": "",
        "PostalCode": postcode,
        "Country": COUNTRIES.get(town, "United Kingdom"),
    }
    return [street, {**street, "AddressType": "POBOX"}]


def _phones(customer: Customer, throw: Throw) -> list[Json]:
    """Numbers from the ranges kept for drama; only some customers have a mobile."""
    london = customer.place.startswith("London")
    area = "020" if london else "01632"
    local = f"7946 0{between(throw[4], 100, 999)}" if london else f"960{between(throw[4], 100, 999)}"
    mobile = f"900{between(throw[6], 100, 999)}" if one_in(throw[5], 3) else ""
    return [
        {"PhoneType": "DDI", "PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""},
        {"PhoneType": "DEFAULT", "PhoneNumber": local, "PhoneAreaCode": area, "PhoneCountryCode": "44"},
        {"PhoneType": "FAX", "PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""},
        {"PhoneType": "MOBILE", "PhoneNumber": mobile, "PhoneAreaCode": "07700" if mobile else "", "PhoneCountryCode": ""},
    ]


def _persons(customer: Customer, throw: Throw) -> list[Json]:
    if "persons" not in customer.oddities:
        return []
    domain = customer.email.partition("@")[2]
    return [_person(throw[8 + seat], domain, included=seat == 0) for seat in range(between(throw[7], 1, 3))]


def _person(draw: int, domain: str, *, included: bool) -> Json:
    first, last = FIRST_NAMES[draw % len(FIRST_NAMES)], SURNAMES[draw // 64 % len(SURNAMES)]
    # fmt: off
    return {"FirstName": first, "LastName": last, "EmailAddress": f"{_plain(first)}.{_plain(last)}@{domain}",
            "IncludeInEmails": included}

"""What generated records say in words, told without making them: a million sales are searched in a second or two."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import compress
from struct import Struct

from .bills import Bills
from .customers import Customers
from .sale_records import REFERENCES, reference_code, reference_of
from .sales import Sales, number_of_sale

Test = Callable[[str | None], bool]
"""What a text is asked; None is asked where a record has none."""

_FIRST, _THIRTEENTH = Struct("<I60x"), Struct("<48xI12x")
"""Of sixteen throws."""
_IN_CONTACTS = {"Name": 0, "EmailAddress": 3}


class ContactWords:
    """First come names, then first and last names and addresses, as `Customers.words` has them."""

    def __init__(self, customers: Customers) -> None:
        self.customers = customers

    def spelt(self, field: str, test: Test) -> Sequence[int] | None:
        """Numbers of those whose text passes; None where only the record itself can tell."""
        place = _IN_CONTACTS.get(field)
        if place is None:
            return None
        return array("I", (n for n in range(len(self.customers)) if test(self.customers.words(n)[place])))

    def mentioning(self, text: str) -> Sequence[int]:
        """`text` in small letters."""
        words = self.customers.words
        return array("I", (n for n in range(len(self.customers)) if any(text in each.casefold() for each in words(n))))


class InvoiceWords:
    """Of the sales, then of the bills."""

    def __init__(self, sales: Sales, bills: Bills) -> None:
        self.sales, self.bills = sales, bills

    def spelt(self, field: str, test: Test) -> Sequence[int] | None:
        if field == "Contact.Name":
            customers = bytearray(test(self.sales.customers.words(n)[0]) for n in range(self.sales.customers.count))
            found = self._rows(map(customers.__getitem__, self._buyers))
            return self._and_bills(found, lambda b: test(self.bills.supplier(b).name))
        if field == "Reference":
            return self._and_bills(self._referring(test), lambda _: test(None))
        return None

    def mentioning(self, text: str) -> Sequence[int]:
        """In their number or reference; `text` in small letters."""
        numbered = [n for n in range(self.sales.count) if text in number_of_sale(n).casefold()]
        found: Sequence[int] = numbered
        if any(text in each.casefold() for each in REFERENCES) or set(text) <= set("po 0123456789"):
            referring = self._referring(lambda reference: text in (reference or "").casefold())
            found = sorted({*numbered, *referring})
        return self._and_bills(found, lambda b: text in self.bills.number(b))

    def _referring(self, test: Test) -> Sequence[int]:
        passes = lru_cache(maxsize=None)(lambda code: test(reference_of(code)))
        return self._rows(map(passes, self._references))

    def _rows(self, flags: Iterable[int]) -> Sequence[int]:
        return array("I", compress(range(self.sales.count), flags))

    def _and_bills(self, found: Sequence[int], test: Callable[[int], bool]) -> Sequence[int]:
        return array("I", [*found, *(self.sales.count + b for b in range(len(self.bills)) if test(b))])

    @cached_property
    def _buyers(self) -> "array[int]":
        throw, buyer = self.sales.dice.throws(b"sale", _FIRST), self.sales.buyer
        return array("I", (buyer(n, *throw(n)) for n in range(self.sales.count)))

    @cached_property
    def _references(self) -> "array[int]":
        throw = self.sales.dice.throws(b"sale", _THIRTEENTH)
        orders = lru_cache(maxsize=None)(self.sales.customers.wants_orders)
        return array("I", (reference_code(*throw(n), orders=orders(buyer)) for n, buyer in enumerate(self._buyers)))

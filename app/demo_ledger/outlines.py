"""Columns of all sales and their payments, in one pass that makes no sale: a million of them in seconds."""

from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from struct import Struct

from .columns import Column, Texts, Words
from .draws import Dice
from .records import DAY, ms_of_day
from .sales import STATUSES, Outline, Sales, count_parts, in_pounds, time_of_day

_THROWS = Struct("<I28xIIII16x")
"""Of sixteen throws the first, and the ninth to the twelfth."""
_LATE_WRITE_OFF = 27
"""By n modulo 50: the sales whose two payments came on one day."""

_SAME = {"type": "ACCREC", "account": ""}
"""What every sale says of these fields."""


def passed(sales: Sales) -> Iterator[tuple[Outline, int, int]]:
    """Each sale's outline with its throws 10 and 11."""
    throw, outline = sales.dice.throws(b"sale", _THROWS), sales.outline
    way_of_paying = lru_cache(maxsize=65_536)(sales.customers.way_of_paying)
    for n in range(sales.count):
        buyer, spread, stuck, parts, hour = throw(n)
        yield outline(n, (buyer, spread, stuck), way_of_paying), parts, hour


class SaleColumns:
    """Each column is made when it is wanted, together with those that fall out of the same pass."""

    def __init__(self, sales: Sales) -> None:
        self.sales = sales
        self._open: array[int] | None = None
        """Numbers of the sales on which something is due."""

    def columns(self, field: str) -> dict[str, Column]:
        if field in _SAME:
            return {field: Texts(_only(_SAME[field]), array("I", [0]) * self.sales.count)}
        if field == "date":
            return {"date": self._dates()}
        return self._sums() if field in ("amount", "base") else self._pass()

    def _dates(self) -> "array[int]":
        """Sales are in the order of their days."""
        return array("q", (ms_of_day(self.sales.issued(n)) for n in range(self.sales.count)))

    def _pass(self) -> dict[str, Column]:
        status, contact = Texts(), Texts(contact_words(self.sales.dice, self.sales))
        due, updated, unpaid = array("q"), array("q"), array("I")
        codes = {name: status.words.code(name) for name in ("PAID", "AUTHORISED", *STATUSES.values())}
        for n, ((kind, buyer, issued, due_on, last), _, hour) in enumerate(passed(self.sales)):
            paid = last is not None and kind != "part_paid"
            status.codes.append(codes[STATUSES.get(kind) or ("PAID" if paid else "AUTHORISED")])
            contact.codes.append(buyer)
            due.append(ms_of_day(due_on))
            updated.append(ms_of_day(last or issued) + time_of_day(hour))
            if not paid and kind not in ("voided", "deleted"):
                unpaid.append(n)
        self._open = unpaid
        return {"status": status, "contact": contact, "due": due, "updated": updated}

    def _sums(self) -> dict[str, Column]:
        if self._open is None:
            self._pass()
        amount, base = array("q", [0]) * self.sales.count, array("q", [0]) * self.sales.count
        for n in self._open or ():
            sale = self.sales.facts(n)
            amount[n] = sale.amount_due
            base[n] = in_pounds(amount[n], sale.customer.currency, sale.issued)
        return {"amount": amount, "base": base}


def contact_words(dice: Dice, sales: Sales) -> Words:
    """A customer's code is its number."""
    return Words(len(sales.customers), lambda number: dice.guid(b"contact", number), sales.customers.locate)


class PaymentColumns:
    """All payments, by key: sale number * 4 + place of the payment within the sale, ascending."""

    def __init__(self, sales: Sales) -> None:
        self.keys, self.stamps = array("q"), array("q")
        for n, ((kind, _, issued, _, last), parts, hour) in enumerate(passed(sales)):
            if last is None:
                continue
            count = count_parts(n, kind, last, issued, parts)
            for place in range(count):
                day = last - 9 if place + 1 < count and n % 50 != _LATE_WRITE_OFF else last
                self.keys.append(n * 4 + place)
                self.stamps.append(ms_of_day(day) + time_of_day(hour))

    def columns(self) -> dict[str, Column]:
        count = len(self.keys)
        zeros = array("I", [0]) * count
        return {
            "type": Texts(_only("ACCRECPAYMENT"), zeros),
            "status": Texts(_only("AUTHORISED"), zeros),
            "date": array("q", (stamp // DAY * DAY for stamp in self.stamps)),
            "updated": self.stamps,
        }

    def accounts(self, ids: Sequence[str]) -> Texts:
        """`ids`: of the accounts for money and for write-offs; the second payment is one where both came on one day."""
        return Texts(_only(*ids), (key % 4 == 1 and key // 4 % 50 == _LATE_WRITE_OFF for key in self.keys))


def _only(*each: str) -> Words:
    words = Words()
    for word in each:
        words.code(word)
    return words

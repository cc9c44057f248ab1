"""Searching invoices by number, reference, customer, amount, and by the customer's address where it is one."""

from components.grid.declaration import Lead
from components.grid.sql import Where
from components.grid.words import WordSearch


class InvoiceSearch:
    """Within one organisation; a text with an @ in it is somebody's email address."""

    def __init__(self, organisation_id: int) -> None:
        self._words = WordSearch("invoice_words", "i.id", organisation_id)
        self._payers = WordSearch("customer_words", "i.customer", organisation_id)

    def leads(self, text: str) -> Lead:
        return (self._payers if "@" in text else self._words).leads(text)

    def finds(self, text: str) -> Where:
        return self.leads(text).where

    def tests(self, text: str) -> Where:
        return (self._payers if "@" in text else self._words).tests(text)

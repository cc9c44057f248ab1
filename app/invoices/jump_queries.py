"""Finds customers and invoices for the search on top of every page: a few of each, what is owed first."""

from datetime import date
from typing import Any

from app.database import fetch
from app.invoices.jump import Found, Hit
from app.invoices.search import InvoiceSearch
from app.money import amount
from app.organisations.membership import SignedIn
from components.format import age, as_day, day, money
from components.grid.declaration import Lead
from components.grid.words import WordSearch

MOST = 6
LOOKED_AT = 300
"""Of so many that are found the ones that owe most are offered; who wants another types on."""

_CUSTOMERS = """
SELECT c.id, c.name, c.account_number, c.email, s.outstanding_base, s.overdue_base FROM customer c
LEFT JOIN customer_summary s ON s.customer = c.id
WHERE c.organisation = {{}} AND {found}
ORDER BY COALESCE(s.outstanding_base, 0) DESC, LOWER(c.name), c.id LIMIT {{}}
"""
_INVOICES = """
SELECT i.id, i.number, i.reference, i.currency, i.outstanding, i.total, i.is_open, i.due_on, i.paid_on, i.status, c.name
FROM invoice i JOIN customer c ON c.id = i.customer
WHERE i.organisation = {{}} AND {found}
ORDER BY CASE WHEN LOWER(i.number) = {{}} THEN 0 ELSE 1 END, i.is_open DESC, i.outstanding_base DESC, i.id DESC LIMIT {{}}
"""


async def found_for(member: SignedIn, text: str, today: date) -> Found:
    """By name, account, address, number, reference or amount, however it is written."""
    here = member.organisation_id
    named = WordSearch("customer_words", "c.id", here).leads(text)
    customers = await fetch(_CUSTOMERS.format(found=_among(named)), here, *named.args, LOOKED_AT, MOST + 1)
    billed = InvoiceSearch(here).leads(text)
    values = (here, *billed.args, LOOKED_AT, text.lower(), MOST + 1)
    invoices = await fetch(_INVOICES.format(found=_among(billed)), *values)
    return Found(
        text,
        tuple(_customer(row, member) for row in customers[:MOST]),
        tuple(_invoice(row, member, today) for row in invoices[:MOST]),
        more_customers=len(customers) > MOST,
        more_invoices=len(invoices) > MOST,
    )


def _among(lead: Lead) -> str:
    """The condition that a row is one of the first found; a word that most rows have is no reason to read them all."""
    return f"{lead.key} IN ({lead.sql} LIMIT {{}})"


def _customer(row: dict[str, Any], member: SignedIn) -> Hit:
    owed = amount(row["outstanding_base"])
    detail = " · ".join(filter(None, (row["account_number"], row["email"])))
    return Hit(row["name"], f"/customers/{row['id']}", detail, money(owed, member.currency, member.locale) if owed else "")


def _invoice(row: dict[str, Any], member: SignedIn, today: date) -> Hit:
    due_on = as_day(row["due_on"])
    ended = {"PAID": "paid", "VOIDED": "void"}.get(row["status"], "")
    paid_on = as_day(row["paid_on"])
    when = (age((today - due_on).days) if due_on else "") if row["is_open"] else ended
    if ended == "paid" and paid_on:
        when = f"paid {day(paid_on, today, member.locale)}"
    owed = amount(row["outstanding"] if row["is_open"] else row["total"])
    detail = " · ".join(filter(None, (row["name"], row["reference"], when)))
    return Hit(row["number"] or "No number", f"/invoices/{row['id']}", detail, money(owed, row["currency"], member.locale))

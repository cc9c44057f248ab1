"""The email with which an invoice is sent again: nothing is asked in it, so it is no reminder."""

from datetime import date
from html import escape

from msgspec import Struct

from components.format import day_in_full


class Copy(Struct, frozen=True, kw_only=True):
    """`first_name`: of whom it goes to; empty where there are several, or none is known. `amount` as people read it."""

    first_name: str
    number: str
    reference: str
    issued_on: date | None
    due_on: date | None
    amount: str
    locale: str


class Words(Struct, frozen=True):
    subject: str
    text: str
    html: str


def written(copy: Copy, signature_text: str, signature_html: str) -> Words:
    """`signature_html` is cleaned; everything else is escaped here."""
    lines = [_greeting(copy), _here_it_is(copy), _facts(copy)]
    html = "".join(f"<p>{'<br>'.join(escape(each) for each in line.splitlines())}</p>" for line in lines)
    subject = f"Invoice {copy.number}".strip() + (f" ({copy.reference})" if copy.reference else "")
    return Words(" ".join(subject.split())[:500], "\n\n".join([*lines, signature_text]), f"<div>{html}{signature_html}</div>")


def _greeting(copy: Copy) -> str:
    return f"Hello {copy.first_name}," if copy.first_name else "Hello,"


def _here_it_is(copy: Copy) -> str:
    of = f" of {day_in_full(copy.issued_on, copy.locale)}" if copy.issued_on else ""
    return f"Here is our invoice {copy.number}{of} again."


def _facts(copy: Copy) -> str:
    due = f"Due: {day_in_full(copy.due_on, copy.locale)}" if copy.due_on else ""
    reference = f"Your reference: {copy.reference}" if copy.reference else ""
    return "\n".join(filter(None, (f"Amount: {copy.amount}", due, reference)))

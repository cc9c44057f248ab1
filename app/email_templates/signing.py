"""Whose letter it is, who writes it, and what stands beneath it."""

from html import escape, unescape
from typing import Final

from msgspec import Struct

from app.email_templates.cleaning import cleaned_signature
from app.email_templates.rendering import Block
from app.email_templates.spoken import Spoken, spoken

ENGLISH: Final = spoken("", "en_GB")


class Business(Struct, frozen=True, kw_only=True):
    """Whose letter it is. The registered particulars stand under the signature: companies must show them."""

    name: str
    legal_name: str = ""
    registration_number: str = ""
    registered_office: str = ""
    bank_details: str = ""
    logo: str = ""
    """The name of its picture, organisation.logo; empty: none."""


class LetterSender(Struct, frozen=True, kw_only=True):
    name: str
    email: str
    phone: str = ""
    signature_html: str = ""


def signature(sender: LetterSender, business: Business, say: Spoken = ENGLISH) -> Block:
    """The sender's own, exactly, else name, business and phone; beneath it the business's registered particulars.

    A picture says nothing in plain text: where one's own has no words, name, business and phone stand there.
    """
    own = cleaned_signature(sender.signature_html) if sender.signature_html.strip() else ""
    plain = [_words(own)] if own and _words(own) else [sender.name, business.name, sender.phone]
    html = own or "<br>".join(escape(line) for line in plain if line)
    particulars = _particulars(business, say)
    if particulars and particulars not in html:
        html += f'<br><span style="font-size:12px">{escape(particulars)}</span>'
        plain.append(particulars)
    return Block("\n".join(line for line in plain if line), f"<div>{html}</div>")


def _particulars(business: Business, say: Spoken) -> str:
    if not business.registration_number:
        return ""
    office = ", ".join(" ".join(line.split()).rstrip(",") for line in business.registered_office.splitlines() if line.strip())
    facts = {"name": business.legal_name or business.name, "number": business.registration_number, "office": office}
    if office:
        return say("{name}, registered number {number}, registered office {office}", **facts)
    return say("{name}, registered number {number}", **facts)


def _words(html: str) -> str:
    """The text of cleaned HTML, a line for each of its lines."""
    lined = html.replace("<br>", "\n").replace("</p>", "\n").replace("</div>", "\n").replace("</tr>", "\n")
    return "\n".join(line.strip() for line in _plain(lined).split("\n") if line.strip())


def _plain(html: str) -> str:
    kept, inside = list[str](), False
    for letter in html:
        inside = letter == "<" or (inside and letter != ">")
        if not inside and letter != ">":
            kept.append(letter)
    return unescape("".join(kept))

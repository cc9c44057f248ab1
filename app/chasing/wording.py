"""What a person writes in the place of a template: its form, read and checked."""

import re
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from app.customers.forms import is_address
from app.email_templates.rendering import Facts, Unrenderable, render

Fields = Mapping[str, str]
Errors = dict[str, str]

MOST_RECIPIENTS = 20
LONGEST_SUBJECT = 300

_OWN_LINK = re.compile(r"https?://[^\s()<>\"]{1,200}/p/p_[\w-]{1,200}[^\s()<>\"]{0,200}")
_BETWEEN = re.compile(r"[\s,;]+")


class OwnWords(Struct, frozen=True, kw_only=True):
    """Subject and body in the language of templates; both empty: the template's words. `to` and `cc` are addresses."""

    subject: str
    body: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    attaches_invoices: bool = False
    attaches_statement: bool = False


def read_words(fields: Fields, facts: Facts) -> tuple[OwnWords, Errors]:
    """`facts` are those of the letter: words that cannot be written with them are mistaken."""
    form = msgspec.structs.replace(
        read_addressing(fields),
        subject=" ".join(fields.get("subject", "").split())[:LONGEST_SUBJECT],
        body=without_own_links(fields.get("body", "").replace("\r\n", "\n").strip() + "\n"),
    )
    errors = mistakes_in_addresses(form.to, form.cc)
    if not form.subject:
        errors["subject"] = "Give it a subject"
    if not form.body.strip():
        errors["body"] = "Write what the customer should read"
    if errors:
        return form, errors
    letter = render(form.subject, form.body, facts)
    return form, {"body": letter.sentence} if isinstance(letter, Unrenderable) else {}


def read_addressing(fields: Fields) -> OwnWords:
    """To whom, and with what: all of the form but its words."""
    return OwnWords(
        subject="",
        body="",
        to=addresses_in(fields.get("to", "")),
        cc=addresses_in(fields.get("cc", "")),
        attaches_invoices=bool(fields.get("attaches_invoices")),
        attaches_statement=bool(fields.get("attaches_statement")),
    )


def mistakes_in_addresses(to: tuple[str, ...], cc: tuple[str, ...]) -> Errors:
    errors: Errors = {}
    if not to:
        errors["to"] = "Name at least one address"
    for name, addresses in (("to", to), ("cc", cc)):
        wrong = [address for address in addresses if not is_address(address)]
        if wrong:
            errors[name] = f"“{wrong[0]}” is no email address"
    if len(to) + len(cc) > MOST_RECIPIENTS:
        errors["to"] = f"At most {MOST_RECIPIENTS} addresses"
    return errors


def addresses_in(text: str) -> tuple[str, ...]:
    """The words of a text, each once."""
    found = {each.lower(): each for each in _BETWEEN.split(text.strip()) if each}
    return tuple(found.values())


def without_own_links(text: str) -> str:
    """A customer's own link, pasted from a letter, becomes its placeholder: no token stands in anybody's words."""
    return _OWN_LINK.sub("{{ portal_link }}", text)

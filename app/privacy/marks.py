"""By what a customer may be recognised in free text, and how that is taken out. Pure."""

import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""Shorter words stand in too many others; whoever is called so is found by the address."""
STANDS_FOR = "an erased customer"


def marks_of(customer: Mapping[str, Any], recipients: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Names, addresses, numbers: the longest first, so that no part of one is left."""
    person = f"{customer['first_name']} {customer['last_name']}".strip()
    phones = [each["number"] for each in json.loads(customer["phones"] or "[]")]
    people = [text for each in recipients for text in (each["email"], each["name"])]
    found = {customer["name"], customer["email"], person, *phones, *people}
    return tuple(sorted((each for each in found if len(each) >= SHORTEST), key=len, reverse=True))


def spellings(mark: str) -> tuple[str, ...]:
    """As it may stand in text, in JSON, in HTML and in an address."""
    in_json = (json.dumps(mark)[1:-1], json.dumps(mark, ensure_ascii=False)[1:-1])
    found = (mark, *in_json, html.escape(mark), html.escape(mark, quote=False), quote_plus(mark), quote(mark))
    return tuple(dict.fromkeys(found))


def without(text: str, marks: Iterable[str]) -> str:
    """The text with everything taken out by which the customer may be recognised."""
    for mark in marks:
        for spelling in spellings(mark):
            text = re.sub(re.escape(spelling), STANDS_FOR, text, flags=re.IGNORECASE)
    return text

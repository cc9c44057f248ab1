"""Requests in XML, which Xero still reads: <Invoice><InvoiceID>…</InvoiceID></Invoice>, told as their JSON would be."""

from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from .refusals import bad_data

_PLURALS = {"Address": "Addresses"}


def read_xml(body: bytes) -> Any:
    """One record, or {"Invoices": [records]}. Raises a 400 refusal when it is no XML or declares entities."""
    try:
        root = None if b"<!" in body else fromstring(body)  # noqa: S314  without declarations there is nothing to expand
    except ParseError:
        root = None
    if root is None:
        raise bad_data("The string provided could not be read as XML")
    return {root.tag: _value(root)} if _is_list(root) else _value(root)


def _value(element: Element) -> Any:
    if _is_list(element):
        return [_value(child) for child in element]
    if len(element):
        return {child.tag: _value(child) for child in element}
    text = (element.text or "").strip()
    return {"true": True, "false": False}.get(text, text)


def _is_list(element: Element) -> bool:
    return len(element) > 0 and all(_PLURALS.get(child.tag, f"{child.tag}s") == element.tag for child in element)

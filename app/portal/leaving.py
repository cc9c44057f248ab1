"""Where *Pay now* may lead: the business's own payment page, filled in here, or the invoice's page at Xero."""

import re
from decimal import Decimal
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

_PLACES = re.compile(r"\{(amount|currency|number)\}")


def filled(template: str, amount: Decimal, currency: str, number: str) -> str:
    """The business's payment link with this invoice's figures; other braces stay as they are."""
    values = {"amount": f"{amount:f}", "currency": currency, "number": number}
    return _PLACES.sub(lambda found: quote(values[found[1]], safe=""), template.strip())


def may_lead_to(url: str, demo_ledger_url: str) -> bool:
    """Https only, with a host and without a password in it; plain http to nothing but the bundled demo ledger."""
    try:
        parts = urlsplit(url)
        demo = urlsplit(demo_ledger_url)
        port, demo_port = parts.port, demo.port
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or re.search(r"[\s\\\x00-\x1f]", url):
        return False
    is_demo = bool(demo_ledger_url) and (parts.scheme, parts.hostname, port) == (demo.scheme, demo.hostname, demo_port)
    return is_demo or parts.scheme == "https"


def fault_of_payment_link(template: str) -> str:
    """What is wrong with a business's own payment link; '' when it can be used or is empty.

    Only a public https address: neither a script nor a machine inside the house (OWASP ASVS 5, 1.2.2).
    """
    if not template:
        return ""
    if not may_lead_to(template, ""):
        return "Give an address that begins with https://, such as https://pay.example.com/?amount={amount}&for={number}"
    host = (urlsplit(template).hostname or "").rstrip(".").lower()
    if _is_inside(host) or _PLACES.search(host):
        return "This address is inside your own network: customers could not open it"
    if unknown := re.search(r"\{[^{}]*\}", _PLACES.sub("", template)):
        return f"{unknown[0]} is not known here; {{amount}}, {{currency}} and {{number}} are"
    return ""


def _is_inside(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost", ".home.arpa"))

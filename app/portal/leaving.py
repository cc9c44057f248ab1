"""Where *Pay now* may lead: the business's own payment page, filled in here, or the invoice's page at Xero."""

import re
from decimal import Decimal
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

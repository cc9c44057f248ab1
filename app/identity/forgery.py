"""Tokens that prove a form came from one of our pages: bound to the session, or before sign-in to a signed cookie.

Each rendering gets another token (salt and keyed hash), so that a compressed page gives nothing away.
"""

import hashlib
import hmac
import secrets


def _keyed(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def issue(secret: str) -> str:
    salt = secrets.token_hex(8)
    return f"{salt}.{_keyed(secret, salt)}"


def is_genuine(secret: str, token: str) -> bool:
    salt, _, proof = token.partition(".")
    return bool(secret and salt) and hmac.compare_digest(proof.encode(), _keyed(secret, salt).encode())


def new_visitor(key: str) -> str:
    """The value of the cookie of somebody who has not signed in."""
    name = secrets.token_urlsafe(24)
    return f"{name}.{_keyed(key, 'visitor ' + name)}"


def is_visitor(key: str, cookie: str) -> bool:
    """Whether we made this cookie; another's could be planted from a neighbouring domain."""
    name, _, proof = cookie.partition(".")
    return hmac.compare_digest(proof.encode(), _keyed(key, "visitor " + name).encode())


def is_foreign(fetch_site: str, origin: str, host: str) -> bool:
    """Whether the browser says that another site began this request.

    `fetch_site` is Sec-Fetch-Site, decisive where sent. A page under `Referrer-Policy: no-referrer` sends
    `Origin: null` even to itself (Fetch standard, 3.2), so that says nothing.
    """
    if fetch_site:
        return fetch_site not in ("same-origin", "none")
    return origin not in ("", "null") and origin.split("://", 1)[-1] != host

"""List-Unsubscribe (RFC 2369) in one step (RFC 8058): its headers, and a token that names one message."""

import hmac
import re
from hashlib import sha256

_TOKEN = re.compile(r"([0-9]{1,9})-([0-9a-f]{32})")


def token_of(message_id: int, key: bytes) -> str:
    return f"{message_id}-{_mark(message_id, key)}"


def message_of(token: str, keys: list[bytes]) -> int | None:
    """The message that the token was made for, with one of these keys; None for a token of nobody's."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    message_id = int(found[1])
    return message_id if any(hmac.compare_digest(_mark(message_id, key), found[2]) for key in keys) else None


def headers_for(url: str) -> dict[str, str]:
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _mark(message_id: int, key: bytes) -> str:
    return hmac.new(key, f"unsubscribe {message_id}".encode(), sha256).hexdigest()[:32]

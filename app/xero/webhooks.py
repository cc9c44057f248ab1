"""What Xero's webhooks say: whether it is Xero that speaks, and which organisations something changed in. Pure."""

import hmac
from base64 import b64encode
from hashlib import sha256

import msgspec

LARGEST_BODY = 1_000_000
"""Bytes. An event is about 400, and Xero sends some hundreds of them at once at most."""


class _Event(msgspec.Struct, rename="camel"):
    tenant_id: str | None = None


class _Notification(msgspec.Struct):
    events: list[_Event | None] | None = None


def is_signed(key: str, body: bytes, signature: str) -> bool:
    """Whether `signature` (the header x-xero-signature) is the base64 of HMAC-SHA256 over the raw body, with the key as
    the text it is, not decoded (Xero's guide, configuring your server). Without a key nothing is."""
    made = b64encode(hmac.new(key.encode(), body, sha256).digest())
    return bool(key) and hmac.compare_digest(made, signature.encode("utf-8", "replace"))


def tenants_in(body: bytes) -> frozenset[str]:
    """The tenants that the events name; none in an intent to receive, and none in what cannot be read: Xero would only
    send that again for a day."""
    try:
        events = msgspec.json.decode(body, type=_Notification).events or []
    except (msgspec.DecodeError, UnicodeDecodeError):
        return frozenset()
    return frozenset(each.tenant_id.lower() for each in events if each is not None and each.tenant_id)

"""Codes of an authenticator app: HOTP (RFC 4226) over time steps of 30 seconds (RFC 6238), six digits, SHA-1.

SHA-1 because some apps ignore any other choice; its weakness, collisions, is none here (RFC 6238, B.2).
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
"""As many as SHA-1 gives (RFC 4226, 4: R6)."""
ISSUER = "Tactful"
_RECOVERY_BYTES = 10
"""80 bits: sixteen characters of base32."""


def new_secret() -> str:
    """Base32, 160 bits."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, of the present one and its neighbours (RFC 6238, 5.2); None: of none."""
    given, here = digits_of(code), step_at(now)
    fitting = [step for step in (here, here - 1, here + 1) if hmac.compare_digest(code_at(secret, step), given)]
    return fitting[0] if fitting else None


def digits_of(text: str) -> str:
    """A code as people type it: "123 456". Anything else comes back as no code at all."""
    plain = "".join(text.split())
    return plain if len(plain) == DIGITS and plain.isascii() and plain.isdigit() else ""


def address_of_secret(secret: str, email: str, issuer: str = ISSUER) -> str:
    """What the QR code says (Key Uri Format, as the apps read it)."""
    return f"otpauth://totp/{quote(issuer)}:{quote(email)}?secret={secret}&issuer={quote(issuer)}"


def in_groups(secret: str) -> str:
    """Four characters at a time, to be typed."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def new_recovery_code() -> str:
    """Such as "k3dm-7qpa-x2rt-5ybe"."""
    plain = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def recovery_code_in(text: str) -> str:
    """A recovery code however it was typed, as `new_recovery_code` writes it; empty when it is none."""
    plain = "".join(c for c in text.lower() if c.isalnum())
    is_one = len(plain) == _RECOVERY_BYTES * 8 // 5 and plain.isascii()
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4)) if is_one else ""

"""Secrets at rest: sealed with a key that lives outside the database, and hashed where only comparing is needed."""

import base64
import hashlib
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet

from app.settings import settings


@lru_cache(maxsize=8)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    derived = (base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()) for key in keys)
    return MultiFernet([Fernet(key) for key in derived])


def seal(text: str) -> str:
    return _box(settings().secret_keys).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raise `cryptography.fernet.InvalidToken` when none of the keys fits."""
    return _box(settings().secret_keys).decrypt(sealed.encode()).decode()


def reseal(sealed: str) -> str:
    """The same secret under the current key."""
    return _box(settings().secret_keys).rotate(sealed.encode()).decode()


def new_token(prefix: str) -> str:
    """An unguessable token, 192 bits, typed by its prefix so that one kind never passes for another."""
    return f"{prefix}_{secrets.token_urlsafe(24)}"


def token_hash(token: str) -> str:
    """What is stored of a token that we only have to recognise; it is random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()

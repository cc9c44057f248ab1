"""Password hashing with Argon2id (RFC 9106), in a thread: it is slow on purpose and would stop every other request."""

import asyncio
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


async def hashed(password: str) -> str:
    return await asyncio.to_thread(_hasher.hash, password)


async def matches(password_hash: str, password: str) -> bool:
    """An unknown user costs as much time as a known one: pass "" where there is no hash."""
    fits = await asyncio.to_thread(_verify, password_hash or _nobodys(), password)
    return fits and bool(password_hash)


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than those of today (RFC 9106 and the library's present choice)."""
    return bool(password_hash) and _hasher.check_needs_rehash(password_hash)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash("nobody")

"""Chance that can be repeated: every fact of record n is a pure function of (seed, n)."""

from collections.abc import Callable
from hashlib import blake2b
from struct import Struct

_SIXTEEN = Struct("<16I")
_WORDS = 2**32
_STRIDE = 2_654_435_761
_BACK = pow(_STRIDE, -1, _WORDS)

_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}

Throw = tuple[int, ...]
"""Sixteen independent integers below 2**32."""


class Dice:
    """Draws and identifiers of one seed."""

    def __init__(self, seed: int) -> None:
        self._key = seed.to_bytes(16, "big", signed=True)
        self._offsets: dict[bytes, int] = {}

    def throw(self, kind: bytes, n: int) -> Throw:
        return _SIXTEEN.unpack(blake2b(b"%b:%d" % (kind, n), key=self._key).digest())

    def throws(self, kind: bytes, shape: Struct) -> Callable[[int], Throw]:
        """The same throws for many numbers in a row, of the sixteen only those that the shape unpacks."""
        begun, unpack = blake2b(b"%b:" % kind, key=self._key), shape.unpack

        def throw(n: int) -> Throw:
            going = begun.copy()
            going.update(b"%d" % n)
            return unpack(going.digest())

        return throw

    def guid(self, kind: bytes, n: int) -> str:
        """An identifier from which n can be read back, so that a million records need no index."""
        head = (n * _STRIDE + self._offset(kind)) % _WORDS
        tail = blake2b(b"id:%b:%d" % (kind, n), key=self._key, digest_size=12).hexdigest()
        return f"{head:08x}-{tail[:4]}-4{tail[5:8]}-{_VARIANT[tail[8]]}{tail[9:12]}-{tail[12:]}"

    def _offset(self, kind: bytes) -> int:
        if kind not in self._offsets:
            self._offsets[kind] = int.from_bytes(blake2b(b"offset:" + kind, key=self._key, digest_size=4).digest(), "big")
        return self._offsets[kind]

    def number_of(self, kind: bytes, guid: str) -> int | None:
        """The n whose identifier this is; None when it is none of ours."""
        try:
            n = (int(guid[:8], 16) - self._offset(kind)) * _BACK % _WORDS
        except ValueError:
            return None
        return n if self.guid(kind, n) == guid.lower() else None


def between(draw: int, low: int, high: int) -> int:
    """An integer from low to high, both included."""
    return low + draw * (high - low + 1) // _WORDS


def one_in(draw: int, n: int) -> bool:
    return draw % n == 0

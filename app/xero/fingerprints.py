"""Counting the different records of a long list in little memory. Pure."""

from array import array
from collections.abc import Iterable

DRAWERS = 64


class Fingerprints:
    """Holds about eight bytes a record, where a set takes ninety: a list of a thousand pages is counted in less memory
    than one page takes. What lies in different drawers differs, so that repeats are found a drawer at a time."""

    def __init__(self) -> None:
        self._drawers = [array("q") for _ in range(DRAWERS)]
        self._added = 0

    def add(self, keys: Iterable[int]) -> None:
        """`keys`: 64-bit hashes; one may come again."""
        drawers = self._drawers
        for key in keys:
            drawers[key % DRAWERS].append(key)
            self._added += 1

    def reaches(self, count: int) -> bool:
        """Whether there are at least so many different ones."""
        return self._added >= count and sum(len(set(drawer)) for drawer in self._drawers) >= count

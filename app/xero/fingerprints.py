"""Counting the different records of a long list in little memory. Pure."""

from array import array
from collections.abc import Iterable, Iterator

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

    def lacks(self, texts: Iterable[str]) -> list[str]:
        """Those of the texts whose hash was never added, a drawer at a time."""
        waiting: list[list[str]] = [[] for _ in range(DRAWERS)]
        for text in texts:
            waiting[hash(text) % DRAWERS].append(text)
        return [text for drawer, some in zip(self._drawers, waiting, strict=True) for text in _strange(set(drawer), some)]

    def reaches(self, count: int) -> bool:
        """Whether there are at least so many different ones."""
        return self._added >= count and sum(len(set(drawer)) for drawer in self._drawers) >= count


def _strange(known: set[int], texts: Iterable[str]) -> Iterator[str]:
    return (text for text in texts if hash(text) not in known)

"""Many files as one zip, piece by piece: nothing is held but the file that is being put in."""

import io
import zipfile
from collections.abc import AsyncIterable, AsyncIterator
from datetime import datetime
from typing import Any


class _Tap(io.RawIOBase):
    """Takes what is written and gives it away."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


async def zipped(files: AsyncIterable[tuple[str, bytes]], now: datetime) -> AsyncIterator[bytes]:
    """Names and contents, which are compressed already. A name that comes twice gets a number."""
    tap, seen = _Tap(), dict[str, int]()
    with zipfile.ZipFile(tap, "w", zipfile.ZIP_STORED) as archive:
        async for name, content in files:
            archive.writestr(_entry(_once(_plain(name), seen), now), content)
            yield tap.taken()
    yield tap.taken()


def _entry(name: str, now: datetime) -> zipfile.ZipInfo:
    """Without a mode, what is taken out could not be read by anybody."""
    entry = zipfile.ZipInfo(name, now.timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


def _plain(name: str) -> str:
    """Without what a file system takes for a folder, or refuses."""
    return "".join("-" if each in '\\/:*?"<>|' or ord(each) < 32 else each for each in name).strip(". ") or "Statement.pdf"


def _once(name: str, seen: dict[str, int]) -> str:
    key = name.casefold()
    seen[key] = seen.get(key, 0) + 1
    if seen[key] == 1:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem} ({seen[key]}){dot}{ending}"

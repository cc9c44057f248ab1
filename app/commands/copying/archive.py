"""A backup: one zip with a manifest and a file of JSON lines a table, the same from SQLite and from PostgreSQL."""

import hashlib
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from app.commands.copying.portable import Kinds

FORMAT = 1


class Contents(msgspec.Struct, frozen=True):
    """Of one table."""

    rows: int
    sha256: str
    kinds: Kinds


class Manifest(msgspec.Struct, frozen=True):
    """`migrations` had been run when it was taken, the last one last; `tables` in the order in which they can be filled."""

    format: int
    taken_at: datetime
    version: str
    migrations: list[str]
    tables: dict[str, Contents]

    @property
    def rows(self) -> int:
        return sum(each.rows for each in self.tables.values())


class BadArchiveError(ValueError):
    """The file is no backup, or it is damaged."""


def read_manifest(path: Path) -> Manifest:
    """Raise BadArchiveError."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = msgspec.json.decode(archive.read("manifest.json"), type=Manifest)
    except (zipfile.BadZipFile, KeyError, msgspec.DecodeError) as error:
        raise BadArchiveError(f"{path} is no backup of Tactful, or only a part of one") from error
    if manifest.format != FORMAT:
        raise BadArchiveError(f"{path} was written in format {manifest.format}; this version reads {FORMAT}")
    return manifest


def lines_of(path: Path, table: str) -> Iterator[bytes]:
    """Raise BadArchiveError when what is read differs from what was written."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(f"{table}.jsonl") as file:
            for line in file:
                yield line.rstrip(b"\n")
    except (zipfile.BadZipFile, KeyError) as error:
        raise BadArchiveError(f"{path} is damaged at {table}: {error}") from error


class Writer:
    """Writes tables one after the other, the manifest last: a file without one is no backup."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._tables: dict[str, Contents] = {}

    def table(self, name: str, kinds: Kinds) -> "TableWriter":
        return TableWriter(self, name, kinds)

    def finish(self, taken_at: datetime, version: str, migrations: list[str]) -> Manifest:
        manifest = Manifest(FORMAT, taken_at, version, migrations, self._tables)
        self._archive.writestr("manifest.json", msgspec.json.format(msgspec.json.encode(manifest)))
        self._archive.close()
        return manifest


class TableWriter:
    def __init__(self, writer: Writer, name: str, kinds: Kinds) -> None:
        self._writer, self._name, self._kinds = writer, name, kinds
        self._digest, self._rows = hashlib.sha256(), 0

    def __enter__(self) -> "TableWriter":
        self._file = self._writer._archive.open(f"{self._name}.jsonl", "w", force_zip64=True)
        return self

    def add(self, line: bytes) -> None:
        self._file.write(line + b"\n")
        self._digest.update(line + b"\n")
        self._rows += 1

    def __exit__(self, *failure: Any) -> None:
        self._file.close()
        self._writer._tables[self._name] = Contents(self._rows, self._digest.hexdigest(), self._kinds)

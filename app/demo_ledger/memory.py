"""What a ledger keeps in a file, so that it is the same ledger after a restart: grants, and what was changed in the books."""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import msgspec

from .books import Books
from .grants import AccessToken, Memory, RefreshToken, kept
from .ledger import Ledger
from .records import Json

Token = TypeVar("Token", AccessToken, RefreshToken)
DIGEST = 64
"""Letters; no token of ours is as long."""


class ChangedBooks(msgspec.Struct):
    """One organisation's differences from what its seed or file gives."""

    tenant: str
    organisation: Json
    made: int
    reminders: bool
    changed: dict[str, dict[int, Json]]
    added: dict[str, list[Json]]


class Remembered(msgspec.Struct):
    """`origin` names what the books came from: another seed or size is another ledger. `today` is the day they were made."""

    origin: str
    today: date
    grants: Memory
    access_tokens: dict[str, AccessToken]
    books: list[ChangedBooks]


_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(Remembered, float_hook=Decimal)


def recall(path: Path, origin: str) -> Remembered | None:
    """What the file holds, if it is about the same books; None when there is nothing usable."""
    try:
        found = _decoder.decode(path.read_bytes())
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return found if found.origin == origin else None


def keep(ledger: Ledger, path: Path, origin: str, today: date) -> None:
    """Writes the file anew, whole or not at all."""
    books = [_changes(books) for books in ledger.organisations]
    state = Remembered(origin, today, ledger.grants.memory, ledger.grants.access_tokens, books)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_encoder.encode(state))
    draft.replace(path)


def _changes(books: Books) -> ChangedBooks:
    """Of books from a file everything was added; only what came later is kept."""
    shelves = books.shelves.items()
    return ChangedBooks(
        tenant=books.tenant,
        organisation=books.organisation,
        made=books.made,
        reminders=books.reminders_enabled,
        changed={plural: shelf.differences for plural, shelf in shelves},
        added={plural: shelf.added[shelf.given :] for plural, shelf in shelves},
    )


def restore(ledger: Ledger, state: Remembered) -> None:
    ledger.grants.memory = state.grants
    ledger.grants.memory.refresh_tokens = _by_digest(state.grants.refresh_tokens)
    ledger.grants.access_tokens = _by_digest(state.access_tokens)
    for changes in state.books:
        for books in ledger.organisations:
            if books.tenant == changes.tenant:
                _apply(books, changes)


def _by_digest(tokens: dict[str, Token]) -> dict[str, Token]:
    """Files of earlier versions name the tokens themselves."""
    return {key if len(key) == DIGEST else kept(key): token for key, token in tokens.items()}


def _apply(books: Books, changes: ChangedBooks) -> None:
    books.organisation.clear()
    books.organisation.update(changes.organisation)
    books.made, books.reminders_enabled = changes.made, changes.reminders
    for plural, shelf in books.shelves.items():
        for record in changes.added.get(plural, []):
            shelf.add(record)
        for place, record in changes.changed.get(plural, {}).items():
            shelf.put(place, record)

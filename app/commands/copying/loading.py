"""A backup read back into an empty database, whichever kind it is."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from app.activity.actions import audit, raise_notice
from app.commands.copying import archive
from app.commands.copying.archive import BadArchiveError, Contents, Manifest
from app.commands.copying.portable import read
from app.commands.copying.reading import PORTION, digests, is_empty, migrations_run
from app.customers.word_actions import write_customer_words
from app.database import execute_many, fetch, is_sqlite, migrate, migrate_to, run, transaction
from app.invoices.word_actions import write_invoice_words
from app.privacy.restored_actions import NOTICE
from app.problems import Problem

ENDED = ("user_session", "one_time_link", "xero_authorisation", "mail_consent", "lease", "attempt")
"""What belongs to the browsers and processes of the old installation."""

HELD = "This is a restored copy: nothing is sent from it."
WHEN_TAKEN = "It waited when the backup was taken from which this copy was restored: it may have gone since."


class NotEmptyError(Problem):
    """There is something in this database already, and nothing of it was touched. Name an empty one in DATABASE_URL."""


class TooNewError(Problem):
    """This backup was made by a newer version of Tactful. Restore it with that version."""


class DifferError(Problem):
    """What was read back differs from what was written. The database is not to be used; nothing else was changed."""


async def load(path: Path) -> Manifest:
    """Raise NotEmptyError, TooNewError, BadArchiveError, DifferError; then the database is as empty as before, or not to
    be used.

    1. The tables are made as the backup's version had them, and filled in one transaction.
    2. What is in them is read back and compared, table by table.
    3. They are brought up to this version, and what searches look up is made.
    """
    manifest = archive.read_manifest(path)
    if not await is_empty():
        raise NotEmptyError
    await migrate_to(manifest.migrations[-1])
    if (await migrations_run()) != manifest.migrations:
        raise TooNewError
    async with transaction():
        for name, contents in manifest.tables.items():
            await _fill(path, name, contents)
        await _count_on(list(manifest.tables))
    await _compare(manifest)
    await migrate()
    await _write_words()
    return manifest


async def _fill(path: Path, name: str, contents: Contents) -> None:
    columns = ", ".join(f'"{column}"' for column in contents.kinds)
    places = ", ".join(["{}"] * len(contents.kinds))
    sql = f'INSERT INTO "{name}" ({columns}) VALUES ({places})'  # noqa: S608
    portion: list[list[Any]] = []
    rows = 0
    for line in archive.lines_of(path, name):
        portion.append(read(line, contents.kinds, is_sqlite=is_sqlite()))
        rows += 1
        if len(portion) == PORTION:
            await execute_many(sql, portion)
            portion.clear()
    await execute_many(sql, portion)
    if rows != contents.rows:
        raise BadArchiveError(f"{path} is damaged: of {name} it has {rows} rows of {contents.rows}")


async def _count_on(names: list[str]) -> None:
    """PostgreSQL gives the next ids from where the rows end; SQLite sees that by itself."""
    if not is_sqlite():
        for name in names:
            last = f'SELECT MAX(id) FROM "{name}"'  # noqa: S608
            serial = f"pg_get_serial_sequence('\"{name}\"', 'id')"
            await run(f"SELECT setval({serial}, COALESCE(({last}), 1), ({last}) IS NOT NULL)", ())


async def _write_words() -> None:
    """What searches look up stands beside the tables, and is made from them."""
    customers: dict[int, list[int]] = {}
    for row in await fetch("SELECT id, organisation FROM customer ORDER BY id"):
        customers.setdefault(row["organisation"], []).append(row["id"])
    for organisation_id, ids in customers.items():
        for start in range(0, len(ids), PORTION):
            async with transaction():
                await write_customer_words(organisation_id, ids[start : start + PORTION])
                await write_invoice_words(organisation_id, ids[start : start + PORTION])


async def _compare(manifest: Manifest) -> None:
    found = await digests({name: contents.kinds for name, contents in manifest.tables.items()})
    for name, contents in manifest.tables.items():
        if found[name] != (contents.rows, contents.sha256):
            raise DifferError(f"{DifferError().message} ({name})")


async def hold_everything(manifest: Manifest, now: datetime) -> None:
    """A restored copy: nobody is signed in, nothing leaves before an owner has confirmed, and what may have gone since
    the backup is told as unknown."""
    as_text = msgspec.json.encode(await _foreseen(manifest.taken_at.date())).decode()
    async with transaction():
        for name in ENDED:
            await run(f'DELETE FROM "{name}"', ())  # noqa: S608
        await run("UPDATE organisation SET restored = TRUE", ())
        for row in await run("SELECT id FROM organisation", ()):
            await audit(
                organisation_id=row["id"], user_id=None, act="restore copy", subject=f"organisation {row['id']}", now=now
            )
            await raise_notice(row["id"], NOTICE, HELD, "An owner confirms it once the old installation is stopped.", now)
        await run(_UNKNOWN_NOW, (WHEN_TAKEN, _instant(manifest.taken_at)))
        await run("UPDATE sent_copy SET state = 'failed', answer = {} WHERE state = 'waiting'", (WHEN_TAKEN,))
        await run(
            "INSERT INTO restored_copy (taken_at, restored_at, version, foreseen) VALUES ({}, {}, {}, {})",
            (_instant(manifest.taken_at), _instant(now), manifest.migrations[-1][:40], as_text),
        )


_UNKNOWN_NOW = """
UPDATE message SET state = 'unknown', state_reason = {}, claimed_at = COALESCE(claimed_at, {})
WHERE state = 'sending' OR (state IN ('planned', 'approved')
AND (kind IN ('answer', 'chase_now') OR (customer_id IS NOT NULL AND kind = 'system')))
"""


def _instant(at: datetime) -> datetime | str:
    return at.isoformat(" ") if is_sqlite() else at


async def _foreseen(taken_on: date) -> dict[str, list[dict[str, Any]]]:
    """What was about to go, by organisation."""
    found: dict[str, list[dict[str, Any]]] = {}
    query = "SELECT * FROM upcoming_email WHERE goes_on >= {} ORDER BY goes_on, id"
    for row in await fetch(query, taken_on):
        each = {
            "customer": row["customer_id"],
            "on": str(row["goes_on"])[:10],
            "template": row["template_name"],
            "numbers": msgspec.json.decode(row["numbers"] or "[]"),
        }
        found.setdefault(str(row["organisation_id"]), []).append(each)
    return found

"""What the search of customers finds them by: names, account number, addresses of email."""

from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from app.database import execute_many, fetch, transaction
from components.grid.words import line_of_words

WRITE = "INSERT INTO {table} (rowid, words) VALUES ({{}}, {{}})"
REMOVE = "DELETE FROM {table} WHERE rowid = {{}}"
CHUNK = 500


async def write_customer_words(organisation_id: int, customer_ids: Sequence[int]) -> None:
    """Bring the words of these customers up to what is known of them; joins the open transaction."""
    for start in range(0, len(customer_ids), CHUNK):
        await _write(organisation_id, customer_ids[start : start + CHUNK])


async def _write(organisation_id: int, ids: Sequence[int]) -> None:
    marks = ", ".join(["{}"] * len(ids))
    rows = await fetch(
        "SELECT c.id, c.name, c.account_number, c.first_name, c.last_name, c.email, w.words FROM customer c"  # noqa: S608
        f" LEFT JOIN customer_words w ON w.rowid = c.id WHERE c.id IN ({marks})",
        *ids,
    )
    people: dict[int, list[str]] = defaultdict(list)
    for row in await fetch(f"SELECT customer, email, name FROM recipient WHERE customer IN ({marks}) ORDER BY id", *ids):  # noqa: S608
        people[row["customer"]] += [row["email"], row["name"]]
    lines = {row["id"]: _line(organisation_id, row, people[row["id"]]) for row in rows}
    await put_words("customer_words", rows, lines)


def _line(organisation_id: int, row: dict[str, Any], people: Sequence[str]) -> str:
    own = (row["name"], row["account_number"], row["first_name"], row["last_name"], row["email"])
    return line_of_words(organisation_id, dict.fromkeys((*own, *people)))


async def put_words(table: str, rows: Sequence[dict[str, Any]], lines: dict[int, str]) -> None:
    """Of rows with the `words` they have (none: null), those whose line has changed are written anew; in ascending order,
    for SQLite's full-text index writes all it has gathered to the disk whenever a number is below the last one."""
    changed = sorted((row for row in rows if row["words"] != lines[row["id"]]), key=itemgetter("id"))
    if not changed:
        return
    async with transaction():
        await execute_many(REMOVE.format(table=table), [(row["id"],) for row in changed if row["words"] is not None])
        await execute_many(WRITE.format(table=table), [(row["id"], lines[row["id"]]) for row in changed])

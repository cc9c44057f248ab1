"""Reads of what is held about a customer, and of an organisation's settings of privacy."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from app.customers.tables import Customer
from app.database import fetch
from app.organisations.membership import SignedIn
from app.outbox.tables import StoredFile
from app.piccolo_app import TABLES
from app.privacy.holdings import FILES, HOLDINGS, MENTIONS, Holding, values_for
from app.privacy.marks import marks_of, spellings
from app.privacy.tables import PrivacySettings, RestoredCopy

Row = dict[str, Any]
BY_NAME = {table._meta.tablename: table for table in TABLES}


async def settings_of(organisation_id: int) -> PrivacySettings:
    """Saved or not."""
    found = await PrivacySettings.objects().get(PrivacySettings.organisation == organisation_id)
    return found or PrivacySettings(organisation=organisation_id)


async def erased_customers(member: SignedIn) -> tuple[Row, ...]:
    here = (Customer.organisation == member.organisation_id) & Customer.erased_at.is_not_null()
    return tuple(await Customer.select(Customer.id, Customer.erased_at).where(here).order_by(Customer.erased_at))


async def latest_restoration() -> RestoredCopy | None:
    return await RestoredCopy.objects().order_by(RestoredCopy.id, ascending=False).first()


async def rows_of(holding: Holding, customer_id: int) -> list[Row]:
    return await fetch(
        f'SELECT * FROM "{holding.table}" WHERE {holding.where} ORDER BY id',  # noqa: S608
        *values_for(holding.where, customer_id),
    )


async def held(customer_id: int) -> dict[str, list[Row]]:
    """Every row about a customer, by table; without secrets."""
    return {each.table: [_open(each.table, row) for row in await rows_of(each, customer_id)] for each in HOLDINGS}


def _open(table: str, row: Row) -> Row:
    secret = {c._meta.name for c in BY_NAME[table]._meta.columns if c._meta.secret or c._meta.name.endswith("_sealed")}
    return {name: value for name, value in row.items() if name not in secret}


async def marks_in(customer_id: int) -> tuple[str, ...]:
    customer = (await fetch("SELECT * FROM customer WHERE id = {}", customer_id))[0]
    return marks_of(customer, await fetch("SELECT email, name FROM recipient WHERE customer = {}", customer_id))


async def mentions(organisation_id: int, marks: Sequence[str], held_ids: dict[str, set[int]]) -> dict[str, list[Row]]:
    """Rows that name the customer in passing, and are not its own."""
    found: dict[str, list[Row]] = {}
    for table, (here, columns) in MENTIONS.items():
        rows = await mentioning(table, here, columns, organisation_id, marks)
        others = [row for row in rows if row["id"] not in held_ids.get(table, set())]
        if others:
            found[table] = [{"id": row["id"], **{name: row[name] for name in columns}} for row in others]
    return found


async def mentioning(table: str, here: str, columns: Sequence[str], organisation_id: int, marks: Sequence[str]) -> list[Row]:
    """Rows of this organisation in whose texts one of the marks stands, however it is spelt; a few too many."""
    found: dict[int, Row] = {}
    for spelling in dict.fromkeys(each.lower() for mark in marks for each in spellings(mark)):
        tests = " OR ".join(f'LOWER(CAST("{name}" AS TEXT)) LIKE {{}}' for name in columns)
        query = f'SELECT * FROM "{table}" WHERE "{here}" = {{}} AND ({tests}) ORDER BY id'  # noqa: S608
        rows = await fetch(query, organisation_id, *[f"%{_escaped(spelling)}%"] * len(columns))
        found |= {row["id"]: row for row in rows}
    return [found[each] for each in sorted(found)]


def _escaped(text: str) -> str:
    """What LIKE would read as a pattern stands for any sign."""
    return text.replace("\\", "_").replace("%", "_")


def hashes_in(rows: dict[str, list[Row]]) -> dict[str, str]:
    """The files that rows name: hash → the name of the file."""
    found: dict[str, str] = {}
    for table, column in FILES.items():
        for row in rows.get(table, ()):
            found |= _files(table, row, column)
    return found


def _files(table: str, row: Row, column: str) -> dict[str, str]:
    if column == "file_hash":
        return {row[column]: f"{table}-{row['id']}.pdf"} if row[column] else {}
    listed = msgspec.json.decode(row[column] or "[]")
    return {each["hash"]: f"{table}-{row['id']}-{each['name']}" for each in listed if each.get("hash")}


async def file_content(digest: str) -> bytes | None:
    found = await StoredFile.select(StoredFile.content).where(StoredFile.hash == digest).first()
    return found["content"] if found else None


async def still_named(digests: Sequence[str]) -> set[str]:
    """Those of these files that some row still names."""
    left = set[str]()
    for digest in digests:
        for table, column in (*FILES.items(), ("sender", "pictures"), ("organisation", "logo")):
            test = f"CAST({column} AS TEXT) LIKE {{}}"
            if await fetch(f'SELECT 1 FROM "{table}" WHERE {test} LIMIT 1', f"%{digest}%"):  # noqa: S608
                left.add(digest)
                break
    return left


def sealed_name(name: str) -> str:
    """A name of a file that is safe in a zip."""
    kept = "".join(sign if sign.isalnum() or sign in "-_. " else "_" for sign in name)
    return kept.strip(". ")[:120] or "file"


class Held(msgspec.Struct, frozen=True):
    """What an export is made of."""

    tables: dict[str, list[Row]]
    mentions: dict[str, list[Row]]
    files: dict[str, str]
    taken_at: datetime


async def everything_about(member: SignedIn, customer: Customer, now: datetime) -> Held:
    tables = await held(customer.id)
    ids = {table: {row["id"] for row in rows} for table, rows in tables.items()}
    named = await mentions(member.organisation_id, await marks_in(customer.id), ids)
    return Held(tables, named, hashes_in(tables), now)

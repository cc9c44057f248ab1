"""Contacts that need a hand in Xero before they can be chased well: twice there, archived while they owe, or with
something missing. Only whoever has, or had, sales invoices counts."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from msgspec import Struct

from app.database import fetch
from app.money import amount

A_PAGE = 100


class Flaw(StrEnum):
    """What is wrong with a contact."""

    SAME_NAME = "same-name"
    SAME_EMAIL = "same-email"
    ARCHIVED = "archived"
    UNCHASEABLE = "unchaseable"


class Flawed(Struct, frozen=True):
    """A customer on one of the lists, with the sentence that says what is wrong and what to do about it in Xero."""

    id: int
    xero_id: str
    name: str
    account_number: str
    email: str
    outstanding: Any
    """In base currency, Decimal."""
    fix: str


_LIVING = "c.organisation = {} AND NOT c.is_archived AND c.merged_to_xero_id = ''"

# Among those of a group at least one must be a customer: suppliers that are there twice are nobody's concern here.
_TWINS = (
    "(SELECT %(key)s AS twin, COUNT(*) AS many FROM customer c LEFT JOIN customer_summary s ON s.customer = c.id"
    " WHERE c.organisation = {} AND NOT c.is_archived AND c.merged_to_xero_id = '' AND %(key)s <> ''"
    " GROUP BY %(key)s HAVING COUNT(*) > 1 AND COUNT(s.id) > 0) d"
)
_TWICE = f"customer c LEFT JOIN customer_summary s ON s.customer = c.id JOIN {_TWINS} ON d.twin = %(key)s"
_KEYS = {Flaw.SAME_NAME: {"key": "LOWER(c.name)"}, Flaw.SAME_EMAIL: {"key": "LOWER(c.email)"}}
_NO_ADDRESS = "NOT EXISTS (SELECT 1 FROM recipient r WHERE r.customer = c.id AND r.kind = 'normal')"

_SOURCES: dict[Flaw, tuple[str, str, str, int]] = {
    Flaw.SAME_NAME: (_TWICE % _KEYS[Flaw.SAME_NAME], _LIVING, "d.twin, c.id", 2),
    Flaw.SAME_EMAIL: (_TWICE % _KEYS[Flaw.SAME_EMAIL], _LIVING, "d.twin, c.id", 2),
    Flaw.ARCHIVED: (
        "customer_summary s JOIN customer c ON c.id = s.customer",
        "s.organisation_id = {} AND s.open_count > 0 AND c.is_archived",
        "s.outstanding_base DESC, c.id",
        1,
    ),
    Flaw.UNCHASEABLE: (
        "customer_summary s JOIN customer c ON c.id = s.customer",
        "s.organisation_id = {} AND s.open_count > 0 AND NOT c.is_archived"
        f" AND (c.first_name = '' OR c.last_name = '' OR {_NO_ADDRESS})",
        "s.outstanding_base DESC, c.id",
        1,
    ),
}
"""From, where, order, and how often the organisation is asked for."""


async def counts_of(organisation_id: int) -> dict[Flaw, int]:
    return {flaw: await _count(flaw, organisation_id) for flaw in Flaw}


async def _count(flaw: Flaw, organisation_id: int) -> int:
    """Twins are counted by their groups, without looking at each again."""
    if flaw in _KEYS:
        rows = await fetch(f"SELECT SUM(many) AS many FROM {_TWINS % _KEYS[flaw]}", organisation_id)  # noqa: S608
    else:
        source, where, _, _ = _SOURCES[flaw]
        rows = await fetch(f"SELECT COUNT(*) AS many FROM {source} WHERE {where}", organisation_id)  # noqa: S608
    return int(rows[0]["many"] or 0)


async def flawed(flaw: Flaw, organisation_id: int, page: int) -> tuple[Flawed, ...]:
    """One page of a list, the first is 1: twins side by side, else those who owe the most first."""
    source, where, order, times = _SOURCES[flaw]
    has_address = f"CASE WHEN {_NO_ADDRESS} THEN 0 ELSE 1 END"
    rows = await fetch(
        f"SELECT c.id, c.xero_id, c.name, c.account_number, c.email, c.first_name, c.last_name, s.outstanding_base,"  # noqa: S608
        f" {has_address} AS has_address FROM {source} WHERE {where} ORDER BY {order} LIMIT {{}} OFFSET {{}}",
        *[organisation_id] * times, A_PAGE, (page - 1) * A_PAGE,
    )  # fmt: skip
    return tuple(_flawed(row, _FIXES[flaw]) for row in rows)


def _flawed(row: dict[str, Any], fix: Callable[[dict[str, Any]], str]) -> Flawed:
    owed = amount(int(row["outstanding_base"] or 0))
    return Flawed(row["id"], row["xero_id"], row["name"], row["account_number"], row["email"], owed, fix(row))


def _missing(row: dict[str, Any]) -> str:
    """No address stops every email; no name only makes them stiff."""
    if not row["has_address"]:
        return "No email address: no reminder can go. Add one in Xero."
    names = [word for column, word in (("first_name", "first"), ("last_name", "last")) if not row[column]]
    return f"No {' and no '.join(names)} name: emails greet the company instead of a person. Add it in Xero."


_FIXES: dict[Flaw, Callable[[dict[str, Any]], str]] = {
    Flaw.SAME_NAME: lambda row: "Merge it in Xero with the other of this name, or rename one.",
    Flaw.SAME_EMAIL: lambda row: f"Also the address of another: {row['email']}. Merge them in Xero, or correct one.",
    Flaw.ARCHIVED: lambda row: "Bring it back in Xero, or settle what is open.",
    Flaw.UNCHASEABLE: _missing,
}

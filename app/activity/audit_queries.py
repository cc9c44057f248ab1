"""Reads of the audit trail."""

from typing import Any

import msgspec

from app.activity.acts import words_of
from app.activity.tables import AuditEntry, AuditValue
from app.database import fetch
from app.problems import NotFound


class Change(msgspec.Struct, frozen=True):
    field: str
    before: str
    after: str


async def entry_in(organisation_id: int, entry_id: int) -> AuditEntry:
    found = await AuditEntry.objects().where(AuditEntry.organisation_id == organisation_id, AuditEntry.id == entry_id).first()
    if found is None:
        raise NotFound
    return found


async def changes_of(entry: AuditEntry) -> tuple[Change, ...]:
    """Fields whose values were erased, or never kept, have neither before nor after."""
    rows = await AuditValue.select().where(AuditValue.entry_id == entry.id).order_by(AuditValue.id)
    kept = [Change(row["field"], row["before"], row["after"]) for row in rows]
    names = {each.field for each in kept}
    return (*kept, *(Change(name, "", "") for name in msgspec.json.decode(entry.fields) if name not in names))


async def people_in(organisation_id: int) -> dict[int, str]:
    """Who has left an entry here."""
    rows = await fetch(
        "SELECT DISTINCT u.id, u.name FROM audit_entry a JOIN users u ON u.id = a.user_id WHERE a.organisation_id = {}"
        " ORDER BY u.name, u.id",
        organisation_id,
    )
    return {row["id"]: row["name"] for row in rows}


async def acts_in(organisation_id: int) -> frozenset[str]:
    rows = await fetch("SELECT DISTINCT act FROM audit_entry WHERE organisation_id = {}", organisation_id)
    return frozenset(row["act"] for row in rows)


async def described(entry: AuditEntry) -> dict[str, Any]:
    """An entry as its page tells it."""
    rows = await fetch("SELECT name FROM users WHERE id = {}", entry.user_id) if entry.user_id else []
    return {
        "who": rows[0]["name"] if rows else "Tactful",
        "what": words_of(entry.act),
        "subject": entry.subject,
        "at": entry.acted_at,
        "address": entry.address,
        "session": entry.session_id,
        "is_by_admin": entry.is_by_admin,
        "changes": await changes_of(entry),
    }

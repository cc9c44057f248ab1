"""Reads of the views that members keep of a list, and of the columns they read it in."""

import json
from collections.abc import Sequence

from app.database import fetch
from app.organisations.membership import Role, SignedIn
from app.organisations.saved_views import KeptView
from app.organisations.tables import SavedView
from app.problems import NotFound


async def views_of(member: SignedIn, list_name: str) -> tuple[KeptView, ...]:
    """The member's own and those shared by others, by name."""
    rows = await fetch(
        "SELECT v.id, v.name, v.query, v.is_shared, v.member_id, u.name AS by_whom,"
        " k.view_id = v.id AS is_first FROM saved_view v LEFT JOIN column_choice k ON k.member = {} AND k.list_name = {}"
        ' LEFT JOIN member m ON m.id = v.member_id LEFT JOIN users u ON u.id = m."user"'
        " WHERE v.organisation = {} AND v.list_name = {} AND (v.member_id = {} OR v.is_shared = TRUE)"
        " ORDER BY LOWER(v.name), v.id",
        member.member_id,
        list_name,
        member.organisation_id,
        list_name,
        member.member_id,
    )
    return tuple(_kept(row, member) for row in rows)


def _kept(row: dict[str, object], member: SignedIn) -> KeptView:
    is_own = row["member_id"] == member.member_id
    by = "" if is_own else str(row["by_whom"] or "a former colleague")
    may_remove = is_own or member.may(Role.OWNER)
    return KeptView(
        int(str(row["id"])), str(row["name"]), str(row["query"]), bool(row["is_shared"]), by, may_remove, bool(row["is_first"])
    )


async def view_for(member: SignedIn, view_id: int) -> SavedView:
    """One that the member sees: its own, or a shared one."""
    mine = (SavedView.id == view_id) & (SavedView.organisation == member.organisation_id)
    row = await SavedView.objects().where(mine).first()
    if row is None or not (row.is_shared or row.member_id == member.member_id):
        raise NotFound
    return row


async def view_to_remove(member: SignedIn, view_id: int) -> SavedView:
    row = (
        await SavedView.objects().where((SavedView.id == view_id) & (SavedView.organisation == member.organisation_id)).first()
    )
    is_theirs = row is not None and (row.member_id == member.member_id or (row.is_shared and member.may(Role.OWNER)))
    if row is None or not is_theirs:
        raise NotFound
    return row


async def columns_of(member: SignedIn, list_name: str) -> Sequence[str]:
    """The keys of the columns that the member chose; none: those usually shown."""
    rows = await fetch("SELECT columns FROM column_choice WHERE member = {} AND list_name = {}", member.member_id, list_name)
    keys: list[str] = json.loads(rows[0]["columns"]) if rows else []
    return keys

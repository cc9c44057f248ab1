"""Members keep views of a list, and choose the columns they read it in."""

import json
from collections.abc import Sequence
from datetime import datetime

from app.organisations.membership import SignedIn
from app.organisations.tables import ColumnChoice, SavedView


async def keep_view(member: SignedIn, list_name: str, name: str, query: str, *, is_shared: bool, now: datetime) -> None:
    """The member's view of that name is this one from now on."""
    row = SavedView(
        organisation=member.organisation_id, member_id=member.member_id, list_name=list_name, name=name, query=query,
        is_shared=is_shared, created_at=now,
    )  # fmt: skip
    once = (SavedView.organisation, SavedView.list_name, SavedView.member_id, SavedView.name)
    values = [SavedView.query, SavedView.is_shared, SavedView.created_at]
    await SavedView.insert(row).on_conflict(target=once, action="DO UPDATE", values=values)


async def remove_view(view: SavedView) -> None:
    await SavedView.delete().where(SavedView.id == view.id)


async def choose_columns(member: SignedIn, list_name: str, keys: Sequence[str]) -> None:
    """None at all: those usually shown."""
    row = ColumnChoice(member=member.member_id, list_name=list_name, columns=json.dumps(list(keys)))
    once = (ColumnChoice.member, ColumnChoice.list_name)
    await ColumnChoice.insert(row).on_conflict(target=once, action="DO UPDATE", values=[ColumnChoice.columns])


async def open_with(member: SignedIn, list_name: str, view_id: int | None) -> None:
    """The member's list opens with this view from now on; None: with all there is."""
    row = ColumnChoice(member=member.member_id, list_name=list_name, view_id=view_id)
    once = (ColumnChoice.member, ColumnChoice.list_name)
    await ColumnChoice.insert(row).on_conflict(target=once, action="DO UPDATE", values=[ColumnChoice.view_id])

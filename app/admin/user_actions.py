"""What an admin does about users: changes by hand, signing out everywhere, a lost second factor, who is an admin."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from piccolo.columns import Column
from piccolo.table import Table

from app.activity.actions import audit
from app.activity.place import PLACE
from app.admin.queries import organisations_of, refuse_stale
from app.admin.words import said
from app.database import transaction
from app.identity.actions import end_every_session
from app.identity.factor_actions import drop_factor
from app.identity.factor_queries import has_factor
from app.identity.tables import User
from app.mail.actions import draft_system
from app.problems import OutOfDate

Fields = Mapping[str, tuple[Any, Any]]
"""Field → its value before and after."""


class YourOwnAccount(OutOfDate):
    """This is your own account: another admin has to do that, so that there always is one."""


class NoSecondFactor(OutOfDate):
    """This user has no second factor."""


class LastAdmin(OutOfDate):
    """This is the only admin of the installation. Make somebody else one first."""


async def note_change(
    admin_id: int, table: type[Table], row_id: int, row: Mapping[str, Any], fields: Fields, now: datetime
) -> Mapping[str, Any]:
    """Write a change by hand into the audit trail; what else of the row is to change. Raise YourOwnAccount, SignInAgain."""
    about_access = table is User and fields.keys() & {"active", "superuser"}
    if about_access and row_id == admin_id:
        raise YourOwnAccount
    if about_access and (True, "superuser") in {(bool(after), name) for name, (_, after) in fields.items()}:
        await refuse_stale(_session(), now)
    async with transaction():
        changes = {name: (said(before), said(after)) for name, (before, after) in fields.items()}
        for organisation_id in await _concerned(table, row_id, row):
            await audit(
                organisation_id=organisation_id, user_id=admin_id, act="admin change", now=now, changes=changes,
                subject=f"{table._meta.tablename} {row_id}", customer_id=row.get("customer_id"), is_by_admin=True,
            )  # fmt: skip
        if about_access:
            await end_every_session(row_id)
    return {"admin": fields["superuser"][1]} if about_access and "superuser" in fields else {}


async def sign_out_everywhere(admin_id: int, whom: User, now: datetime) -> None:
    async with transaction():
        await end_every_session(whom.id)
        await _note(admin_id, "end sessions", whom, {}, now)


async def remove_factor(admin_id: int, whom: User, how: str, now: datetime) -> int | None:
    """The user signs in with the password alone from now on, and is told by mail: the id of that message. `how`: how the
    admin made sure who was asking. Raise YourOwnAccount, NoSecondFactor, SignInAgain."""
    if whom.id == admin_id:
        raise YourOwnAccount
    await refuse_stale(_session(), now)
    async with transaction():
        if not await has_factor(whom.id):
            raise NoSecondFactor
        await drop_factor(whom.id)
        await end_every_session(whom.id)
        await _note(admin_id, "remove second factor", whom, {"second_factor": ("on", "off"), "made_sure_by": ("", how)}, now)
        return await draft_system("second_factor_removed", whom.email, {"name": whom.name}, now)


async def make_admin(whom: User, is_admin: bool, now: datetime) -> bool:
    """From the command line; whether it was otherwise. Raise LastAdmin."""
    async with transaction():
        values: dict[Column | str, Any] = {User.superuser: is_admin, User.admin: is_admin}
        if not await User.update(values).where(User.id == whom.id, User.superuser != is_admin).returning(User.id):
            return False
        if not await User.exists().where(User.superuser.eq(True), User.active.eq(True)):
            raise LastAdmin
        await end_every_session(whom.id)
        await audit(
            organisation_id=None, user_id=None, act="make admin" if is_admin else "end admin", subject=f"user {whom.id}",
            now=now,
        )  # fmt: skip
    return True


async def _note(admin_id: int, act: str, whom: User, changes: Mapping[str, tuple[str, str]], now: datetime) -> None:
    for organisation_id in await organisations_of(whom.id):
        await audit(
            organisation_id=organisation_id, user_id=admin_id, act=act, subject=f"user {whom.id}", now=now,
            changes=changes, is_by_admin=True,
        )  # fmt: skip


async def _concerned(table: type[Table], row_id: int, row: Mapping[str, Any]) -> tuple[int | None, ...]:
    """Whose trails tell of it."""
    if table is User:
        return await organisations_of(row_id)
    return (row.get("organisation_id", row.get("organisation")),)


def _session() -> int | None:
    place = PLACE.get()
    return place.session_id if place else None

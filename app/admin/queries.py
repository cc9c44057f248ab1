"""Reads behind the admin's forms: whom and what they name, in the admin's own words."""

from datetime import datetime, timedelta

from app.identity.queries import user_with_email
from app.identity.tables import Session, User
from app.organisations.tables import Member, Organisation
from app.problems import NotAllowed, Problem

FRESH = timedelta(minutes=15)


class NoSuchUser(Problem):
    """There is no account with this email address that can sign in."""

    status = 404


class NoSuchOrganisation(Problem):
    """There is no organisation with this number or name."""

    status = 404


class SeveralCalledSo(Problem):
    """Several organisations are called so. Give the number of the one you mean; it stands in the table organisation."""


class SignInAgain(NotAllowed):
    """For this, sign out and in again first: it is only done within a quarter of an hour of signing in."""


async def user_called(email: str) -> User:
    """Raise NoSuchUser."""
    row = await user_with_email(email.strip())
    if row is None:
        raise NoSuchUser
    return row


async def organisation_called(text: str) -> Organisation:
    """By its number or its exact name. Raise NoSuchOrganisation, SeveralCalledSo."""
    words = " ".join(text.split())
    if words.isdecimal():
        found = [await Organisation.objects().get(Organisation.id == int(words))] if len(words) < 10 else []
    else:
        found = [row for row in await Organisation.objects() if row.name.casefold() == words.casefold()]
    rows = [row for row in found if row is not None]
    if not rows:
        raise NoSuchOrganisation
    if len(rows) > 1:
        raise SeveralCalledSo
    return rows[0]


async def organisations_of(user_id: int) -> tuple[int | None, ...]:
    """In whose trails an act about this user stands; with none of them, in the installation's."""
    rows: list[int] = await Member.select(Member.organisation).where(Member.user == user_id).output(as_list=True)
    return tuple(rows) or (None,)


async def refuse_stale(session_id: int | None, now: datetime) -> None:
    """What would hand over an account is only done by somebody who has just proved who they are. Raise SignInAgain."""
    row = await Session.objects().get(Session.id == session_id) if session_id is not None else None
    if row is None or now - row.created_at > FRESH:
        raise SignInAgain

"""Who is signed in, in which organisation, and what their role allows."""

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """viewer reads; controller works; manager edits and approves; owner connects, invites, deletes."""

    VIEWER = "viewer"
    CONTROLLER = "controller"
    MANAGER = "manager"
    OWNER = "owner"

    def includes(self, other: "Role") -> bool:
        """An owner may do what a manager may, and so on down."""
        return _RANKS[self] >= _RANKS[other]


_RANKS = {role: rank for rank, role in enumerate(Role)}

IN_SHORT = {
    Role.VIEWER: "you see everything and change nothing.",
    Role.CONTROLLER: "you see everything and work with customers.",
    Role.MANAGER: "you work with customers, approve, and edit templates, schedules, senders and settings.",
    Role.OWNER: "you may do everything, and decide who else may do what.",
}


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A user at work in one organisation; every query that reads for a page is scoped by it."""

    user_id: int
    session_id: int
    member_id: int
    organisation_id: int
    role: Role
    name: str
    email: str
    organisation: str
    timezone: str
    currency: str
    locale: str
    country: str

    def may(self, role: Role) -> bool:
        return self.role.includes(role)


class Membership(msgspec.Struct, frozen=True):
    """An organisation that the user belongs to, for the switcher."""

    organisation_id: int
    organisation: str
    role: Role


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """A living session. `member` is None for a user who belongs to no organisation."""

    session_id: int
    user_id: int
    name: str
    email: str
    csrf_secret: str
    is_superuser: bool
    was_long_ago: bool
    """Last seen so long ago that it is worth writing down."""
    member: SignedIn | None
    memberships: tuple[Membership, ...]
    has_password: bool = True
    """False for somebody who comes in by one-time links only."""
    has_factor: bool = False
    must_have_factor: bool = False
    """The organisation that is looked at asks its members for a second factor."""

    @property
    def lacks_factor(self) -> bool:
        return self.must_have_factor and not self.has_factor

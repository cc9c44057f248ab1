"""Rows of organisations and members as their pages show them."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec

from app.money import amount
from app.organisations.ages import ago
from app.organisations.forms import ChasingSettings, GeneralFacts
from app.organisations.membership import Role
from components.format import day_in_full


class _Member(Protocol):
    @property
    def member_id(self) -> int: ...
    @property
    def has_factor(self) -> bool: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def last_seen_at(self) -> datetime | None: ...


class MemberLine(msgspec.Struct, frozen=True):
    member_id: int
    name: str
    email: str
    role: Role
    last_seen: str
    has_factor: bool


class InvitedLine(msgspec.Struct, frozen=True):
    """An invitation that waits; `is_over` where its link works no more."""

    invitation_id: int
    email: str
    role: str
    by: str
    sent: str
    until: str
    is_over: bool


def facts_of(row: Any) -> GeneralFacts:
    """The general facts of an Organisation row."""
    return GeneralFacts(**{name: getattr(row, name) for name in GeneralFacts.__struct_fields__})


def chasing_of(row: Any) -> ChasingSettings:
    """The chasing settings of an Organisation row."""
    same = set(ChasingSettings.__struct_fields__) - {"weekdays", "from_minute", "until_minute", "approve_above"}
    return ChasingSettings(
        weekdays=tuple(json.loads(row.chase_weekdays)),
        from_minute=row.chase_from_minute,
        until_minute=row.chase_until_minute,
        approve_above=amount(row.approve_above) if row.approve_above is not None else None,
        **{name: getattr(row, name) for name in same},
    )


def lines_of(members: Iterable[_Member], now: datetime) -> tuple[MemberLine, ...]:
    return tuple(
        MemberLine(
            each.member_id, each.name, each.email, each.role,
            ago(each.last_seen_at, now) if each.last_seen_at else "never", each.has_factor,
        )
        for each in members
    )  # fmt: skip


def invited_lines_of(invitations: Iterable[Any], now: datetime, zone: str, locale: str) -> tuple[InvitedLine, ...]:
    """Of Invitation rows."""
    return tuple(
        InvitedLine(
            row.id, row.email, row.role, row.invited_by, ago(row.sent_at, now),
            day_in_full(row.expires_at.astimezone(ZoneInfo(zone)).date(), locale), row.expires_at <= now,
        )
        for row in invitations
    )  # fmt: skip

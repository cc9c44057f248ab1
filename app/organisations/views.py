"""Rows of organisations and members as their pages show them."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

import msgspec

from app.money import amount
from app.organisations.ages import ago
from app.organisations.forms import ChasingSettings, GeneralFacts
from app.organisations.membership import Role


class _Member(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def last_seen_at(self) -> datetime | None: ...


class MemberLine(msgspec.Struct, frozen=True):
    name: str
    email: str
    role: Role
    last_seen: str


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
        MemberLine(each.name, each.email, each.role, ago(each.last_seen_at, now) if each.last_seen_at else "never")
        for each in members
    )

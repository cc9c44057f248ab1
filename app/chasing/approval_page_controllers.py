"""Everything the queue of approvals shows, and the answer after something was decided there."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response

from app.chasing.approval_queries import PlannedReminder, planned_reminders, queue_of
from app.chasing.compose_actions import Failed, attached, preview
from app.chasing.decided_queries import approved_and_waiting, leaves_from, skipped_since
from app.chasing.departing import when_it_goes
from app.chasing.marks import LARGE, Mark, Waiting, groups
from app.customers.days import local_time, today_of
from app.money import amount
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.outbox.states import State
from app.outbox.tables import Message
from app.screen import Screen

PATH = "/approvals"
MANY = {
    Mark.FAILED: "that failed before", Mark.REDIRECTED: "with new recipients", Mark.DISPUTED: "with open disputes",
    Mark.CREDIT: "with credit", Mark.LAST: "last steps", Mark.ESCALATED: "escalated ones", Mark.LARGE: "large ones",
    Mark.FIRST: "first contacts",
}  # fmt: skip
LISTED = 100
"""So many stand in the list beside the letter."""


async def queue(member: SignedIn, now: datetime, at: int) -> dict[str, Any]:
    """Everything that waits; `at` names the one shown large, else the first."""
    waiting = await queue_of(member)
    place = next((place for place, each in enumerate(waiting) if each.id == at), 0)
    around = waiting[max(0, place - LISTED // 2) :][:LISTED]
    listed = await planned_reminders(member, [each.id for each in around])
    shown = next((each for each in listed if waiting and each.id == waiting[place].id), None)
    organisation = await organisation_of(member)
    return {
        "waiting": waiting,
        "marks": {each.id: each.marks for each in waiting},
        "shown": shown,
        **await _letter(shown, now),
        "before": waiting[place - 1].id if place else 0,
        "after": waiting[place + 1].id if place + 1 < len(waiting) else 0,
        "place": place + 1,
        **_together(waiting),
        "large": amount(organisation.approve_above) if organisation.approve_above is not None else LARGE,
        "listed": listed,
        "groups": groups(waiting),
        "statements": await _statements_waiting(member),
        "goes": when_it_goes(await leaves_from(member), now, member.timezone),
        "approved": [(each, local_time(each.approved_at, member)) for each in await approved_and_waiting(member)],
        "skipped": await skipped_since(member, midnight(member, now)),
        "reviewing": organisation.review_mode,
        "may_work": member.may(Role.CONTROLLER),
        "may_approve": member.may(Role.MANAGER),
        "member": member,
        "today": today_of(member, now),
    }


async def _letter(shown: PlannedReminder | None, now: datetime) -> dict[str, Any]:
    words = await preview(shown.id, now) if shown else None
    return {
        "words": None if isinstance(words, Failed) else words,
        "failed": words.reason if isinstance(words, Failed) else "",
        "attached": await attached(shown.id) if shown else (),
    }


def _together(waiting: Sequence[Waiting]) -> dict[str, Any]:
    """What may be approved in one go, and what of it stands out."""
    marked = [each for each in waiting if each.is_only_remarkable]
    found = [(mark, sum(mark in each.marks for each in marked)) for mark in MANY]
    by_mark = [(mark, number) for mark, number in found if number]
    return {
        "unchanged": sum(each.is_unremarkable for each in waiting),
        "marked": len(marked),
        "marked_by": by_mark,
        "marked_words": MANY[by_mark[0][0]] if len(by_mark) == 1 else "that stand out",
        "up_to": max((each.id for each in waiting), default=0),
    }


async def _statements_waiting(member: SignedIn) -> int:
    mine = (Message.organisation_id == member.organisation_id) & (Message.state == State.PLANNED.value)
    return int(await Message.count().where(mine, Message.kind == "statement", Message.needs_approval.eq(True)))


def midnight(member: SignedIn, now: datetime) -> datetime:
    zone = ZoneInfo(member.timezone)
    return datetime.combine(now.astimezone(zone).date(), time.min, zone).astimezone(UTC)


async def decided(member: SignedIn, screen: Screen, now: datetime, said: str, at: int) -> Response[str]:
    """The queue as it is after a decision, and above it what was done."""
    if not screen.wants_fragment("queue"):
        return screen.back(f"{PATH}?at={at}" if at else PATH, flash=said)
    return screen.plain("chasing/_decided.html", {**await queue(member, now, at), "said": said})


def whole(data: Mapping[str, str], name: str) -> int:
    """The whole number in a field; 0 where there is none."""
    text = data.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

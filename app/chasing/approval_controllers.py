"""The queue of reminders that wait for a person: seen one at a time as the customer will see them, then decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import Controller, MediaType, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.chasing import actions
from app.chasing.approval_queries import planned_reminders, queue_of, reminder_for
from app.chasing.compose_actions import Failed, attached, preview
from app.customers.days import today_of
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.outbox.states import State
from app.outbox.tables import Message
from app.problems import NotFound, OutOfDate
from app.screen import FormData, Screen, needs
from components.format import day

PATH = "/approvals"
LISTED = 100
"""So many stand in the list beside the letter."""
CHANGED = "It changed while you looked at it, and is not approved. Look again, then decide."
INERT = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'; sandbox allow-same-origin"
)
"""For a letter in a frame: it may look as it likes and do nothing. Its height is read by the page around it."""


class ApprovalsController(Controller):
    path = PATH

    @get()
    async def index(
        self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime], at: FromQuery[int] = 0
    ) -> Response[str]:
        context = await queue(member, now, at)
        return await screen.answer(
            page="chasing/approvals.html", fragment="chasing/_queue.html", context=context, region="queue"
        )

    @post(guards=[needs(Role.MANAGER)])
    async def create(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """Approve all that the page showed: what changed since then was written anew, under a higher number."""
        up_to = whole(data, "up_to")
        shown = [each.id for each in await queue_of(member) if each.id <= up_to and each.is_unchanged]
        approved = await actions.approve(member.organisation_id, shown, by=member.name, now=now)
        return await _decided(member, screen, now, _say_approved(approved, whole(data, "count") - approved), 0)


class RemindersController(Controller):
    path = "/reminders/{reminder_id:int}"

    @post("/approval", guards=[needs(Role.MANAGER)])
    async def approve(
        self,
        reminder_id: FromPath[int],
        data: FormData,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        reminder = await reminder_for(member, reminder_id)
        try:
            await actions.approve_seen(
                member.organisation_id, reminder.id, data.get("fingerprint", ""), by=member.name, now=now
            )
        except OutOfDate:
            return await _decided(member, screen, now, CHANGED, reminder.id)
        return await _decided(member, screen, now, "Approved. It goes in the next chase window.", whole(data, "next"))

    @post("/skip", guards=[needs(Role.CONTROLLER)])
    async def skip(
        self,
        reminder_id: FromPath[int],
        data: FormData,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        reminder = await reminder_for(member, reminder_id)
        until = await actions.skip(member.organisation_id, reminder.id, by=member.name, now=now)
        said = f"Skipped. The customer can be reminded again from {day(until, today_of(member, now))}."
        if data.get("from") == "upcoming":
            return screen.back("/upcoming", flash=said)
        return await _decided(member, screen, now, said, whole(data, "next"))

    @get("/letter")
    async def letter(self, reminder_id: FromPath[int], member: Given[SignedIn], now: Given[datetime]) -> Response[str]:
        """The mail's own HTML, for a frame."""
        words = await preview((await reminder_for(member, reminder_id)).id, now)
        if isinstance(words, Failed):
            raise NotFound
        return Response(words.html, media_type=MediaType.HTML, headers={"Content-Security-Policy": INERT})


async def queue(member: SignedIn, now: datetime, at: int) -> dict[str, Any]:
    """Everything that waits; `at` names the one shown large, else the first."""
    waiting = await queue_of(member)
    place = next((place for place, each in enumerate(waiting) if each.id == at), 0)
    around = waiting[max(0, place - LISTED // 2) :][:LISTED]
    listed = await planned_reminders(member, [each.id for each in around])
    shown = next((each for each in listed if each.id == waiting[place].id), None)
    words = await preview(shown.id, now) if shown else None
    return {
        "waiting": waiting,
        "shown": shown,
        "words": None if isinstance(words, Failed) else words,
        "failed": words.reason if isinstance(words, Failed) else "",
        "attached": await attached(shown.id) if shown else (),
        "before": waiting[place - 1].id if place else 0,
        "after": waiting[place + 1].id if place + 1 < len(waiting) else 0,
        "place": place + 1,
        "unchanged": sum(each.is_unchanged for each in waiting),
        "up_to": max((each.id for each in waiting), default=0),
        "listed": listed,
        "statements": await _statements_waiting(member),
        "reviewing": (await organisation_of(member)).review_mode,
        "may_work": member.may(Role.CONTROLLER),
        "may_approve": member.may(Role.MANAGER),
        "member": member,
        "today": today_of(member, now),
    }


async def _statements_waiting(member: SignedIn) -> int:
    mine = (Message.organisation_id == member.organisation_id) & (Message.state == State.PLANNED.value)
    return int(await Message.count().where(mine, Message.kind == "statement", Message.needs_approval.eq(True)))


async def _decided(member: SignedIn, screen: Screen, now: datetime, said: str, at: int) -> Response[str]:
    if not screen.wants_fragment("queue"):
        return screen.back(f"{PATH}?at={at}" if at else PATH, flash=said)
    return screen.plain("chasing/_decided.html", {**await queue(member, now, at), "said": said})


def whole(data: Mapping[str, str], name: str) -> int:
    """The whole number in a field; 0 where there is none."""
    text = data.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _say_approved(approved: int, changed: int) -> str:
    goes = "reminder is approved and goes" if approved == 1 else "reminders are approved and go"
    said = f"{approved:,} {goes} in the next chase window."
    return f"{said} {changed:,} changed meanwhile and will be shown anew." if changed > 0 else said

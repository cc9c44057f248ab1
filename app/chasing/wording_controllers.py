"""Editing one email before it is approved or leaves: its subject and text, its recipients and papers."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.chasing import approval_actions, wording_actions
from app.chasing.approval_controllers import framed
from app.chasing.approval_queries import planned_reminders, reminder_for
from app.chasing.letter_queries import Subject, subject_of
from app.chasing.tables import Reminder
from app.chasing.wording import OwnWords, read_words, without_own_links
from app.chasing.wording_queries import facts_for, kept_words, words_of
from app.customers.days import local_time, today_of
from app.email_templates.rendering import Facts, Unrenderable, render
from app.mail.picture_queries import with_pictures
from app.organisations.membership import Role, SignedIn
from app.outbox.states import WAITING
from app.problems import OutOfDate
from app.screen import FormData, Screen, needs

TOO_LATE = "It does not wait any more: it was sent, skipped or replaced."
GONE = f"{TOO_LATE} What you wrote still stands below; copy what you need."
CHANGED = "It changed while you wrote. Look at it again; your words stand below."


class WordingController(Controller):
    path = "/reminders/{reminder_id:int}/words"
    guards = [needs(Role.CONTROLLER)]

    @get()
    async def edit(
        self,
        reminder_id: FromPath[int],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        kept: FromQuery[int] = 0,
    ) -> Response[str]:
        reminder = await reminder_for(member, reminder_id)
        subject = await subject_of(reminder.id)
        [planned] = await planned_reminders(member, [reminder.id])
        if planned.state not in WAITING:
            return screen.back("/approvals", flash=TOO_LATE, tone="waiting")
        earlier = await kept_words(reminder)
        words = earlier.words if kept and earlier else await words_of(subject, now)
        return await _form(member, screen, subject, words, now, kept=bool(kept and earlier))

    @post()
    async def update(
        self,
        reminder_id: FromPath[int],
        data: FormData,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        """`do` is save, or approve, which a manager may."""
        reminder = await reminder_for(member, reminder_id)
        subject = await subject_of(reminder.id)
        words, errors = read_words(data, await facts_for(subject, now))
        if errors:
            return await _form(member, screen, subject, words, now, seen=data.get("seen", ""), errors=errors)
        try:
            found = await wording_actions.reword(member, reminder, data.get("seen", ""), words, now)
        except OutOfDate:
            return await _form(member, screen, subject, words, now, seen="", errors={"body": GONE})
        if not found.is_taken:
            return screen.back(f"/reminders/{found.reminder_id}/words?kept=1", flash=CHANGED, tone="waiting")
        return await self._saved(member, screen, reminder, now, approves=data.get("do") == "approve")

    async def _saved(
        self, member: SignedIn, screen: Screen, reminder: Reminder, now: datetime, *, approves: bool
    ) -> Response[str]:
        shown = await planned_reminders(member, [reminder.id])
        if approves and shown and member.may(Role.MANAGER):
            await approval_actions.approve_one(member, reminder.id, shown[0].seen_as, now)
            return screen.back("/approvals", flash="Saved and approved. It goes exactly as you wrote it.")
        waits = bool(shown) and shown[0].needs_approval
        said = "Saved. It goes exactly as you wrote it" + (", once it is approved." if waits else ".")
        return screen.back(f"/approvals?at={reminder.id}" if waits else "/upcoming", flash=said)

    @post("/letter")
    async def look(
        self, reminder_id: FromPath[int], data: FormData, member: Given[SignedIn], now: Given[datetime]
    ) -> Response[str]:
        """What is written, as the customer would see it, for the frame beside the form."""
        reminder = await reminder_for(member, reminder_id)
        subject = await subject_of(reminder.id)
        return await written_as(data, await facts_for(subject, now), subject.sender.id if subject.sender else None)

    @post("/end")
    async def end(
        self, reminder_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        reminder = await reminder_for(member, reminder_id)
        found = await wording_actions.unword(member, reminder, now)
        return screen.back(f"/approvals?at={found}", flash="The template's words again. What was written is kept.")


async def written_as(data: Mapping[str, str], facts: Facts, sender_id: int | None) -> Response[str]:
    letter = render(data.get("subject", ""), without_own_links(data.get("body", "")), facts)
    if isinstance(letter, Unrenderable):
        return framed(f"<p>{escape(letter.sentence)}</p>")
    return framed(f'<p style="font-weight:bold">{escape(letter.subject)}</p>{await with_pictures(letter.html, sender_id)}')


async def _form(
    member: SignedIn,
    screen: Screen,
    subject: Subject,
    words: OwnWords,
    now: datetime,
    *,
    seen: str | None = None,
    errors: dict[str, str] | None = None,
    kept: bool = False,
) -> Response[str]:
    context = await _context(member, subject, words, now)
    shown: dict[str, Any] = {"errors": errors or {}, "kept": kept}
    if seen is not None:
        shown["seen"] = seen
    return await screen.page("chasing/words.html", {**context, **shown}, status=422 if errors else 200)


async def _context(member: SignedIn, subject: Subject, words: OwnWords, now: datetime) -> dict[str, Any]:
    [planned] = await planned_reminders(member, [subject.reminder.id])
    earlier = await kept_words(subject.reminder)
    return {
        "planned": planned,
        "customer": subject.customer,
        "words": words,
        "seen": planned.seen_as,
        "earlier": earlier,
        "earlier_at": local_time(earlier.at, member) if earlier and earlier.at else None,
        "is_own": subject.wording is not None and bool(subject.wording.body) and planned.kind != "chase_now",
        "may_approve": member.may(Role.MANAGER) and planned.needs_approval,
        "member": member,
        "today": today_of(member, now),
    }

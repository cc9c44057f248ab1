"""The queue of emails that wait for a person: seen one at a time as the customer will see them, then decided."""

from collections.abc import Sequence
from datetime import datetime

from litestar import Controller, MediaType, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.chasing import actions, approval_actions
from app.chasing.approval_page_controllers import PATH, decided, queue, whole
from app.chasing.approval_queries import queue_of, reminder_for
from app.chasing.compose_actions import Failed, preview
from app.chasing.decided_queries import leaves_from
from app.chasing.departing import when_it_goes
from app.chasing.marks import Waiting
from app.chasing.restoring_actions import restore
from app.customers.days import today_of
from app.mail.picture_queries import with_pictures_of
from app.organisations.membership import Role, SignedIn
from app.outbox import queries as outbox
from app.problems import NotFound, OutOfDate
from app.screen import FormData, Screen, needs
from components.format import day

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
        """Approve those of a kind that the page showed: what changed since then was written anew, under a higher number."""
        up_to, together = whole(data, "up_to"), _together(await queue_of(member), data.get("which", ""))
        shown = [each.id for each in together if each.id <= up_to]
        leave = when_it_goes(await leaves_from(member), now, member.timezone)
        approved = await approval_actions.approve_together(member, shown, now)
        return await decided(member, screen, now, _say_approved(approved, whole(data, "count") - approved, leave), 0)

    @post("/end", guards=[needs(Role.MANAGER)])
    async def end(self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        """Take back what was approved at one moment, as far as it has not begun to leave."""
        taken = await approval_actions.take_back(member, _moment(data.get("approved_at", "")), now)
        one, many = "The approval is taken back. It waits again.", f"{taken:,} approvals are taken back. They wait again."
        gone = "It is too late: nothing of it waits any more."
        return await decided(member, screen, now, one if taken == 1 else many if taken else gone, whole(data, "next"))


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
            await approval_actions.approve_one(member, reminder.id, data.get("fingerprint", ""), now)
        except OutOfDate:
            return await decided(member, screen, now, CHANGED, reminder.id)
        message = await outbox.message(reminder.message)
        goes = when_it_goes(message.not_before_at if message else None, now, member.timezone)
        said = f"Approved. It goes {goes}."
        return await decided(member, screen, now, said, whole(data, "next"))

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
        if reminder.kind != "reminder":
            said = "Skipped. It does not go."
        if data.get("from") == "upcoming":
            return screen.back("/upcoming", flash=said)
        return await decided(member, screen, now, said, whole(data, "next"))

    @post("/skip/end", guards=[needs(Role.CONTROLLER)])
    async def unskip(
        self, reminder_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        reminder = await reminder_for(member, reminder_id)
        if reminder.kind == "chase_now":
            await restore(member, reminder, now)
            return await decided(member, screen, now, "It is not skipped any more, and waits for approval.", 0)
        await approval_actions.take_back_skip(member, reminder, now)
        return await decided(member, screen, now, "It is not skipped any more, and planned anew.", 0)

    @get("/letter")
    async def letter(self, reminder_id: FromPath[int], member: Given[SignedIn], now: Given[datetime]) -> Response[str]:
        """The mail's own HTML, for a frame."""
        reminder = await reminder_for(member, reminder_id)
        words = await preview(reminder.id, now)
        if isinstance(words, Failed):
            raise NotFound
        return framed(await with_pictures_of(reminder.message, words.html))


def framed(html: str) -> Response[str]:
    return Response(html, media_type=MediaType.HTML, headers={"Content-Security-Policy": INERT})


def _together(waiting: Sequence[Waiting], which: str) -> list[Waiting]:
    """`which`: unchanged, where nothing stands out; marked, what stands out and is unchanged."""
    return [each for each in waiting if (each.is_only_remarkable if which == "marked" else each.is_unremarkable)]


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise NotFound from None


def _say_approved(approved: int, changed: int, leave: str) -> str:
    goes = "email is approved and goes" if approved == 1 else "emails are approved and go"
    said = f"{approved:,} {goes} {leave}."
    return f"{said} {changed:,} changed meanwhile and will be shown anew." if changed > 0 else said

"""Editing a schedule: the form carries the draft, and shows what it would change before anything is saved."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from app.chasing.dry_run import DryRun
from app.chasing.dry_run_controllers import MOST_AT_ONCE, MOST_SHOWN, foresee
from app.chasing.schedule_changes import with_schedule
from app.customers.days import today_of
from app.email_templates.queries import TemplateText, templates_of
from app.organisations.membership import Role, SignedIn
from app.presence import address_of
from app.problems import OutOfDate
from app.schedules import edit_actions, editor
from app.schedules.book import BookSchedule
from app.schedules.controllers import PATH, planned_anew
from app.schedules.draft import Draft, acted, draft_of
from app.schedules.draft_forms import Errors, KnownTemplate, checked, read_draft, with_papers
from app.schedules.moves import moved
from app.schedules.queries import schedule_for, schedules_of
from app.schedules.shipped import WHEN_CAN_WE_EXPECT_IT
from app.schedules.stamps import stamp_of
from app.schedules.use_queries import customers_on
from app.screen import FormData, Screen, needs
from components.format import symbol_of

NEW = f"{PATH}/new"
CHANGED_MEANWHILE = "Somebody changed this schedule meanwhile. Open it again in another tab, compare, then change it there"


class Desk(Struct, frozen=True, kw_only=True):
    """What the editor needs to know besides the draft. `stored` is None for a schedule that is not saved yet."""

    stored: BookSchedule | None
    templates: Mapping[int, KnownTemplate]
    other_names: frozenset[str]
    concerned: tuple[int, ...]

    @property
    def id(self) -> int:
        return self.stored.id if self.stored else 0

    @property
    def follows_along(self) -> bool:
        """Whether the dry run is quick enough to answer every change."""
        return len(self.concerned) <= MOST_AT_ONCE


class NewScheduleController(Controller):
    path = NEW
    guards = [needs(Role.MANAGER)]

    @get()
    async def new(
        self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime], like: FromQuery[int] = 0
    ) -> Response[str]:
        """An empty one, or a copy of another to begin with."""
        desk = await _desk(member, 0)
        draft = await _beginning(member, like, desk)
        return await _page(screen, member, desk, draft, now)

    @post("/draft")
    async def draft(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await _redrawn(screen, member, await _desk(member, 0), data, now)

    @post()
    async def create(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        desk, draft = await _desk(member, 0), read_draft(data)
        schedule, errors = checked(draft, desk.templates, desk.other_names)
        if schedule is None:
            return await _page(screen, member, desk, draft, now, errors)
        schedule_id = await edit_actions.create(member, schedule, now, address_of(screen.request))
        said = f"{schedule.name} is saved. Nobody is on it yet: choose customers in Receivables and give it to them."
        return screen.back(f"{PATH}/{schedule_id}", flash=said)


class ScheduleController(Controller):
    path = PATH + "/{schedule_id:int}"

    @get()
    async def edit(
        self, schedule_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        desk = await _desk(member, schedule_id)
        assert desk.stored is not None
        return await _page(screen, member, desk, draft_of(desk.stored, stamp_of(desk.stored)), now)

    @post("/draft", guards=[needs(Role.MANAGER)])
    async def draft(
        self, schedule_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await _redrawn(screen, member, await _desk(member, schedule_id), data, now)

    @post(guards=[needs(Role.MANAGER)])
    async def update(
        self, schedule_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        desk, draft = await _desk(member, schedule_id), read_draft(data)
        schedule, errors = checked(draft, desk.templates, desk.other_names, schedule_id)
        if schedule is None:
            return await _page(screen, member, desk, draft, now, errors)
        try:
            concerned = await edit_actions.save(member, schedule, draft.stamp, now, address_of(screen.request))
        except OutOfDate:
            return await _page(screen, member, desk, draft, now, {"name": CHANGED_MEANWHILE})
        return screen.back(f"{PATH}/{schedule_id}", flash=f"Saved. {await planned_anew(member, concerned, now)}")


async def _desk(member: SignedIn, schedule_id: int) -> Desk:
    """Raise NotFound for a schedule of another organisation; 0 is a new one."""
    stored = await schedule_for(member, schedule_id) if schedule_id else None
    others = {each.name for each in await schedules_of(member.organisation_id) if each.id != schedule_id}
    return Desk(
        stored=stored,
        templates=await _templates(member, stored),
        other_names=frozenset(others),
        concerned=tuple(await customers_on(member.organisation_id, schedule_id)) if stored else (),
    )


async def _templates(member: SignedIn, stored: BookSchedule | None) -> dict[int, KnownTemplate]:
    """Those for reminders, and whatever the schedule uses already."""
    used = {step.template_id: KnownTemplate(step.template_id, step.name) for step in (stored.steps if stored else ())}
    texts = await templates_of(member.organisation_id)
    return {
        **used,
        **{each.id: _known(each) for each in texts if each.purpose == "reminder"},
    }


def _known(text: TemplateText) -> KnownTemplate:
    return KnownTemplate(text.id, text.name, text.version, text.papers.invoices, text.papers.statement, text.papers.portal)


async def _beginning(member: SignedIn, like: int, desk: Desk) -> Draft:
    if like:
        model = draft_of(await schedule_for(member, like))
        keys = {step.key: f"n{number}" for number, step in enumerate(model.steps, 1)}
        steps = tuple(msgspec.structs.replace(step, key=keys[step.key], papers_of=step.template) for step in model.steps)
        return msgspec.structs.replace(
            model, name=f"{model.name} (copy)", steps=steps, entry=keys.get(model.entry, model.entry), open=""
        )
    empty = acted(Draft(name="", steps=(), entry="n1"), "add")
    first = _usual_first(desk.templates)
    steps = tuple(msgspec.structs.replace(s, template=first) for s in empty.steps)
    return with_papers(msgspec.structs.replace(empty, steps=steps), desk.templates)


def _usual_first(templates: Mapping[int, KnownTemplate]) -> str:
    """The one made for a week after the due date, where the organisation still has it."""
    made_for_it = (each.id for each in templates.values() if each.name == WHEN_CAN_WE_EXPECT_IT.name)
    return str(next(made_for_it, next(iter(templates), "")))


async def _redrawn(screen: Screen, member: SignedIn, desk: Desk, data: Mapping[str, str], now: datetime) -> Response[str]:
    """The draft after a button or a changed field; nothing is saved."""
    act = data.get("do", "")
    draft = with_papers(acted(read_draft(data), act), desk.templates)
    asked = act == "preview" or screen.wants_fragment("dry-run")
    schedule, errors = checked(draft, desk.templates, desk.other_names, desk.id)
    found = await _foreseen(member, desk, schedule, now) if schedule and (asked or desk.follows_along) else None
    context = {**_context(member, desk, draft, errors if asked else {}, found, now), "focus": editor.focused(draft, act)}
    if screen.wants_fragment("dry-run"):
        return screen.plain("schedules/_followed.html", context)
    return await screen.answer(
        page="schedules/edit.html", fragment="schedules/_editor.html", context=context, region="schedule",
        status=422 if asked and errors else 200,
    )  # fmt: skip


async def _foreseen(member: SignedIn, desk: Desk, schedule: BookSchedule, now: datetime) -> DryRun | None:
    """None while the draft says what is stored."""
    if desk.stored is None or stamp_of(schedule) == stamp_of(desk.stored):
        return None
    draft = moved(desk.stored, msgspec.structs.replace(schedule, paused=desk.stored.paused), today_of(member, now))
    return await foresee(member, with_schedule(draft), desk.concerned, now)


async def _page(
    screen: Screen, member: SignedIn, desk: Desk, draft: Draft, now: datetime, errors: Errors | None = None
) -> Response[str]:
    context = _context(member, desk, draft, errors or {}, None, now)
    page = "schedules/edit.html" if member.may(Role.MANAGER) else "schedules/show.html"
    return await screen.answer(
        page=page, fragment="schedules/_editor.html", context=context, region="schedule", status=422 if errors else 200
    )


def _context(member: SignedIn, desk: Desk, draft: Draft, errors: Errors, found: DryRun | None, now: datetime) -> dict[str, Any]:
    shown = msgspec.structs.replace(draft, open=editor.first_wrong(draft, errors))
    return {
        "schedule": desk.stored,
        "focus": "",
        "draft": shown,
        "time_line": editor.time_line(shown, desk.templates, errors),
        "entries": editor.entries(shown, desk.templates),
        "sides": editor.SIDES,
        "templates": [(str(each.id), each.name) for each in desk.templates.values()],
        "lines": editor.step_lines(desk.stored) if desk.stored else (),
        "errors": errors,
        "found": found,
        "follows_along": desk.follows_along,
        "concerned": len(desk.concerned),
        "most": MOST_SHOWN,
        "url": f"{PATH}/{desk.id}" if desk.stored else NEW,
        "symbol": symbol_of(member.currency, member.locale),
        "member": member,
        "today": today_of(member, now),
    }

"""The editor's page: the draft as cards on a time line, before and after the due date."""

from collections.abc import Mapping

from msgspec import Struct

from app.schedules.book import BookSchedule, BookStep
from app.schedules.draft import NO_LIMIT, Draft, DraftStep, Key, number_in
from app.schedules.draft_forms import Errors, KnownTemplate
from app.schedules.words import say_days, say_papers, say_recipients, say_shortly

Choices = tuple[tuple[str, str], ...]
SIDES: Choices = (("before", "days before the due date"), ("on", "on the due date"), ("after", "days after the due date"))
NOT_SAID = "when?"


class Card(Struct, frozen=True, kw_only=True):
    """A step on the time line; `notes` are what sets it apart."""

    key: Key
    when: str
    name: str
    notes: tuple[str, ...] = ()
    is_open: bool = False
    is_removed: bool = False
    is_wrong: bool = False


class TimeLine(Struct, frozen=True):
    before: tuple[Card, ...]
    after: tuple[Card, ...]


class StepLine(Struct, frozen=True, kw_only=True):
    """A stored step in words, for those who only look."""

    number: int
    name: str
    template_id: int
    when: str
    sender: str
    recipients: str
    papers: str
    notes: str


def time_line(draft: Draft, templates: Mapping[int, KnownTemplate], errors: Errors) -> TimeLine:
    cards = [(step, _card(step, draft, templates, errors)) for step in draft.steps]
    before = tuple(card for step, card in cards if step.side == "before")
    return TimeLine(before, tuple(card for step, card in cards if step.side != "before"))


def _card(step: DraftStep, draft: Draft, templates: Mapping[int, KnownTemplate], errors: Errors) -> Card:
    template = templates.get(number_in(step.template) or 0)
    return Card(
        key=step.key,
        when=NOT_SAID if step.offset is None else say_shortly(step.offset),
        name=template.name if template else "Choose a template",
        notes=() if step.removed else tuple(_notes(step, draft)),
        is_open=step.key == draft.open and not step.removed,
        is_removed=step.removed,
        is_wrong=any(field.startswith(f"step-{step.key}-") for field in errors),
    )


def _notes(step: DraftStep, draft: Draft) -> list[str]:
    every = number_in(draft.repeat_every)
    said = {
        "old debt begins here": step.key == draft.entry,
        "escalated mailbox": step.sender == "escalated",
        "asks for approval": step.needs_approval,
        "statement": step.attach_statement,
        f"again every {say_days(every or 0)}": bool(every) and _is_last(step, draft),
    }
    return [words for words, is_so in said.items() if is_so]


def _is_last(step: DraftStep, draft: Draft) -> bool:
    ladder = [each for each in draft.living if (each.offset or 0) >= 0 and each.offset is not None]
    return bool(ladder) and max(ladder, key=lambda each: each.offset or 0).key == step.key


def entries(draft: Draft, templates: Mapping[int, KnownTemplate]) -> Choices:
    """The steps at which old debt may begin, or nowhere in particular."""
    ladder = [step for step in draft.living if step.offset is not None and step.offset >= 0]
    possible = ladder[:-1] or ladder
    named = [(step.key, f"{say_shortly(step.offset or 0)}: {_name(step, templates)}") for step in possible]
    return (*named, (NO_LIMIT, "wherever its age puts it"))


def _name(step: DraftStep, templates: Mapping[int, KnownTemplate]) -> str:
    template = templates.get(number_in(step.template) or 0)
    return template.name if template else "no template yet"


def first_wrong(draft: Draft, errors: Errors) -> Key:
    """The step whose card must be open for its mistake to be seen; the one that is open where none is wrong."""
    for step in draft.living:
        if any(field.startswith(f"step-{step.key}-") for field in errors):
            return step.key
    return draft.open


def focused(draft: Draft, act: str) -> str:
    """The element that one goes on with after a button: a removed step can be put back at once, an open one is filled in."""
    verb, _, key = act.partition(":")
    if verb == "remove":
        return f"restore-{key}"
    if verb in ("restore", "close"):
        return f"open-{key}"
    return f"field-step-{draft.open}-days" if verb in ("open", "add", "copy") else ""


def step_lines(schedule: BookSchedule) -> tuple[StepLine, ...]:
    ordered = sorted(schedule.steps, key=lambda step: step.offset)
    return tuple(_step_line(number, step) for number, step in enumerate(ordered, 1))


def _step_line(number: int, step: BookStep) -> StepLine:
    return StepLine(
        number=number,
        name=step.name,
        template_id=step.template_id,
        when=say_shortly(step.offset),
        sender=step.sender,
        recipients=say_recipients(step),
        papers=say_papers(step),
        notes="asks for approval" if step.needs_approval else "",
    )


def ladder_in_short(schedule: BookSchedule) -> str:
    """As "−3 · 3 · 7 · 14 · 30": the days from the due date."""
    offsets = sorted(step.offset for step in schedule.steps)
    return " · ".join(f"\N{MINUS SIGN}{-offset}" if offset < 0 else str(offset) for offset in offsets)

"""A schedule as it stands in the editor's form, as typed: nothing of it is saved until it is good.

The form carries the whole draft from page to page. A removed step stays in it until the schedule is saved, so that it can
be put back.
"""

from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec import Struct

from app.schedules.book import BookSchedule, BookStep, RecipientKind, SenderKind

Side = Literal["before", "on", "after"]
Key = str
"""The id of a stored step, or "n1", "n2", … of a new one."""

NO_LIMIT = "none"
COPIES: tuple[RecipientKind, ...] = ("normal", "escalated", "copy")
USUAL_DISTANCE = 7
MOST_STEPS = 20
EARLIEST, LATEST = -90, 730
"""Days from the due date between which a step may stand."""


class DraftStep(Struct, frozen=True, kw_only=True):
    """`days`, `template` and `minimum` as typed; `to` is written to, `copies` get copies."""

    key: Key
    days: str
    side: Side = "after"
    template: str = ""
    sender: SenderKind = "normal"
    to: RecipientKind = "normal"
    copies: tuple[RecipientKind, ...] = ("copy",)
    attach_invoices: bool = True
    attach_statement: bool = False
    link_portal: bool = True
    needs_approval: bool = False
    minimum: str = ""
    removed: bool = False
    papers_of: str = ""
    """Of a new step: the template whose papers it has."""

    @property
    def offset(self) -> int | None:
        """None while the days are no number."""
        if self.side == "on":
            return 0
        days = number_in(self.days)
        return None if days is None else -days if self.side == "before" else days


class Draft(Struct, frozen=True, kw_only=True):
    """entry is the key of the entry step, NO_LIMIT for none; open the key of the step whose card is open; stamp tells
    which stored version the draft was made from, empty for a schedule that is not stored yet."""

    name: str
    steps: tuple[DraftStep, ...]
    entry: str = NO_LIMIT
    minimum: str = "5.00"
    last_step_minimum: str = "100.00"
    repeat_every: str = ""
    repeat_limit: str = ""
    open: Key = ""
    stamp: str = ""

    @property
    def living(self) -> tuple[DraftStep, ...]:
        return tuple(step for step in self.steps if not step.removed)

    def step(self, key: Key) -> DraftStep | None:
        return next((step for step in self.steps if step.key == key), None)


def number_in(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def draft_of(schedule: BookSchedule, stamp: str = "") -> Draft:
    """The draft that changes nothing."""
    steps = in_order(tuple(_draft_step(step) for step in schedule.steps))
    entry = entry_step(schedule)
    return Draft(
        name=schedule.name,
        steps=steps,
        entry=str(entry.id) if entry is not None else NO_LIMIT,
        minimum=f"{schedule.minimum:.2f}",
        last_step_minimum=f"{schedule.last_step_minimum:.2f}",
        repeat_every=str(schedule.repeat_every_days or ""),
        repeat_limit=str(schedule.repeat_limit) if schedule.repeat_every_days else "",
        stamp=stamp,
    )


def entry_step(schedule: BookSchedule) -> BookStep | None:
    """The step at which an invoice never reminded begins at the latest; None where its age alone decides."""
    limit = schedule.entry_offset
    ladder = sorted((step for step in schedule.steps if step.offset >= 0), key=lambda step: step.offset)
    if limit is None or not ladder:
        return None
    return next((step for step in reversed(ladder[:-1]) if step.offset <= limit), ladder[0])


def _draft_step(step: BookStep) -> DraftStep:
    to, *copies = step.recipient_kinds or ("normal",)
    return DraftStep(
        key=str(step.id),
        days=str(abs(step.offset)) if step.offset else "",
        side="before" if step.offset < 0 else "after" if step.offset else "on",
        template=str(step.template_id),
        sender=step.sender,
        to=to,
        copies=tuple(copies),
        attach_invoices=step.attach_invoices,
        attach_statement=step.attach_statement,
        link_portal=step.link_portal,
        needs_approval=step.needs_approval,
        minimum=f"{step.minimum:.2f}" if step.minimum else "",
    )


def in_order(steps: tuple[DraftStep, ...]) -> tuple[DraftStep, ...]:
    """By their day; those without a readable one last."""
    return tuple(sorted(steps, key=lambda step: LATEST + 1 if step.offset is None else step.offset))


def acted(draft: Draft, act: str) -> Draft:
    """The draft after one of the editor's buttons, as "copy:12" or "add"; what is none changes nothing."""
    verb, _, key = act.partition(":")
    if verb == "add":
        return _with_new(draft, DraftStep(key=_new_key(draft), days="", template=_usual_template(draft)), _last(draft))
    if verb == "close":
        return msgspec.structs.replace(draft, open="")
    step = draft.step(key)
    return _ACTS[verb](draft, step) if step is not None and verb in _ACTS else draft


def _open(draft: Draft, step: DraftStep) -> Draft:
    return msgspec.structs.replace(draft, open=step.key)


def _remove(draft: Draft, step: DraftStep) -> Draft:
    """Where old debt began there, it begins at the step before, else at the one after."""
    without = _replaced(draft, msgspec.structs.replace(step, removed=True))
    facts = {"open": "" if draft.open == step.key else draft.open}
    if draft.entry == step.key:
        ladder = [each for each in without.living if each.offset is not None and each.offset >= 0]
        milder = [each.key for each in ladder if (each.offset or 0) <= (step.offset or 0)]
        facts["entry"] = milder[-1] if milder else ladder[0].key if ladder else NO_LIMIT
    return msgspec.structs.replace(without, **facts)


def _restore(draft: Draft, step: DraftStep) -> Draft:
    return _open(_replaced(draft, msgspec.structs.replace(step, removed=False)), step)


def _copy(draft: Draft, step: DraftStep) -> Draft:
    if len(draft.living) >= MOST_STEPS:
        return draft
    return _with_new(draft, msgspec.structs.replace(step, key=_new_key(draft), papers_of=step.template), step.offset or 0)


def _earlier(draft: Draft, step: DraftStep) -> Draft:
    return _replaced(draft, _moved(draft, step, -1))


def _later(draft: Draft, step: DraftStep) -> Draft:
    return _replaced(draft, _moved(draft, step, 1))


_ACTS: dict[str, Callable[[Draft, DraftStep], Draft]] = {
    "open": _open,
    "remove": _remove,
    "restore": _restore,
    "copy": _copy,
    "earlier": _earlier,
    "later": _later,
}


def _with_new(draft: Draft, step: DraftStep, after: int) -> Draft:
    """With one step more, a week after that day or on the next free one, and its card open."""
    if len(draft.living) >= MOST_STEPS:
        return draft
    offset = _free_offset(draft, min(after + USUAL_DISTANCE, LATEST), 1)
    added = in_order((*draft.steps, standing_at(step, offset)))
    return msgspec.structs.replace(draft, steps=added, open=step.key)


def _moved(draft: Draft, step: DraftStep, by: int) -> DraftStep:
    """A day earlier or later, past days on which another step stands."""
    if step.offset is None:
        return step
    offset = _free_offset(draft, step.offset + by, by)
    return standing_at(step, offset) if EARLIEST <= offset <= LATEST else step


def _free_offset(draft: Draft, offset: int, by: int) -> int:
    taken = {step.offset for step in draft.living}
    while offset in taken:
        offset += by
    return offset


def standing_at(step: DraftStep, offset: int) -> DraftStep:
    side: Side = "before" if offset < 0 else "after" if offset else "on"
    return msgspec.structs.replace(step, side=side, days=str(abs(offset)) if offset else "", removed=False)


def _replaced(draft: Draft, step: DraftStep) -> Draft:
    steps = in_order(tuple(step if each.key == step.key else each for each in draft.steps))
    return msgspec.structs.replace(draft, steps=steps)


def _new_key(draft: Draft) -> Key:
    numbers = [int(step.key[1:]) for step in draft.steps if step.key.startswith("n")]
    return f"n{max(numbers, default=0) + 1}"


def _last(draft: Draft) -> int:
    return max((step.offset for step in draft.living if step.offset is not None), default=0)


def _usual_template(draft: Draft) -> str:
    """That of the last step, for a new one that follows it."""
    return draft.living[-1].template if draft.living else ""

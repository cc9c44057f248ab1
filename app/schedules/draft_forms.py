"""Reading the editor's form into a draft, and a draft into a schedule that may be saved. Errors are sentences by field."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import cast

import msgspec
from msgspec import Struct

from app.schedules.book import BookSchedule, BookStep
from app.schedules.draft import COPIES, EARLIEST, LATEST, MOST_STEPS, NO_LIMIT, Draft, DraftStep, Side, in_order, number_in
from app.schedules.words import say_days, say_offset

Fields = Mapping[str, str]
Errors = dict[str, str]

LONGEST_NAME = 120
LARGEST = Decimal(1_000_000_000)
MOST_DAYS_BETWEEN, MOST_REPEATS = 365, 24
_KEY = re.compile(r"n?\d{1,9}")
_MOST_READ = 3 * MOST_STEPS


class KnownTemplate(Struct, frozen=True):
    """A template that a step may use."""

    id: int
    name: str
    version: int = 1
    attach_invoices: bool = True
    attach_statement: bool = False
    link_portal: bool = True


def read_draft(fields: Fields) -> Draft:
    """What stands in the form, however wrong."""
    keys = dict.fromkeys(key for key in fields.get("keys", "").split(",") if _KEY.fullmatch(key))
    return Draft(
        name=_line(fields, "name"),
        steps=in_order(tuple(_read_step(fields, key) for key in list(keys)[:_MOST_READ])),
        entry=fields.get("entry", NO_LIMIT),
        minimum=_line(fields, "minimum"),
        last_step_minimum=_line(fields, "last_step_minimum"),
        repeat_every=_line(fields, "repeat_every"),
        repeat_limit=_line(fields, "repeat_limit"),
        open=fields.get("open", ""),
        stamp=fields.get("stamp", ""),
    )


def _read_step(fields: Fields, key: str) -> DraftStep:
    own = {name.removeprefix(f"step-{key}-"): value for name, value in fields.items() if name.startswith(f"step-{key}-")}
    side = own.get("side", "after")
    to = own.get("to", "normal")
    return DraftStep(
        key=key,
        days=_line(own, "days"),
        side=cast(Side, side) if side in ("before", "on", "after") else "after",
        template=_line(own, "template"),
        sender="escalated" if own.get("sender") == "escalated" else "normal",
        to=to if to in COPIES else "normal",
        copies=tuple(kind for kind in COPIES if own.get(f"copies-{kind}")),
        attach_invoices=bool(own.get("invoices")),
        attach_statement=bool(own.get("statement")),
        link_portal=bool(own.get("portal")),
        needs_approval=bool(own.get("approval")),
        minimum=_line(own, "minimum"),
        removed=bool(own.get("removed")),
        papers_of=_line(own, "papers_of"),
    )


def with_papers(draft: Draft, templates: Mapping[int, KnownTemplate]) -> Draft:
    """New steps have the papers of their template, until somebody ticks others."""
    return msgspec.structs.replace(draft, steps=tuple(_with_papers(step, templates) for step in draft.steps))


def _with_papers(step: DraftStep, templates: Mapping[int, KnownTemplate]) -> DraftStep:
    chosen, before = (templates.get(number_in(each) or 0) for each in (step.template, step.papers_of))
    is_as_it_was = not step.papers_of or (before is not None and _papers(before) == _papers(step))
    if not step.key.startswith("n") or chosen is None or step.papers_of == step.template or not is_as_it_was:
        return step
    return msgspec.structs.replace(step, papers_of=step.template, **_papers(chosen))


def _papers(of: KnownTemplate | DraftStep) -> dict[str, bool]:
    return {name: getattr(of, name) for name in ("attach_invoices", "attach_statement", "link_portal")}


def _line(fields: Fields, name: str, longest: int = LONGEST_NAME) -> str:
    return "".join(c for c in " ".join(fields.get(name, "").split()) if c.isprintable())[:longest]


def checked(
    draft: Draft, templates: Mapping[int, KnownTemplate], taken_names: Collection[str] = (), schedule_id: int = 0
) -> tuple[BookSchedule | None, Errors]:
    """The schedule that the draft says, or what needs another look. `taken_names` are those of the other schedules. New
    steps get ids below 0."""
    errors = {**_errors_of_name(draft.name, taken_names), **_errors_of_steps(draft, templates), **_errors_of_sums(draft)}
    if errors:
        return None, errors
    steps = tuple(_step(step, number, templates) for number, step in enumerate(draft.living, 1))
    every = number_in(draft.repeat_every)
    return BookSchedule(
        id=schedule_id,
        name=draft.name,
        steps=steps,
        entry_offset=_entry_offset(draft),
        minimum=_sum(draft.minimum) or Decimal(0),
        last_step_minimum=_sum(draft.last_step_minimum) or Decimal(0),
        repeat_every_days=every,
        repeat_limit=(number_in(draft.repeat_limit) or 0) if every else 0,
    ), {}


def _errors_of_name(name: str, taken: Collection[str]) -> Errors:
    if not name:
        return {"name": "Give the schedule a name"}
    if name.casefold() in {each.casefold() for each in taken}:
        return {"name": f"Another schedule is called “{name}”: give this one a name of its own"}
    return {}


def _errors_of_steps(draft: Draft, templates: Mapping[int, KnownTemplate]) -> Errors:
    errors: Errors = {}
    first_at: dict[int, DraftStep] = {}
    for step in draft.living:
        errors.update(_errors_of_step(step, templates))
        if step.offset is not None and step.offset in first_at:
            errors[f"step-{step.key}-days"] = f"Two steps stand {say_offset(step.offset)}: move or remove one of them"
        elif step.offset is not None:
            first_at[step.offset] = step
    if not draft.living:
        errors["steps"] = "A schedule needs at least one step: add one"
    elif len(draft.living) > MOST_STEPS:
        errors["steps"] = f"A schedule has {MOST_STEPS} steps at most: remove some"
    return errors


def _errors_of_step(step: DraftStep, templates: Mapping[int, KnownTemplate]) -> Errors:
    offset, name = step.offset, f"step-{step.key}"
    wrong = {
        f"{name}-days": offset is None or not EARLIEST <= offset <= LATEST or (offset == 0 and step.side != "on"),
        f"{name}-template": number_in(step.template) not in templates,
        f"{name}-minimum": _sum(step.minimum) is None,
    }
    furthest = -EARLIEST if step.side == "before" else LATEST
    said = {
        f"{name}-days": f"Give a number of days from 1 to {furthest}",
        f"{name}-template": "Choose a template for this step",
        f"{name}-minimum": "Give an amount such as 100, or leave it empty",
    }
    return {field: said[field] for field, is_wrong in wrong.items() if is_wrong}


def _errors_of_sums(draft: Draft) -> Errors:
    every, limit = number_in(draft.repeat_every), number_in(draft.repeat_limit)
    wrong = {
        "minimum": _sum(draft.minimum) is None,
        "last_step_minimum": _sum(draft.last_step_minimum) is None,
        "repeat_every": bool(draft.repeat_every) and not (every and every <= MOST_DAYS_BETWEEN),
        "repeat_limit": bool(draft.repeat_every) and not (limit and limit <= MOST_REPEATS),
    }
    said = {
        "minimum": "Give an amount such as 5, or 0",
        "last_step_minimum": "Give an amount such as 100, or 0",
        "repeat_every": f"Give {say_days(1)} to {say_days(MOST_DAYS_BETWEEN)}, or leave it empty: the last step goes once",
        "repeat_limit": f"Say how often it goes again, 1 to {MOST_REPEATS} times",
    }
    return {field: said[field] for field, is_wrong in wrong.items() if is_wrong}


def _step(step: DraftStep, number: int, templates: Mapping[int, KnownTemplate]) -> BookStep:
    template = templates[int(step.template)]
    return BookStep(
        id=-number if step.key.startswith("n") else int(step.key),
        offset=step.offset or 0,
        name=template.name,
        template_id=template.id,
        template_version=template.version,
        sender=step.sender,
        recipient_kinds=(step.to, *(kind for kind in COPIES if kind in step.copies and kind != step.to)),
        attach_invoices=step.attach_invoices,
        attach_statement=step.attach_statement,
        link_portal=step.link_portal,
        needs_approval=step.needs_approval,
        minimum=_sum(step.minimum) or Decimal(0),
    )


def _entry_offset(draft: Draft) -> int | None:
    """The chosen step's own; of one that was removed or stands before the due date, whatever comes latest up to there."""
    chosen = draft.step(draft.entry)
    return max(chosen.offset, 0) if chosen is not None and chosen.offset is not None else None


def _sum(text: str) -> Decimal | None:
    """An amount of at least 0; empty is 0."""
    plain = text.replace(",", "").replace(" ", "") or "0"
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= LARGEST else None

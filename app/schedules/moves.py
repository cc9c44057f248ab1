"""A step that is moved stays the same step: whoever has had it does not get it again."""

from datetime import date

import msgspec

from app.schedules.book import BookSchedule, BookStep

MOST_REMEMBERED = 20


def moved(before: BookSchedule, after: BookSchedule, today: date) -> BookSchedule:
    """The edited schedule, its steps knowing where they stood until today. New ones have ids that `before` lacks."""
    known = {step.id: step for step in before.steps}
    steps = tuple(_moved(known[step.id], step, today) if step.id in known else step for step in after.steps)
    return msgspec.structs.replace(after, steps=steps)


def _moved(before: BookStep, after: BookStep, today: date) -> BookStep:
    """A place that it had for less than a day is not worth remembering: nothing went from there."""
    stood = before.stood
    if before.offset != after.offset and not any(last_on >= today for _, last_on in stood):
        stood = (*stood, (before.offset, today))[-MOST_REMEMBERED:]
    return msgspec.structs.replace(after, stood=stood)


def moves_a_step(before: BookSchedule, after: BookSchedule) -> bool:
    offsets = {step.id: step.offset for step in before.steps}
    return any(offsets.get(step.id, step.offset) != step.offset for step in after.steps)

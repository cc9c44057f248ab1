"""What went about an invoice, told as the marks that the ladder climbs by."""

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple, TypedDict

from app.chasing.book import Mark


class StepGone(NamedTuple):
    """A step that counts as done, and the day it went."""

    on: date
    offset: int


class History(TypedDict):
    mark: Mark | None
    before_mark: Mark | None
    offsets_gone: tuple[int, ...]


NEVER_REMINDED: Final = History(mark=None, before_mark=None, offsets_gone=())


def history_of(steps: Iterable[StepGone]) -> History:
    """The marks before and from the due date on; `times` counts the same step going in a row."""
    history = History(mark=None, before_mark=None, offsets_gone=())
    for step in sorted(steps):
        history["offsets_gone"] += (step.offset,)
        if step.offset < 0:
            history["before_mark"] = Mark(step.offset, step.on)
        else:
            history["mark"] = _after(history["mark"], step)
    return history


def _after(mark: Mark | None, step: StepGone) -> Mark:
    again = mark is not None and mark.offset == step.offset
    return Mark(step.offset, step.on, mark.times + 1 if mark is not None and again else 1)

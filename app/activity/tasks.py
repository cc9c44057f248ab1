"""Tasks in words: what opened them, and how a list of them is read."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

LONGEST_SENTENCE = 300


class TaskKind(StrEnum):
    """What asks for it; a colleague's own task has none of these."""

    FINISHED = "finished"
    PROMISE_BROKEN = "promise_broken"
    BROKEN_TWICE = "broken_twice"
    SECOND_PROMISE = "second_promise"
    TOLD_PAID_AGAIN = "told_paid_again"
    DISPUTE = "dispute"
    CREDIT_NOTE = "credit_note"
    REPLY = "reply"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    LEFT_COMPANY = "left_company"


ENDED_BY_PAYMENT = frozenset(
    {
        TaskKind.FINISHED,
        TaskKind.PROMISE_BROKEN,
        TaskKind.SECOND_PROMISE,
        TaskKind.TOLD_PAID_AGAIN,
        TaskKind.DISPUTE,
        TaskKind.CREDIT_NOTE,
    }
)
"""There is nothing left to do once nothing is outstanding."""


class TaskRow(Protocol):
    """What of a task a list shows."""

    @property
    def id(self) -> int: ...
    @property
    def key(self) -> str: ...
    @property
    def invoice_id(self) -> int | None: ...
    @property
    def sentence(self) -> str: ...
    @property
    def customer_id(self) -> int | None: ...
    @property
    def assigned_to(self) -> int | None: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def done_at(self) -> datetime | None: ...
    @property
    def done_by(self) -> str: ...


class TaskLine(Struct, frozen=True, kw_only=True):
    """A task as a list shows it; `assignee` is empty where anyone may do it. `url`: where it is done."""

    id: int
    sentence: str
    url: str
    customer: str
    assigned_to: int | None
    assignee: str
    due_on: date | None
    is_late: bool
    is_done: bool
    done_by: str


def lines(
    tasks: Iterable[TaskRow], today: date, customers: Mapping[int, str], members: Mapping[int, str]
) -> tuple[TaskLine, ...]:
    """A customer's name stands by itself only where the sentence does not say it."""
    return tuple(_line(task, today, customers, members) for task in tasks)


def _line(task: TaskRow, today: date, customers: Mapping[int, str], members: Mapping[int, str]) -> TaskLine:
    name = customers.get(task.customer_id or 0, "")
    return TaskLine(
        id=task.id,
        sentence=task.sentence,
        url=_url(task),
        customer="" if name in task.sentence else name,
        assigned_to=task.assigned_to,
        assignee=members.get(task.assigned_to or 0, ""),
        due_on=task.due_on,
        is_late=task.done_at is None and task.due_on is not None and task.due_on < today,
        is_done=task.done_at is not None,
        done_by=task.done_by,
    )


def _url(task: TaskRow) -> str:
    """The dispute, invoice or customer that it is about; empty for none of them."""
    about, _, number = task.key.partition(":")
    if about in (TaskKind.DISPUTE, TaskKind.CREDIT_NOTE):
        return f"/disputes/{number}"
    if task.invoice_id is not None:
        return f"/invoices/{task.invoice_id}"
    return f"/customers/{task.customer_id}" if task.customer_id is not None else ""


class TaskForm(Struct, frozen=True):
    sentence: str
    due_on: date | None
    assigned_to: int | None


def read_task(fields: Mapping[str, str], members: Iterable[int]) -> tuple[TaskForm, dict[str, str]]:
    """`members`: the ids of those who may be asked; an empty choice asks anyone."""
    sentence = " ".join(fields.get("sentence", "").split())[:LONGEST_SENTENCE]
    due_on, errors = read_due(fields.get("due_on", ""))
    asked, known = fields.get("assigned_to", ""), {str(each): each for each in members}
    if not sentence:
        errors["sentence"] = "Write what is to be done"
    if asked and asked not in known:
        errors["assigned_to"] = "Choose a colleague, or anyone"
    return TaskForm(sentence, due_on, known.get(asked)), errors


def read_due(text: str) -> tuple[date | None, dict[str, str]]:
    """An empty field is no date."""
    try:
        return (date.fromisoformat(text.strip()) if text.strip() else None), {}
    except ValueError:
        return None, {"due_on": "Write the date as year, month and day, for example 2026-12-04"}

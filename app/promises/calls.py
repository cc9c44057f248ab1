"""A call with a customer: how it went, what came of it, and how the timeline says so."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from app.activity.tasks import TaskForm, read_task
from app.promises.forms import LONGEST_NAME, LONGEST_TEXT, Errors, read_promised_on
from app.promises.words import listed
from components.format import day


class Call(StrEnum):
    """How a call went."""

    PROMISE = "promise"
    PAID = "paid"
    QUERY = "query"
    TALKED = "talked"
    MESSAGE = "message"
    NO_ANSWER = "no_answer"


LABELS: dict[Call, str] = {
    Call.PROMISE: "They will pay on a day",
    Call.PAID: "They say it is paid",
    Call.QUERY: "Something is wrong with an invoice",
    Call.TALKED: "We talked, nothing is settled",
    Call.MESSAGE: "I left a message",
    Call.NO_ANSWER: "Nobody answered",
}
ABOUT_INVOICES = frozenset({Call.PROMISE, Call.PAID})


class CallForm(Struct, frozen=True):
    """`follow_up`: what is to be done next, if anything is."""

    outcome: Call | None
    promised_on: date | None
    said_by: str
    note: str
    follow_up: TaskForm | None


def read_call(given: Mapping[str, str], today: date, members: Iterable[int]) -> tuple[CallForm, Errors]:
    """`members`: the ids of those who may be asked to follow it up. Of a query, its own form reads the rest."""
    errors: Errors = {}
    outcome = given.get("outcome", "")
    if outcome not in set(Call):
        errors["outcome"] = "Say how the call went"
    promised_on = None
    if outcome == Call.PROMISE:
        promised_on, wrong = read_promised_on(given, today)
        errors.update(wrong)
    follow_up = _follow_up(given, members, errors)
    said_by = " ".join(given.get("said_by", "").split())[:LONGEST_NAME]
    note = given.get("note", "").replace("\x00", "").strip()[:LONGEST_TEXT]
    return CallForm(Call(outcome) if outcome in set(Call) else None, promised_on, said_by, note, follow_up), errors


def _follow_up(given: Mapping[str, str], members: Iterable[int], errors: Errors) -> TaskForm | None:
    """None where nothing is asked: neither what is to be done nor a day."""
    if not given.get("sentence", "").strip() and not given.get("due_on", "").strip():
        return None
    form, wrong = read_task(given, members)
    errors.update(wrong)
    return form


def say_call(form: CallForm, numbers: Sequence[str], today: date) -> str:
    """As in "Maria Lopez promised to pay INV-1 and INV-2 on Fri 4 Dec", with the note below it."""
    who, about = form.said_by or "They", listed(numbers)
    spoke = f"Spoke to {form.said_by}" if form.said_by else "Spoke to them"
    sentences = {
        Call.PROMISE: f"{who} promised to pay {about} on {day(form.promised_on, today) if form.promised_on else ''}",
        Call.PAID: f"{form.said_by + ' says' if form.said_by else 'They say'} that {about} is paid",
        Call.QUERY: f"{who} queried {about}",
        Call.TALKED: f"{spoke}; nothing is settled",
        Call.MESSAGE: f"Left a message{' for ' + form.said_by if form.said_by else ''}",
        Call.NO_ANSWER: "Nobody answered",
    }
    assert form.outcome is not None
    return "\n".join(filter(None, (f"{sentences[form.outcome]}.", form.note)))

"""Reading the customer page's forms: each gives the form and, by field, what is wrong with it."""

import re
from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from app.customers.words import RecipientKind, Stop

Fields = Mapping[str, str]
Errors = dict[str, str]

LONGEST_PAUSE_DAYS = 365
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]]{1,64}@[^\s@<>(),;:\"\[\]]+\.[^\s@<>(),;:\"\[\].]{2,}")


class RecipientForm(Struct, frozen=True):
    email: str
    name: str
    kind: str


class PauseForm(Struct, frozen=True):
    until: str
    until_on: date | None = None


class StopForm(Struct, frozen=True):
    reason: str
    note: str


def read_recipient(fields: Fields) -> tuple[RecipientForm, Errors]:
    form = RecipientForm(_line(fields, "email", 255), _line(fields, "name", 255), fields.get("kind", RecipientKind.NORMAL))
    errors = {}
    if not _ADDRESS.fullmatch(form.email):
        errors["email"] = "Give an email address such as accounts@harbour.example"
    if form.kind not in set(RecipientKind):
        errors["kind"] = "Choose what is sent to this address"
    return form, errors


def read_kind(fields: Fields) -> RecipientKind | None:
    kind = fields.get("kind", "")
    return RecipientKind(kind) if kind in set(RecipientKind) else None


def read_pause(fields: Fields, today: date) -> tuple[PauseForm, Errors]:
    text = fields.get("until", "").strip()
    try:
        until_on = date.fromisoformat(text)
    except ValueError:
        return PauseForm(text), {"until": "Give the day on which chasing may begin again"}
    if until_on <= today:
        return PauseForm(text), {"until": "Give a day after today"}
    if (until_on - today).days > LONGEST_PAUSE_DAYS:
        return PauseForm(text), {"until": "A pause ends within a year; to stop for longer, stop chasing with a reason"}
    return PauseForm(text, until_on), {}


def read_stop(fields: Fields) -> tuple[StopForm, Errors]:
    form = StopForm(fields.get("reason", ""), _line(fields, "remark", 500))
    return form, {} if form.reason in set(Stop) else {"reason": "Choose why this customer is not chased"}


def read_note(fields: Fields) -> tuple[str, Errors]:
    text = fields.get("note", "").strip()[:4000]
    return text, {} if text else {"note": "Write the note first"}


def _line(fields: Fields, name: str, longest: int) -> str:
    return " ".join(fields.get(name, "").split())[:longest]

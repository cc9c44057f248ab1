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
    note: str = ""


class StopForm(Struct, frozen=True):
    """`until_on` is the first free day; None: until somebody ends it."""

    reason: str
    note: str
    until_on: date | None = None


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
    return PauseForm(text, until_on, _line(fields, "pause_note", 500)), {}


def read_stop(fields: Fields, today: date) -> tuple[StopForm, Errors]:
    until_on, errors = _stop_end(fields.get("stop_until", "").strip(), today)
    form = StopForm(fields.get("reason", ""), _line(fields, "remark", 500), until_on)
    if form.reason not in set(Stop):
        errors["reason"] = "Choose why this customer is not chased"
    elif form.reason == Stop.BREATHING_SPACE and until_on is None and not errors:
        errors["stop_until"] = "Breathing space has an end date: the notice names it"
    return form, errors


def _stop_end(text: str, today: date) -> tuple[date | None, Errors]:
    """An empty field is a stop without an end."""
    if not text:
        return None, {}
    try:
        until_on = date.fromisoformat(text)
    except ValueError:
        return None, {"stop_until": "Write the date as year, month and day, for example 2027-01-29"}
    return (until_on, {}) if until_on > today else (None, {"stop_until": "Give a day after today, or leave it empty"})


def read_note(fields: Fields) -> tuple[str, Errors]:
    text = fields.get("note", "").strip()[:4000]
    return text, {} if text else {"note": "Write the note first"}


def _line(fields: Fields, name: str, longest: int) -> str:
    return " ".join(fields.get(name, "").split())[:longest]


def is_address(text: str) -> bool:
    return _ADDRESS.fullmatch(text) is not None

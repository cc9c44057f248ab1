"""What the forms beside a reply ask. Errors are sentences by field."""

from collections.abc import Mapping
from datetime import date, timedelta

from app.promises.forms import Errors, read_day

LONGEST_ANSWER = 20_000
FURTHEST = timedelta(days=366)


def ticked(given: Mapping[str, str]) -> frozenset[int]:
    """The ids of the invoices whose box is ticked; boxes are named invoice-12."""
    names = (name.removeprefix("invoice-") for name in given if name.startswith("invoice-"))
    return frozenset(int(name) for name in names if name.isascii() and name.isdigit() and len(name) < 10)


def upto_of(given: Mapping[str, str], mail_id: int) -> int:
    """The newest reply that the page showed; at least the one it is about."""
    text = given.get("upto", "")
    return max(mail_id, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else mail_id


def read_snooze(given: Mapping[str, str], today: date) -> tuple[date | None, Errors]:
    on, errors = read_day(given, "until")
    if errors or on is None:
        return None, errors or {"until": "Give the day on which it comes back"}
    if not today < on <= today + FURTHEST:
        return None, {"until": "Give a day after today, within a year"}
    return on, {}


def read_answer(given: Mapping[str, str]) -> tuple[str, Errors]:
    text = given.get("answer", "").replace("\x00", "").strip()
    if not text:
        return "", {"answer": "Write your answer first"}
    if len(text) > LONGEST_ANSWER:
        return text, {"answer": f"Keep it under {LONGEST_ANSWER:,} characters"}
    return text, {}

"""The forms of chasing by hand, for one customer and for many."""

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct

from app.chasing.chase_now import Candidate, Choice

MOST_AT_ONCE = 100
"""Customers of one page: a person answers for each."""

Fields = Mapping[str, str]


class Asked(Struct, frozen=True, kw_only=True):
    """What a form says about any customer; ids of 0 were not given."""

    template_id: int
    sender_id: int
    counts_as_step: bool
    opened_at: datetime | None


def read_asked(fields: Fields) -> Asked:
    return Asked(
        template_id=whole(fields.get("template", "")),
        sender_id=whole(fields.get("sender", "")),
        counts_as_step=bool(fields.get("counts_as_step")),
        opened_at=_moment(fields.get("opened_at", "")),
    )


def ticked_invoices(fields: Fields) -> frozenset[int]:
    """The names of the boxes end in the invoice's id."""
    return frozenset(whole(name.removeprefix("invoice_")) for name in fields if name.startswith("invoice_"))


def overridden(fields: Fields, invoice_ids: Collection[int]) -> frozenset[str]:
    """The holds ticked away: the customer's by a box of their own, an invoice's by the box of the invoice itself, as far as
    the page showed them beside it."""
    own = {name.removeprefix("despite_") for name in fields if name.startswith("despite_")}
    codes = fields.get("shown_against", "").split()
    shown = {code for code in codes if any(f":{number}:" in code for number in invoice_ids)}
    return frozenset(own | shown)


def shown_against(candidate: Candidate) -> str:
    """What the page shows beside the invoices, for `overridden` to read again."""
    return " ".join(code for choice in candidate.choices for code in sorted(choice.codes))


def filled_for(template_id: int, chosen: Collection[Choice]) -> str:
    """Names what the words were filled in for: other invoices or another template need other words."""
    return " ".join(map(str, (template_id, *sorted(choice.invoice_id for choice in chosen))))


def ids_in(text: str) -> tuple[int, ...]:
    """Whole numbers between spaces or commas, each once, in order."""
    found = (whole(each) for each in text.replace(",", " ").split())
    return tuple(dict.fromkeys(number for number in found if number))


def whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None

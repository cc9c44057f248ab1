"""How a business wants its customers' page to look: what the form gives, and what is wrong with it."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
LONGEST_WORDS = 600

SHOWN = (
    ("shows_bank_details", "Bank details", "With the reference to give."),
    ("shows_paid", "Invoices paid in the last year", ""),
    ("takes_promises", "“I’ll pay on a date”", "Makes a promise; chasing waits for it."),
    ("takes_disputes", "“Something’s wrong”", "Opens a dispute; chasing of that part waits."),
)
"""What can be left out: the setting, its words, a hint."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """`accent` is "#rrggbb"; `greeting` stands above the invoices, `footer` below everything."""

    accent: str
    greeting: str
    footer: str
    shows_bank_details: bool
    shows_paid: bool
    takes_promises: bool
    takes_disputes: bool

    def settings(self) -> dict[str, Any]:
        """The columns of PortalSettings."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if name != "accent"}


def look_of(accent: str, settings: Any) -> Look:
    """From the organisation's colour and a PortalSettings row."""
    return Look(accent=accent, **{name: getattr(settings, name) for name in Look.__struct_fields__ if name != "accent"})


def read_look(given: Mapping[str, str]) -> tuple[Look, dict[str, str]]:
    """Errors are sentences by field; a colour that is none becomes black for the preview."""
    accent = given.get("accent", "").strip().lower()
    errors = dict[str, str]()
    if not _COLOUR.fullmatch(accent):
        accent, errors["accent"] = "#000000", "Give a colour such as #1d4ed8"
    look = Look(
        accent=accent,
        greeting=_words(given, "greeting", errors),
        footer=_words(given, "footer", errors),
        shows_bank_details=bool(given.get("shows_bank_details")),
        shows_paid=bool(given.get("shows_paid")),
        takes_promises=bool(given.get("takes_promises")),
        takes_disputes=bool(given.get("takes_disputes")),
    )
    return look, errors


def _words(given: Mapping[str, str], name: str, errors: dict[str, str]) -> str:
    text = "".join(c for c in given.get(name, "").replace("\r\n", "\n").strip() if c.isprintable() or c == "\n")
    if len(text) > LONGEST_WORDS:
        errors[name] = f"Keep it under {LONGEST_WORDS} characters; it has {len(text)}"
    return text

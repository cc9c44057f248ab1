"""How syncs are told: sentences for the progress bar and the sync page. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

TRIGGERS = {
    "first": "first sync",
    "daily": "daily sync",
    "asked": "asked for",
    "portal": "a customer opened the portal",
    "sending": "before sending",
    "webhook": "Xero said that something changed",
    "sweep": "weekly comparison",
    "reconnected": "after reconnecting",
}
ASIDE = "aside"
"""Under this name a run counts the records that it could not use."""

NAMES = {"contacts": ("contact", "contacts"), "invoices": ("invoice", "invoices"), "credits": ("credit", "credits")}

FLAWS = {
    "same-name": "Same name",
    "same-email": "Same email",
    "archived": "Archived, with open invoices",
    "unchaseable": "Something is missing",
}
"""The lists of contacts that need a hand in Xero, by the names of `contact_queries.Flaw`."""


class RunLine(msgspec.Struct, frozen=True):
    """One sync on the sync page."""

    id: int
    when: str
    why: str
    state: str
    outcome: str
    examples: tuple[str, ...]
    calls: int
    more: int = 0
    """Changes beside the examples."""


def progress_sentence(state: str, stage: str, read: int, expected: int, problem: str) -> str:
    if state == "failed":
        return problem or "The sync failed."
    if state == "done":
        return f"In step with Xero: {read:,} records read."
    return f"{stage}: {read:,} of {expected:,} records" if expected else f"{stage}…"


def outcome_of(trigger: str, state: str, changed: str, problem: str) -> str:
    """`changed`: JSON, how many of each."""
    if state != "done":
        return problem if state == "failed" else "under way"
    counts = msgspec.json.decode(changed, type=dict[str, int])
    aside = counts.pop(ASIDE, 0)
    said = [_counted(name, count) for name, count in counts.items() if count]
    verb = "brought over" if trigger == "first" else "changed:"
    parts = [f"{verb} {', '.join(said)}"] if said else []
    parts += [f"{aside:,} {'record' if aside == 1 else 'records'} could not be used"] if aside else []
    return "; ".join(parts) or "nothing had changed"


def could_not_use(label: str, reason: str) -> str:
    """`reason`: a sentence."""
    return f"{label or 'A record without a name'} could not be used: {reason[:1].lower()}{reason[1:]}"


def _counted(name: str, count: int) -> str:
    one, many = NAMES.get(name, (name, name))
    return f"{count:,} {one if count == 1 else many}"


def run_line(
    run_id: int, trigger: str, state: str, changed: str, examples: str, problem: str, calls: int,
    started_at: datetime | None, zone: str,
) -> RunLine:  # fmt: skip
    local = started_at.astimezone(ZoneInfo(zone)) if started_at else None
    told = tuple(msgspec.json.decode(examples, type=list[str]))
    return RunLine(
        run_id,
        f"{local:%a} {local.day} {local:%b, %H:%M}" if local else "",
        TRIGGERS.get(trigger, trigger),
        state,
        outcome_of(trigger, state, changed, problem),
        told,
        calls,
        max(0, sum(msgspec.json.decode(changed, type=dict[str, int]).values()) - len(told)) if told else 0,
    )

"""Which part of a timeline is shown."""

from enum import StrEnum

from msgspec import Struct

WRITTEN = (
    "email_sent", "email_failed", "email_unknown", "email_decided", "email_delayed", "reply", "reply_decided",
    "automatic_reply", "bounced", "complaint", "template_failed", "unsubscribed",
)  # fmt: skip
SAID = (
    "reply", "call", "promise", "promise_kept", "promise_broken", "promise_withdrawn", "told_paid", "told_paid_withdrawn",
    "dispute", "dispute_changed", "dispute_resolved", "dispute_reopened", "expected_date", "expected_date_refused",
    "portal_visit",
)  # fmt: skip
NOTED = ("note", "call", "task_done", "task_reopened")


class Showing(StrEnum):
    """A filter of the timeline; `changes` is whatever no other one shows."""

    ALL = "all"
    EMAILS = "emails"
    SAID = "said"
    NOTES = "notes"
    CHANGES = "changes"


LABELS: dict[Showing, str] = {
    Showing.ALL: "Everything",
    Showing.EMAILS: "Emails",
    Showing.SAID: "What they said",
    Showing.NOTES: "Notes and calls",
    Showing.CHANGES: "Changes",
}
KINDS: dict[Showing, tuple[str, ...]] = {Showing.EMAILS: WRITTEN, Showing.SAID: SAID, Showing.NOTES: NOTED}
EVERY_OTHER = tuple(sorted({*WRITTEN, *SAID, *NOTED}))


class Part(Struct, frozen=True):
    """What of a timeline is read: the kinds, and only what happened before the line of this id (0: from the newest)."""

    showing: Showing = Showing.ALL
    before: int = 0


def read_part(showing: str, before: str) -> Part:
    """As an address asks for it; what it does not know shows everything."""
    known = Showing(showing) if showing in set(Showing) else Showing.ALL
    return Part(known, int(before) if before.isascii() and before.isdigit() and len(before) < 10 else 0)

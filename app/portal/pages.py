"""What the customer's pages say, put together from what is known. No request, no database."""

from datetime import datetime

from app.portal.account import Account
from app.portal.forms import Answer

NOTHING_GIVEN = Answer(given={}, errors={})

CONFIRMATIONS: dict[str, tuple[str, str]] = {
    "promised": (
        "Thank you, we have noted your date",
        "We will not remind you of it before then. If something comes up, tell us here or reply to our email.",
    ),
    "told_paid": (
        "Thank you, we will look for it",
        "Once the money is in our books, the invoice disappears from your account by itself. "
        "If we cannot find it in five working days, we will ask you about it.",
    ),
    "disputed": (
        "Thank you for telling us",
        "A person has been told and will answer you. Until then we will not remind you of the part you queried.",
    ),
}
ONLY_ASKED = "A person has been told and will answer you, by email or by telephone."


def live_url(base: str, account: Account, is_preview: bool) -> str:
    """Where a page asks for fresher figures than its own; a preview does not ask."""
    return "" if is_preview else f"{base}/figures?since={stamp(account.as_of)}"


def stamp(instant: datetime | None) -> int:
    """Milliseconds, for comparing what a page shows with what is known."""
    return int(instant.timestamp() * 1000) if instant else 0


def confirmation(act: str, sentence: str) -> tuple[str, str]:
    """The heading and what happens next. A promise that only asks a person was not noted as a date."""
    if act == "promised" and "You will pay" not in sentence:
        return "Thank you, we have passed it on", ONLY_ASKED
    return CONFIRMATIONS[act]

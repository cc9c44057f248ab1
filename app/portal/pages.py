"""What the customer's pages say, put together from what is known. No request, no database."""

from datetime import datetime

from app.portal.account import Account
from app.portal.forms import Answer
from app.portal.tongue import Tongue, noted

NOTHING_GIVEN = Answer(given={}, errors={})

CONFIRMATIONS: dict[str, tuple[str, str]] = {
    "promised": (
        noted("Thank you, we have noted your date"),
        noted("We will not remind you of it before then. If something comes up, tell us here or reply to our email."),
    ),
    "asked_date": (
        noted("Thank you, we have passed it on"),
        noted("A person has been told and will answer you, by email or by telephone."),
    ),
    "told_paid": (
        noted("Thank you, we will look for it"),
        noted(
            "Once the money is in our books, the invoice disappears from your account by itself. "
            "If we cannot find it in five working days, we will ask you about it."
        ),
    ),
    "disputed": (
        noted("Thank you for telling us"),
        noted("A person has been told and will answer you. Until then we will not remind you of the part you queried."),
    ),
}


def live_url(base: str, account: Account, is_preview: bool) -> str:
    """Where a page asks for fresher figures than its own; a preview does not ask."""
    return "" if is_preview else f"{base}/figures?since={stamp(account.as_of)}"


def stamp(instant: datetime | None) -> int:
    """Milliseconds, for comparing what a page shows with what is known."""
    return int(instant.timestamp() * 1000) if instant else 0


def confirmation(act: str, say: Tongue) -> tuple[str, str]:
    """The heading and what happens next."""
    title, following = CONFIRMATIONS[act]
    return say(title), say(following)


def told(problem: str, say: Tongue) -> tuple[str, str]:
    """What went wrong as a heading and an advice."""
    title, _, advice = say(problem).partition(". ")
    return title.rstrip("."), advice

"""Steps as people say them."""

from app.schedules.book import BookStep, RecipientKind

PEOPLE: dict[RecipientKind, str] = {
    "normal": "normal recipients",
    "escalated": "escalated recipients",
    "copy": "copy recipients",
}


def say_days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def say_offset(offset: int) -> str:
    """As "3 days before the due date", "on the due date", "14 days after the due date"."""
    if offset == 0:
        return "on the due date"
    return f"{say_days(abs(offset))} {'before' if offset < 0 else 'after'} the due date"


def say_shortly(offset: int) -> str:
    """As "3 days before", "on the day", "14 days after"."""
    return "on the day" if offset == 0 else say_offset(offset).removesuffix(" the due date")


def say_recipients(step: BookStep) -> str:
    """As "normal recipients, copies to escalated and copy recipients"."""
    to, *copies = step.recipient_kinds or ("normal",)
    copied = " and ".join(PEOPLE[kind].removesuffix(" recipients") for kind in copies if kind in PEOPLE)
    return PEOPLE.get(to, to) + (f", copies to {copied} recipients" if copied else "")


def say_papers(step: BookStep) -> str:
    """What goes with it, as "invoice PDFs, statement, portal link"; "nothing" where nothing does."""
    papers = (("invoice PDFs", step.attach_invoices), ("statement", step.attach_statement), ("portal link", step.link_portal))
    return ", ".join(words for words, goes in papers if goes) or "nothing"

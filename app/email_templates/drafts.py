"""A template as the form has it: read, and checked before it is kept."""

from collections.abc import Collection, Mapping

from msgspec import Struct

from app.email_templates.languages import CODES
from app.email_templates.notes import stopping
from app.email_templates.rich_reading import from_editor, is_too_long

LONGEST_NAME, LONGEST_SUBJECT = 120, 500


class Papers(Struct, frozen=True):
    """What goes with an email: a new step that uses the text begins with these."""

    invoices: bool = True
    statement: bool = False
    portal: bool = True


class Draft(Struct, frozen=True, kw_only=True):
    """`stamp` is the number of the version that was opened; 0: it is new, or new in this language."""

    name: str = ""
    language: str = ""
    subject: str = ""
    body: str = ""
    stamp: int = 0
    papers: Papers | None = None
    """None where the form does not ask: they are the same in every language."""
    is_cut: bool = False
    """The editor sent more than is read."""


def read_draft(data: Mapping[str, str]) -> Draft:
    """From the editor where it was used, else from the plain fields."""
    subject = from_editor(data["rich_subject"]) if "rich_subject" in data else data.get("subject", "")
    body = from_editor(data["rich_body"]) if "rich_body" in data else data.get("body", "")
    language, stamp = data.get("language", ""), data.get("stamp", "")
    return Draft(
        name=" ".join(data.get("name", "").split())[: LONGEST_NAME + 1],
        language=language if language in CODES else "",
        subject=" ".join(subject.split()),
        body=body.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n",
        is_cut=any(is_too_long(data.get(name, "")) for name in ("rich_subject", "rich_body")),
        papers=_papers(data) if "papers" in data else None,
        stamp=int(stamp) if stamp.isdecimal() and len(stamp) < 10 else 0,
    )


def _papers(data: Mapping[str, str]) -> Papers:
    return Papers(bool(data.get("invoices")), bool(data.get("statement")), bool(data.get("portal")))


def errors_in(draft: Draft, other_names: Collection[str]) -> dict[str, str]:
    """Field name → what to do; empty: it can be kept."""
    found: dict[str, str] = {}
    if not draft.name:
        found["name"] = "Give the template a name"
    elif len(draft.name) > LONGEST_NAME:
        found["name"] = f"A name has {LONGEST_NAME} characters at most"
    elif draft.name.casefold() in {name.casefold() for name in other_names}:
        found["name"] = "Another template has this name already: choose another"
    if draft.is_cut:
        found["body"] = "The text is too long; only its beginning stands here. Open the template again and write less"
    if len(draft.subject) > LONGEST_SUBJECT:
        found["subject"] = f"A subject has {LONGEST_SUBJECT} characters at most"
    for note in stopping(draft.subject, draft.body):
        place = f"Line {note.line}: " if note.line else ""
        found.setdefault("body" if note.line else "subject", f"{place}{note.sentence}")
    return found

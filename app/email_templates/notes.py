"""What is to be said about a template while it is written: what stops it, what may go wrong, and where it stands."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from app.email_templates.language import Bold, Italic, Line, LinkTo, Node, Plain, Value, parse
from app.email_templates.placeholders import BY_NAME
from app.email_templates.rendering import Facts, blanks

_OF_THE_PORTAL = frozenset({"portal_link", "statement_link", "promise_link", "dispute_link"})
"""Blank together: the customer has a page, or has none."""
_OF_CREDIT = frozenset({"unallocated_credit", "net_overdue"})


class Note(Struct, frozen=True):
    """`line` counts from one, 0 is the subject; `stops`: no email can be written as long as it stands so."""

    sentence: str
    line: int
    excerpt: str
    stops: bool

    @property
    def where(self) -> str:
        return f"line {self.line}" if self.line else "subject"


def notes_on(subject: str, body: str, facts: Facts | None = None, purpose: str = "reminder") -> tuple[Note, ...]:
    """With `facts`, also what this customer lacks. What stops comes first."""
    found = [*_of(subject, facts, first=0, grows=0), *_of(body, facts, first=1, grows=1)]
    if purpose == "thank_you":
        found = [note for note in found if note.stops or not note.sentence.startswith("amount_paid ")]
    if not subject.strip():
        found.append(Note("The subject is empty.", 0, "", stops=True))
    if not body.strip():
        found.append(Note("The text is empty.", 1, "", stops=True))
    return tuple(sorted(dict.fromkeys(found), key=lambda note: (not note.stops, note.line)))


def stopping(subject: str, body: str) -> tuple[Note, ...]:
    """What no template is saved with."""
    return tuple(note for note in notes_on(subject, body) if note.stops)


def _of(source: str, facts: Facts | None, first: int, grows: int) -> Iterator[Note]:
    whole = parse(source)
    if not whole.lines and whole.faults:
        yield from (Note(fault.sentence, first, "", stops=True) for fault in whole.faults)
        return
    for number, (text, line) in enumerate(zip(source.replace("\r\n", "\n").split("\n"), whole.lines, strict=False)):
        place, excerpt = first + number * grows, _shortened(text)
        faults = parse(text).faults
        yield from (Note(fault.sentence, place, excerpt, stops=True) for fault in faults)
        lacking = blanks(line, facts) if facts is not None and not faults else ()
        yield from (Note(f"For this customer {_lower(fault.sentence)}", place, excerpt, stops=False) for fault in lacking)
        if not lacking:
            yield from (Note(sentence, place, excerpt, stops=False) for sentence in _doubts(line))


def _doubts(line: Line) -> Iterator[str]:
    guarded = {name for condition in line.conditions if condition.test == "present" for name in _with(condition.name)}
    for node in _all(line.nodes):
        name = node.name if isinstance(node, Value) and node.fallback is None else ""
        if name and BY_NAME[name].may_be_blank and name not in guarded:
            yield (
                f"{name} is blank for some customers, and their email is held then. Give it a fallback, or begin the line "
                f"with {{{{ if {name} }}}}."
            )
        if isinstance(node, Plain) and ("**" in node.text or "](" in node.text):
            yield "Signs without their partner: they would stand in the email as they are."


def _with(name: str) -> frozenset[str]:
    groups = (group for group in (_OF_THE_PORTAL, _OF_CREDIT) if name in group)
    return next(groups, frozenset({name}))


def _all(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        match node:
            case Bold() | Italic():
                yield from _all(node.children)
            case LinkTo():
                yield from _all((*node.children, node.target))
            case _:
                pass


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57].rstrip()}…"


def _lower(sentence: str) -> str:
    return sentence if sentence[1:2].isupper() or "_" in sentence.split(" ")[0] else sentence[:1].lower() + sentence[1:]

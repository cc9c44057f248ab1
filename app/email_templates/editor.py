"""What the editor of a template shows beside the text: the email itself, what is to be said about it, what can be inserted."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from app.email_templates.drafts import Draft
from app.email_templates.notes import Note, notes_on
from app.email_templates.placeholders import PLACEHOLDERS, Placeholder
from app.email_templates.rendering import Block, Fact, Facts, Link, Rendered, Unrenderable, is_blank, render
from app.email_templates.rich import chip_words

MOST_SHOWN: Final = 80
"""Characters of a value that a chip shows."""


class Told(Struct, frozen=True, kw_only=True):
    """`written` is None where it cannot be written for this customer; `failure` says why."""

    whose: str
    written: Rendered | None
    failure: str
    notes: tuple[Note, ...]
    facts: Facts

    @property
    def values(self) -> dict[str, str]:
        """What stands behind each placeholder, as its chip shows it."""
        return present_values(self.facts)


class Insert(Struct, frozen=True):
    """Something that can be put into the text, and what it stands for now."""

    source: str
    words: str
    meaning: str
    value: str


def told(draft: Draft, purpose: str, facts: Facts, whose: str) -> Told:
    written = render(draft.subject, draft.body, facts)
    failed = isinstance(written, Unrenderable)
    return Told(
        whose=whose,
        written=None if isinstance(written, Unrenderable) else written,
        failure=written.sentence if isinstance(written, Unrenderable) else "",
        notes=notes_on(draft.subject, draft.body, facts, purpose) if failed or draft.body.strip() else (),
        facts=facts,
    )


def present_values(facts: Facts) -> dict[str, str]:
    return {name: _shown(fact) for name, fact in facts.items()}


def picker(values: Mapping[str, str]) -> tuple[tuple[str, tuple[Insert, ...]], ...]:
    """Everything that can be inserted, in groups."""
    can_be_blank = [each for each in PLACEHOLDERS if each.may_be_blank]
    counts = [each for each in PLACEHOLDERS if each.is_count]
    by_number = [_line(each, values, test) for each in counts for test in ("if one", "if many")]
    return (
        ("Placeholders", tuple(_insert(each, values) for each in PLACEHOLDERS)),
        ("Singular or plural", tuple(_counted(each, values) for each in counts)),
        ("A line only where there is something", tuple(_line(each, values, "if") for each in can_be_blank)),
        ("A line only where there is nothing", tuple(_line(each, values, "if not") for each in can_be_blank)),
        ("A line for one, a line for several", tuple(by_number)),
    )


def _insert(each: Placeholder, values: Mapping[str, str]) -> Insert:
    return Insert(f"{{{{ {each.name} }}}}", _words(each), each.meaning, values.get(each.name, each.example))


def _counted(each: Placeholder, values: Mapping[str, str]) -> Insert:
    one, many = ("this invoice", "these # invoices") if each.name.endswith("_count") else ("one day", "# days")
    if each.name == "reminder_number":
        one, many = "first", "#."
    source = f"{{{{ {each.name}: {one} | {many} }}}}"
    return Insert(source, f"{_words(each)}: {one} / {many}", each.meaning, values.get(each.name, ""))


def _line(each: Placeholder, values: Mapping[str, str], test: str) -> Insert:
    source = f"{{{{ {test} {each.name} }}}}"
    return Insert(source, chip_words(source), "At the beginning of a line.", values.get(each.name, ""))


def _words(each: Placeholder) -> str:
    return each.name.replace("_", " ")


def _shown(fact: Fact) -> str:
    if is_blank(fact):
        return "blank for this customer"
    match fact:
        case Block():
            words = " ".join(fact.text.split())
        case Link():
            words = fact.url
        case _:
            words = str(fact)
    return words if len(words) <= MOST_SHOWN else f"{words[: MOST_SHOWN - 1]}…"

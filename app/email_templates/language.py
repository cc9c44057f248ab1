"""The small language of templates: parsed, never run. What it cannot say is plain text.

**bold**, __italic__, [words](https://… or a link placeholder) and the placeholders described in placeholders.py; lines that
begin with `- `, or with `1. `, `2. ` and so on, are a list; a blank line ends a paragraph. The time to parse grows with the
length alone, and that is limited.
"""

import re
from functools import lru_cache
from html import escape
from typing import Literal

from msgspec import Struct

from app.email_templates.placeholders import BY_NAME

LONGEST = 20_000
LONGEST_LINE = 2_000

Test = Literal["present", "absent", "one", "many"]
Item = Literal["", "bullet", "number"]


class Plain(Struct, frozen=True):
    text: str
    html: str


class Value(Struct, frozen=True):
    name: str
    fallback: str | None


class Counted(Struct, frozen=True):
    name: str
    one: str
    many: str


class Bold(Struct, frozen=True):
    children: "tuple[Node, ...]"


class Italic(Struct, frozen=True):
    children: "tuple[Node, ...]"


class LinkTo(Struct, frozen=True):
    children: "tuple[Node, ...]"
    target: Plain | Value


Node = Plain | Value | Counted | Bold | Italic | LinkTo


class Condition(Struct, frozen=True):
    name: str
    test: Test


class Line(Struct, frozen=True):
    """`item`: it is one of a list."""

    conditions: tuple[Condition, ...]
    nodes: tuple[Node, ...]
    item: Item = ""


_EMPTY = Line((), ())


class Fault(Struct, frozen=True):
    """What is wrong with a template, in a sentence."""

    sentence: str


class UnknownPlaceholder(Fault, frozen=True):
    name: str = ""


class Malformed(Fault, frozen=True):
    pass


class Blank(Fault, frozen=True):
    """Nothing stands behind the placeholder for this customer, and it has no fallback."""

    name: str = ""


class Parsed(Struct, frozen=True):
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


PIECE = re.compile(
    r"\[(?P<label>[^\[\]\n]{1,300})\]\((?P<target>\{\{[^{}\n]{1,100}\}\}|(?:https?://|mailto:)[^\s()]{1,500})\)"
    r"|\*\*(?P<bold>(?:[^*\n]|\*(?!\*)){1,1000})\*\*"
    r"|(?<!\w)__(?=\S)(?P<italic>(?:[^_\n]|_(?!_)){1,1000})(?<=\S)__(?!\w)"
    r"|\{\{(?P<inside>[^{}\n]{0,500})\}\}"
)
CONDITION = re.compile(r"\{\{\s{0,9}if\s{1,9}(?:(not|one|many)\s{1,9})?([a-z_]{1,40})\s{0,9}\}\}\s{0,9}")
ITEM = re.compile(r"(?:-|(?P<number>[1-9]\d?)\.) (?=\S)")
_NAME = re.compile(r"[a-z_]{1,40}")
_ENDS = {"endif", "end", "else", "end if"}
_MISPLACED = "A condition stands at the beginning of its line and ends with it."
_TESTS: dict[str | None, Test] = {None: "present", "not": "absent", "one": "one", "many": "many"}


@lru_cache(maxsize=512)
def parse(source: str) -> Parsed:
    """Lines with their nodes, and everything that is wrong whoever the customer is."""
    if len(source) > LONGEST:
        return Parsed((), (Malformed(f"The text is longer than {LONGEST:,} characters."),))
    reader = _Reader()
    lines = tuple(reader.line(line) for line in source.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return Parsed(lines, tuple(dict.fromkeys(reader.faults)))


class _Reader:
    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.counted = 0

    def line(self, text: str) -> Line:
        if not text:
            self.counted = 0
            return _EMPTY
        if len(text) > LONGEST_LINE:
            self.faults.append(Malformed(f"A line is longer than {LONGEST_LINE:,} characters; begin a new one."))
            return Line((), ())
        conditions = list[Condition]()
        while found := CONDITION.match(text):
            conditions.append(self._condition(found))
            text = text[found.end() :]
        item, text = self.item(text)
        return Line(tuple(conditions), self.nodes(text), item)

    def item(self, text: str) -> tuple[Item, str]:
        """Numbers count from one, each line one on: anything else that begins with a number is words."""
        found = ITEM.match(text)
        number = int(found["number"] or 0) if found else 0
        self.counted = number if number == self.counted + 1 else 0
        if not found or (number and not self.counted):
            return "", text
        return ("number" if number else "bullet"), text[found.end() :]

    def nodes(self, text: str) -> tuple[Node, ...]:
        found, at = list[Node](), 0
        for piece in PIECE.finditer(text):
            if piece.start() > at:
                found.append(self._plain(text[at : piece.start()]))
            found.append(self._piece(piece))
            at = piece.end()
        if at < len(text):
            found.append(self._plain(text[at:]))
        return tuple(found)

    def _piece(self, piece: re.Match[str]) -> Node:
        if piece["bold"] is not None:
            return Bold(self.nodes(piece["bold"]))
        if piece["italic"] is not None:
            return Italic(self.nodes(piece["italic"]))
        if piece["label"] is not None:
            return LinkTo(self.nodes(piece["label"]), self._target(piece["target"]))
        return self._placeholder(piece["inside"])

    def _target(self, text: str) -> Plain | Value:
        if not text.startswith("{{"):
            return Plain(text, escape(text))
        node = self._placeholder(text[2:-2])
        return node if isinstance(node, Value | Plain) else self._refuse("A link needs an address, not a number.")

    def _placeholder(self, inside: str) -> Plain | Value | Counted:
        name, _, fallback = inside.partition("|")
        if ":" in name:
            return self._counted(inside)
        if not self._is_known(name.strip()):
            return Plain("", "")
        return Value(name.strip(), fallback.strip() if "|" in inside else None)

    def _counted(self, inside: str) -> Plain | Counted:
        name, _, words = inside.partition(":")
        one, bar, many = words.partition("|")
        name = name.strip()
        if not self._is_known(name):
            return Plain("", "")
        if not bar or not BY_NAME[name].is_count:
            return self._refuse(f"“{inside.strip()}” needs a number before the colon and two wordings: one | many.")
        return Counted(name, one.strip(), many.strip())

    def _condition(self, found: re.Match[str]) -> Condition:
        test, name = _TESTS[found[1]], found[2]
        if self._is_known(name) and test in ("one", "many") and not BY_NAME[name].is_count:
            self._refuse(f"“if {test} {name}” needs a number.")
        return Condition(name, test)

    def _is_known(self, name: str) -> bool:
        if name in BY_NAME:
            return True
        if name.startswith("if ") or name in _ENDS:
            self._refuse(_MISPLACED if name not in _ENDS else f"A condition ends with its line: leave “{name}” out.")
            return False
        shown = name if _NAME.fullmatch(name) else name[:60]
        self.faults.append(UnknownPlaceholder(f"There is no placeholder “{shown}”.", shown))
        return False

    def _plain(self, text: str) -> Plain:
        if "{{" in text or "}}" in text:
            self._refuse(f"Two braces without their partner, or nested: “{text.strip()[:60]}”.")
        return Plain(text, escape(text))

    def _refuse(self, sentence: str) -> Plain:
        self.faults.append(Malformed(sentence))
        return Plain("", "")

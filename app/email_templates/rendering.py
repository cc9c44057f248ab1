"""A template and a customer's facts become a subject, a text and an HTML that looks typed by hand."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

from msgspec import Struct

from app.email_templates.cleaning import clean
from app.email_templates.language import (
    Blank,
    Bold,
    Condition,
    Counted,
    Fault,
    Italic,
    Item,
    Line,
    LinkTo,
    Node,
    Plain,
    Value,
    parse,
)


class Block(Struct, frozen=True):
    """A value that has a form of its own: a table, a signature. `html` is ours, or cleaned."""

    text: str
    html: str


class Link(Struct, frozen=True):
    """An address; in HTML it is shown as itself unless the template gives it words."""

    url: str


Fact = str | int | Block | Link | None
Facts = Mapping[str, Fact]


class Rendered(Struct, frozen=True):
    subject: str
    text: str
    html: str


class Unrenderable(Struct, frozen=True):
    """Why this template cannot be written for this customer; `sentence` is for the user."""

    faults: tuple[Fault, ...]

    @property
    def sentence(self) -> str:
        return " ".join(fault.sentence for fault in self.faults)


def render(template_subject: str, template_body: str, facts: Facts) -> Rendered | Unrenderable:
    """Never raises for what a user wrote or a customer lacks."""
    subject, body = parse(template_subject), parse(template_body)
    writer = _Writer(facts)
    heading = " ".join(writer.both(line.nodes)[0] for line in subject.lines if writer.stays(line.conditions))
    text, html = writer.paragraphs(body.lines)
    faults = (*subject.faults, *body.faults, *dict.fromkeys(writer.faults))
    if not faults and not heading.strip():
        faults = (Blank("The subject is empty.", "subject"),)
    return Unrenderable(faults) if faults else Rendered(" ".join(heading.split()), text, clean(html))


def check(template_subject: str, template_body: str) -> tuple[Fault, ...]:
    """What is wrong with a template whoever the customer is."""
    return (*parse(template_subject).faults, *parse(template_body).faults)


def blanks(line: Line, facts: Facts) -> tuple[Fault, ...]:
    """What this line lacks for this customer; nothing where the line is left out."""
    writer = _Writer(facts)
    if writer.stays(line.conditions):
        writer.both(line.nodes)
    return tuple(dict.fromkeys(writer.faults))


_OUTER = '<div style="font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:1.5">'
_PARAGRAPH = '<p style="margin:0 0 14px">'
_LIST = 'style="margin:0 0 14px;padding-left:24px"'


class _Page:
    """Lines gathered into paragraphs and lists; a table or signature stands between them."""

    def __init__(self) -> None:
        self._parts = [_OUTER]
        self._gathered: list[str] = []
        self._kind: Item = ""

    def add(self, plain: str, rich: str, item: Item) -> int:
        """The place of the line in its numbered list, counted from one."""
        if item != self._kind:
            self._end()
            self._kind = item
        if rich.startswith(("<table", "<div")) and not item:
            self._end()
            self._parts.append(rich)
        elif plain.strip():
            self._gathered.append(rich)
        else:
            self._end()
        return len(self._gathered)

    def html(self) -> str:
        self._end()
        return "\n".join([*self._parts, "</div>"])

    def _end(self) -> None:
        if self._gathered and self._kind:
            tag = "ul" if self._kind == "bullet" else "ol"
            self._parts.append(f"<{tag} {_LIST}>{''.join(f'<li>{each}</li>' for each in self._gathered)}</{tag}>")
        elif self._gathered:
            self._parts.append(f"{_PARAGRAPH}{'<br>'.join(self._gathered)}</p>")
        self._gathered = []


class _Writer:
    """Writes text and HTML side by side from the same nodes, so that they say the same."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.faults: list[Fault] = []

    def paragraphs(self, lines: Sequence[Line]) -> tuple[str, str]:
        text, page = list[str](), _Page()
        for line in lines:
            if not self.stays(line.conditions):
                continue
            plain, rich = self.both(line.nodes)
            if not plain.strip() and _has_placeholder(line):
                continue
            place = page.add(plain, rich, line.item)
            if plain.strip() or (text and text[-1]):
                text.append(f"{MARKS[line.item].format(place)}{plain.rstrip()}")
        return "\n".join(text).strip() + "\n", page.html()

    def stays(self, conditions: Sequence[Condition]) -> bool:
        return holds(conditions, self.facts)

    def both(self, nodes: Sequence[Node]) -> tuple[str, str]:
        pairs = [self._node(node) for node in nodes]
        return "".join(text for text, _ in pairs), "".join(html for _, html in pairs)

    def _node(self, node: Node) -> tuple[str, str]:
        match node:
            case Plain():
                return node.text, node.html
            case Value():
                return self._value(node)
            case Counted():
                number = self._number(node.name)
                words = (node.one if number == 1 else node.many).replace("#", str(number))
                return words, escape(words)
            case Bold():
                text, html = self.both(node.children)
                return text, f"<b>{html}</b>"
            case Italic():
                text, html = self.both(node.children)
                return text, f"<i>{html}</i>"
            case LinkTo():
                return self._link(node)

    def _value(self, node: Value) -> tuple[str, str]:
        fact = self.facts.get(node.name)
        if is_blank(fact):
            return self._blank(node)
        match fact:
            case Block():
                return fact.text, fact.html
            case Link():
                return fact.url, f'<a href="{escape(fact.url)}">{escape(fact.url)}</a>'
        words = str(fact)
        return words, escape(words).replace("\n", "<br>")

    def _blank(self, node: Value) -> tuple[str, str]:
        if node.fallback is None:
            self.faults.append(Blank(f"{node.name} is blank and has no fallback.", node.name))
        words = node.fallback or ""
        return words, escape(words)

    def _number(self, name: str) -> int:
        fact = self.facts.get(name)
        if isinstance(fact, int):
            return fact
        self.faults.append(Blank(f"{name} is blank and has no fallback.", name))
        return 0

    def _link(self, node: LinkTo) -> tuple[str, str]:
        text, html = self.both(node.children)
        if isinstance(node.target, Plain):
            url = node.target.text
        else:
            fact = self.facts.get(node.target.name)
            url = fact.url if isinstance(fact, Link) else str(fact or node.target.fallback or "")
        if not url.startswith(("https://", "http://", "mailto:")):
            self.faults.append(Blank(f"The link “{text}” leads nowhere.", text))
            return "", ""
        return f"{text} ({url.removeprefix('mailto:')})", f'<a href="{escape(url)}">{html}</a>'


MARKS: dict[Item, str] = {"": "", "bullet": "- ", "number": "{}. "}


def _has_placeholder(line: Line) -> bool:
    return not all(isinstance(node, Plain) for node in line.nodes)


def holds(conditions: Sequence[Condition], facts: Facts) -> bool:
    """Whether a line under these conditions stays."""
    return all(_TESTS[condition.test](facts.get(condition.name)) for condition in conditions)


def is_blank(fact: Fact) -> bool:
    """Whether nothing stands behind it; a number always says something."""
    match fact:
        case None:
            return True
        case int():
            return False
        case Link():
            return not fact.url
        case Block():
            return not fact.text.strip()
    return not fact.strip()


_TESTS: dict[str, Callable[[Fact], bool]] = {
    "present": lambda fact: not is_blank(fact),
    "absent": is_blank,
    "one": lambda fact: fact == 1,
    "many": lambda fact: isinstance(fact, int) and fact > 1,
}

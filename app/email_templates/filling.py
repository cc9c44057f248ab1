"""A template with one customer's facts filled in, as text that a person can go on writing.

What reads as words is words: names, numbers, dates, amounts. What has a form of its own, a table, the signature, a link,
stays a placeholder, so that it is made anew when the letter leaves and nobody sees, or can give away, what stands behind it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.email_templates.language import Bold, Counted, Italic, Line, LinkTo, Node, Plain, Value, parse
from app.email_templates.rendering import MARKS, Block, Facts, Link, holds, is_blank

MEANT_AS_WORDS = (("{{", "{ {"), ("}}", "} }"), ("**", "* *"), ("__", "_ _"), ("](", "] ("))
"""A fact is words, whatever is in it: what the language would read as its own is taken apart."""


class Filled(NamedTuple):
    """Both in the language of templates: `render` makes the letter of them."""

    subject: str
    body: str


def fill(template_subject: str, template_body: str, facts: Facts) -> Filled:
    """Blank facts without a fallback are left as placeholders: `render` says what is wrong with them."""
    subject = " ".join(" ".join(_lines(parse(template_subject).lines, facts)).split())
    return Filled(subject, "\n".join(_lines(parse(template_body).lines, facts)).strip() + "\n")


def _lines(lines: Sequence[Line], facts: Facts) -> list[str]:
    """Those that stay; of lines that came out empty, none but the ones between paragraphs."""
    found, numbered = list[str](), 0
    for line in lines:
        if not holds(line.conditions, facts):
            continue
        text = "".join(_node(node, facts) for node in line.nodes).rstrip()
        if text or (_is_empty(line) and found and found[-1]):
            numbered = numbered + 1 if line.item == "number" else 0
            found.append(MARKS[line.item].format(numbered) + text)
    return found


def _is_empty(line: Line) -> bool:
    return all(isinstance(node, Plain) and not node.text.strip() for node in line.nodes)


def _node(node: Node, facts: Facts) -> str:
    match node:
        case Plain():
            return node.text
        case Value():
            return _value(node, facts)
        case Counted():
            return _counted(node, facts)
        case Bold():
            return f"**{''.join(_node(child, facts) for child in node.children)}**"
        case Italic():
            return f"__{''.join(_node(child, facts) for child in node.children)}__"
        case LinkTo():
            label = "".join(_node(child, facts) for child in node.children)
            target = node.target.text if isinstance(node.target, Plain) else _placeholder(node.target)
            return f"[{label}]({target})"


def _value(node: Value, facts: Facts) -> str:
    fact = facts.get(node.name)
    if is_blank(fact):
        return _placeholder(node) if node.fallback is None else node.fallback
    return _placeholder(node) if isinstance(fact, Block | Link) else _words(str(fact))


def _counted(node: Counted, facts: Mapping[str, object]) -> str:
    number = facts.get(node.name)
    words = node.one if number == 1 else node.many
    return words.replace("#", str(number)) if isinstance(number, int) else ""


def _placeholder(node: Value) -> str:
    return "{{ " + node.name + (f" | {node.fallback}" if node.fallback is not None else "") + " }}"


def _words(text: str) -> str:
    for sign, apart in MEANT_AS_WORDS:
        text = text.replace(sign, apart)
    return text

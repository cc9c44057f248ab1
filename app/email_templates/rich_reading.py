"""What the editor sends, read back into the text of a template. Whatever it is, only text comes of it."""

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Final

import msgspec

from app.email_templates.language import CONDITION, Item
from app.email_templates.rich import NO_BREAK, Run

LONGEST_HTML: Final = 300_000
MOST_TAGS: Final = 5_000
_READ_ANYWAY = 20_000
"""Characters of what is too long that are read, so that the rest is said about something."""
_PLACEHOLDER = re.compile(r"\{\{[^{}\n]{0,500}\}\}")
_BLOCKS = {"div", "p", "h1", "h2", "h3", "blockquote", "pre", "li", "ul", "ol"}
_BOLD, _ITALIC = {"strong", "b"}, {"em", "i"}
_SILENT = {"script", "style", "template", "title", "figcaption"}
_ADDRESS = re.compile(r"\{\{[^{}\n]{1,100}\}\}|(?:https?://|mailto:)[^\s()]{1,500}")


def is_too_long(html: str) -> bool:
    """More than anybody writes: only its beginning is read."""
    return len(html) > LONGEST_HTML or html.count("<") > MOST_TAGS


def from_editor(html: str) -> str:
    """The text, a line for each line of the editor."""
    reader = _Reader()
    reader.feed(html[:_READ_ANYWAY] if is_too_long(html) else html)
    reader.close()
    reader.end_block()
    lines, number = list[str](), 0
    for item, runs in reader.lines:
        if item and not runs:
            continue
        number = number + 1 if item == "number" else 0
        lines.append(_line(item, number, runs))
    return "\n".join(lines).strip("\n") + "\n"


class _Reader(HTMLParser):
    """Gathers lines of runs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[Item, list[Run]]] = []
        self._line: list[Run] = []
        self._broken = False
        self._lists: list[Item] = []
        self._in_block = False
        self._bold = self._italic = self._silent = self._chip = 0
        self._hrefs: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attributes}
        if tag == "figure" and "data-trix-attachment" in facts:
            self._add_chip(facts["data-trix-attachment"])
            self._chip += 1
        elif self._chip:
            self._chip += tag == "figure"
        elif tag == "br":
            self._break()
        elif tag in _BLOCKS:
            self._begin_block(tag)
        elif tag == "a":
            self._hrefs.append(facts.get("href", ""))
        else:
            self._mark(tag, 1)

    def handle_endtag(self, tag: str) -> None:
        if self._chip:
            self._chip -= tag == "figure"
        elif tag in _BLOCKS:
            self.end_block()
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()
        elif tag == "a":
            self._hrefs = self._hrefs[:-1]
        else:
            self._mark(tag, -1)

    def handle_data(self, data: str) -> None:
        words = data.replace(NO_BREAK, " ").replace("\r", " ").replace("\n", " ")
        if self._chip or self._silent or (not words.strip() and not self._in_block):
            return
        self._add(Run(words, href=self._href()))

    def end_block(self) -> None:
        """An open line ends with its block; so does the empty one that a block consists of."""
        if self._line or self._broken or self._in_block:
            is_held_open = self._broken and not self._line
            if not is_held_open:
                self._end_line()
        self._broken = self._in_block = False

    def _begin_block(self, tag: str) -> None:
        if self._line or self._broken:
            self.end_block()
        if tag in {"ul", "ol"}:
            self._lists.append("bullet" if tag == "ul" else "number")
        self._in_block = tag not in {"ul", "ol"}

    def _break(self) -> None:
        if self._chip or self._silent:
            return
        if self._lists:
            self._add(Run(" "))
            return
        self._end_line()
        self._broken = True

    def _end_line(self) -> None:
        self.lines.append((self._lists[-1] if self._lists else "", self._line))
        self._line = []

    def _mark(self, tag: str, by: int) -> None:
        if tag in _BOLD:
            self._bold = max(self._bold + by, 0)
        elif tag in _ITALIC:
            self._italic = max(self._italic + by, 0)
        elif tag in _SILENT:
            self._silent = max(self._silent + by, 0)

    def _href(self) -> str:
        found = self._hrefs[-1] if self._hrefs else ""
        return found if _ADDRESS.fullmatch(found) else ""

    def _add_chip(self, facts: str) -> None:
        try:
            found = json.loads(facts)
        except ValueError:
            return
        source, own = (str(found.get(name) or "") for name in ("source", "href")) if isinstance(found, dict) else ("", "")
        if not self._chip and not self._silent and _PLACEHOLDER.fullmatch(source):
            self._add(Run(source, True, href=own if _ADDRESS.fullmatch(own) else self._href()))

    def _add(self, run: Run) -> None:
        self._line.append(msgspec.structs.replace(run, bold=self._bold > 0, italic=self._italic > 0))


def _line(item: Item, number: int, runs: list[Run]) -> str:
    """Conditions stand before the sign of a list."""
    before = 0
    while before < len(runs) and runs[before].is_chip and CONDITION.fullmatch(runs[before].text):
        before += 1
    conditions = "".join(run.text for run in runs[:before])
    words = _written(_joined(runs[before:]))
    sign = {"": "", "bullet": "- ", "number": f"{number}. "}[item]
    return f"{conditions}{sign}{words.strip() if item else words}"


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Neighbours that look alike are one."""
    found = list[Run]()
    for run in runs:
        last = found[-1] if found else None
        if last and not last.is_chip and not run.is_chip and _look(last) == _look(run):
            found[-1] = msgspec.structs.replace(last, text=last.text + run.text)
        elif run.text:
            found.append(run)
    return found


def _look(run: Run) -> tuple[bool, bool, str]:
    return run.bold, run.italic, run.href


_PLAIN = Run("")


def _written(runs: Sequence[Run], inside: Run = _PLAIN) -> str:
    """With the signs of the language around what has them in common: the longest stretch outermost, no link divided."""
    text, at = "", 0
    while at < len(runs):
        ends = {sign: _end(runs, at, sign) for sign in ("href", "bold", "italic") if not getattr(inside, sign)}
        sign = max(ends, key=lambda each: ends[each], default="")
        if not sign or ends[sign] == at:
            text += runs[at].text
            at += 1
            continue
        stretch = runs[at : ends[sign]]
        inner = _written(stretch, msgspec.structs.replace(inside, **{sign: getattr(runs[at], sign)}))
        text += _signed(sign, inner, runs[at].href, text)
        at = ends[sign]
    return text


def _end(runs: Sequence[Run], at: int, sign: str) -> int:
    """Where the stretch ends that has this in common with its first; before a link that it would divide."""
    end = at
    while end < len(runs) and getattr(runs[end], sign) and getattr(runs[end], sign) == getattr(runs[at], sign):
        end += 1
    if sign == "href" or end == at or end == len(runs) or not runs[end].href or runs[end].href != runs[end - 1].href:
        return end
    begin = end - 1
    while begin > at and runs[begin - 1].href == runs[end].href:
        begin -= 1
    return begin if begin > at else end


def _signed(sign: str, inner: str, href: str, before: str) -> str:
    """Spaces at the edges stay outside; what the signs could not stand around stays as it is."""
    words = inner.strip()
    if not words:
        return inner
    lead, trail = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    if sign == "href":
        label = words.replace("[", "(").replace("]", ")")
        return f"{lead}[{label[:300]}]({href}){trail}"
    stars = "**" if sign == "bold" else "__"
    clashes = stars in words or words.endswith(stars[0]) or words.startswith(stars[0])
    divides_a_word = sign == "italic" and not lead and before[-1:].isalnum()
    return inner if clashes or divides_a_word else f"{lead}{stars}{words}{stars}{trail}"

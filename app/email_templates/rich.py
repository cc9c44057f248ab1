"""The text of a template as the editor shows it: paragraphs, lists, bold, italic and links, placeholders as chips.

Made so that reading it back (rich_reading.py) gives the same text. A line of the text is a line of a block; as browsers do
it, a block's last <br> only holds an empty last line open.
"""

import json
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Final

from msgspec import Struct

from app.email_templates.language import CONDITION, ITEM, PIECE, Item

CHIP_TYPE: Final = "application/vnd.tactful.placeholder"
NO_BREAK: Final = "\N{NO-BREAK SPACE}"


class Run(Struct, frozen=True):
    """Words that look alike, or one chip: then `text` is its source, `{{ due_date }}`."""

    text: str
    is_chip: bool = False
    bold: bool = False
    italic: bool = False
    href: str = ""


def to_editor(source: str) -> str:
    """HTML for the editor."""
    reader = _Lines()
    lines = [reader.read(line) for line in source.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")]
    return "".join(_block(item, [html for _, html in group]) for item, group in groupby(lines, key=lambda line: line[0]))


def chip_words(source: str) -> str:
    """What a chip says: `contact first name | there`, `this invoice / these # invoices`, `only with portal link:`."""
    inside = source[2:-2].strip()
    condition = CONDITION.fullmatch(source.strip())
    if condition:
        return f"{_CONDITIONS[condition[1]].format(_words(condition[2]))}:"
    name, bar, rest = inside.partition("|")
    counted, colon, one = name.partition(":")
    if colon:
        return f"{one.strip()} / {rest.strip()}"
    return f"{_words(counted.strip())}{' | ' + rest.strip() if bar and rest.strip() else ''}"


_CONDITIONS = {None: "only with {}", "not": "only without {}", "one": "only if {} is 1", "many": "only if {} is over 1"}


def _words(name: str) -> str:
    return name.replace("_", " ")


def _block(item: Item, lines: Sequence[str]) -> str:
    if item:
        tag = "ul" if item == "bullet" else "ol"
        return f"<{tag}>{''.join(f'<li>{line}</li>' for line in lines)}</{tag}>"
    return f"<div>{'<br>'.join(lines)}{'' if lines[-1] else '<br>'}</div>"


class _Lines:
    """Keeps count of numbered lines, as the language does."""

    def __init__(self) -> None:
        self.counted = 0

    def read(self, text: str) -> tuple[Item, str]:
        runs = list[Run]()
        while found := CONDITION.match(text):
            runs.append(Run(found[0].strip(), is_chip=True))
            text = text[found.end() :]
        item, text = self._item(text)
        return item, html_of([*runs, *inline(text)])

    def _item(self, text: str) -> tuple[Item, str]:
        found = ITEM.match(text)
        number = int(found["number"] or 0) if found else 0
        self.counted = number if number == self.counted + 1 else 0
        if not found or (number and not self.counted):
            return "", text
        return ("number" if number else "bullet"), text[found.end() :]


def inline(text: str, bold: bool = False, italic: bool = False, href: str = "") -> Iterator[Run]:
    """The pieces of one line."""
    at = 0
    for piece in PIECE.finditer(text):
        if piece.start() > at:
            yield Run(text[at : piece.start()], bold=bold, italic=italic, href=href)
        if piece["bold"] is not None:
            yield from inline(piece["bold"], True, italic, href)
        elif piece["italic"] is not None:
            yield from inline(piece["italic"], bold, True, href)
        elif piece["label"] is not None:
            yield from inline(piece["label"], bold, italic, piece["target"])
        else:
            yield Run(piece[0], True, bold, italic, href)
        at = piece.end()
    if at < len(text):
        yield Run(text[at:], bold=bold, italic=italic, href=href)


def html_of(runs: Sequence[Run]) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    html = _chip(run.text) if run.is_chip else _spaced(run.text)
    for is_so, tag in ((run.italic, "em"), (run.bold, "strong")):
        html = f"<{tag}>{html}</{tag}>" if is_so else html
    return f'<a href="{escape(run.href)}">{html}</a>' if run.href else html


def _chip(source: str) -> str:
    content = f'<span class="chip">{escape(chip_words(source))}</span>'
    facts = json.dumps({"contentType": CHIP_TYPE, "content": content, "source": source})
    return f'<figure data-trix-attachment="{escape(facts)}"></figure>'


def _spaced(text: str) -> str:
    """Spaces that HTML would swallow do not break."""
    kept = text.replace("  ", f" {NO_BREAK}")
    kept = NO_BREAK + kept[1:] if kept.startswith(" ") else kept
    kept = kept[:-1] + NO_BREAK if kept.endswith(" ") else kept
    return escape(kept, quote=False)

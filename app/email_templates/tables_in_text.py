"""A table as a letter shows it: aligned columns in plain text, a plain table in HTML."""

from collections.abc import Sequence
from html import escape

from msgspec import Struct

from app.email_templates.rendering import Block


class Cell(Struct, frozen=True):
    """`note` stands behind the text, and on a line of its own where there is no room."""

    text: str
    url: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        return f"{self.text} {self.note}".rstrip()


_EDGE = "border-bottom:1px solid #999"
_LEFT = f'style="padding:4px 10px 4px 0;text-align:left;vertical-align:top;min-width:80px;overflow-wrap:anywhere;{_EDGE}"'
_WHOLE = f'style="padding:4px 10px 4px 0;text-align:left;vertical-align:top;white-space:nowrap;{_EDGE}"'
_DAY = f'style="padding:4px 10px 4px 0;text-align:left;vertical-align:top;{_EDGE}"'
_RIGHT = f'style="padding:4px 0;text-align:right;vertical-align:top;white-space:nowrap;{_EDGE}"'


def table(heads: Sequence[str], rows: Sequence[Sequence[Cell]], feet: Sequence[Sequence[str]]) -> Block:
    """The last column is right-aligned: it is the money. It is never broken, nor is what stands first but for its note; the
    one before the money, the day, where a telephone leaves no room. A foot takes one cell, for the same reason."""
    lines = [[cell.words for cell in row] for row in rows]
    return Block(_text([list(heads), *lines, *map(list, feet)]), _html(heads, rows, feet))


def one_after_another(*tables: Block) -> Block:
    """Those that are not empty."""
    shown = [each for each in tables if each.text]
    return Block("\n\n".join(each.text for each in shown), "".join(each.html for each in shown))


def _text(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(_line(line, widths) for line in lines)


def _line(line: Sequence[str], widths: Sequence[int]) -> str:
    last = len(line) - 1
    padded = [word.rjust(widths[at]) if at == last else word.ljust(widths[at]) for at, word in enumerate(line)]
    return "  ".join(padded).rstrip()


def _html(heads: Sequence[str], rows: Sequence[Sequence[Cell]], feet: Sequence[Sequence[str]]) -> str:
    body = "".join(_row([_linked(cell) for cell in row], "td") for row in rows)
    end = "".join(_foot(foot, len(heads)) for foot in feet)
    head = _row([escape(word) for word in heads], "th")
    style = 'style="border-collapse:collapse;margin:0 0 14px;font-size:14px"'
    return f"<table {style}><thead>{head}</thead><tbody>{body}{end}</tbody></table>"


def _row(cells: Sequence[str], tag: str) -> str:
    last = len(cells) - 1
    styles = [_RIGHT if at == last else _DAY if at == last - 1 else _LEFT if at else _WHOLE for at in range(len(cells))]
    return f"<tr>{''.join(f'<{tag} {style}>{cell}</{tag}>' for style, cell in zip(styles, cells, strict=True))}</tr>"


def _foot(words: Sequence[str], columns: int) -> str:
    said = "&nbsp; ".join(escape(word) for word in words if word)
    return f'<tr><td colspan="{columns}" {_RIGHT}><b>{said}</b></td></tr>'


def _linked(cell: Cell) -> str:
    words = escape(cell.text)
    note = f'<span style="white-space:normal"> {escape(cell.note)}</span>' if cell.note else ""
    is_web = cell.url.startswith(("https://", "http://"))
    return f'<a href="{escape(cell.url)}">{words}</a>{note}' if is_web else f"{words}{note}"

"""xhtml2pdf itself: the far end of the pipe, a process that makes one PDF after the other until the near end goes away.

A statement is almost all table cells. xhtml2pdf makes each of them a frame around a paragraph, lays it out three times, and
looks up the style of each row's cells anew. Here a cell that is one plain line is measured once and written as it is, at the
very same place; anything else in a cell (two lines, a link, a second font, letters from right to left) is left to xhtml2pdf.
"""

import gc
import io
import re
import sys
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable
from xhtml2pdf import parser
from xhtml2pdf.config.resources import ResourceAccessPolicy
from xhtml2pdf.default import DEFAULT_FONT
from xhtml2pdf.document import PmlBaseDoc, pisaDocument
from xhtml2pdf.tables import pisaTagTD
from xhtml2pdf.xhtml2pdf_reportlab import PmlKeepInFrame, PmlParagraph

from app.statements.pipe import MAX_SECONDS, read, write

ASSETS = Path(__file__).resolve().parents[2] / "templates" / "pdf"
FONTS = {"Statement": "DejaVuSansCondensed.ttf", "Statement-Bold": "DejaVuSansCondensed-Bold.ttf"}

BEYOND = 5
"""Seconds. The far end gives up by itself only where nobody is left to kill it."""

MAX_MEMORY = 1_500_000_000
"""Address space; what is resident stays far below it."""
MAX_DATA = 256_000_000
"""What it may write to; with the libraries, which are read only, less than 300 MB are resident."""

_LANGUAGE = re.compile(r'<html lang="([A-Za-z-]+)">')
_PLAIN = re.compile(r"[\x20-\u058f\u2010-\u2027\u202f-\u2060\u20a0-\u22ff]*")
"""Letters and signs that are drawn one after the other, from left to right."""

_style_key = parser.getCSSAttrCacheKey
_metrics: dict[tuple[str, float, float], tuple[float, float]] = {}


def _key(node: Any, *further: Any) -> Any:
    """Two elements look alike where they and all around them are called alike: the cells of each row then share one
    look-up. xhtml2pdf lets only those of one row share."""
    key = _style_key(node, *further)
    node.look = key._replace(parent=getattr(node.parentNode, "look", None))
    return node.look


class Cell(pisaTagTD):  # type: ignore[misc]
    """A `<td>` or `<th>`."""

    def end(self, c: Any) -> None:
        super().end(c)
        row = c.tableData.data[-1]
        row[-1] = _lighter(row[-1])


def _lighter(cell: Any) -> Any:
    """The line instead of the frame around a paragraph that is one."""
    if type(cell) is not PmlKeepInFrame or len(cell._content) != 1:
        return cell
    (paragraph,) = cell._content
    return Line(paragraph) if _is_plain(paragraph) else cell


def _is_plain(paragraph: Any) -> bool:
    if type(paragraph) is not PmlParagraph or len(paragraph.frags) != 2 or paragraph.dir != "ltr":
        return False
    frag, end = paragraph.frags
    style = paragraph.style
    return (
        not end.text
        and isinstance(frag.text, str)
        and _PLAIN.fullmatch(frag.text) is not None
        and not (frag.link or frag.underline or frag.strike or frag.sub or frag.super or hasattr(frag, "cbDefn"))
        and style.alignment in (TA_LEFT, TA_RIGHT)
        and style.letterSpacing == "normal"
        and not (style.backColor or style.leftIndent or style.rightIndent or style.firstLineIndent or paragraph.bulletText)
        and not paragraph.outline
    )


class Line(Flowable):  # type: ignore[misc]
    """A paragraph of one line. Where its cell is too narrow for that, it is the paragraph."""

    def __init__(self, paragraph: Any) -> None:
        super().__init__()
        self.paragraph = paragraph
        frag = paragraph.frags[0]
        self.text = frag.text.strip(" ")
        self.length = pdfmetrics.stringWidth(self.text, frag.fontName, frag.fontSize)
        self.fits = True

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.fits = self.length <= width
        if not self.fits:
            return self.paragraph.wrapOn(self.canv, width, height)  # type: ignore[no-any-return]
        self.width = width
        self.height, self.above = self._metrics()
        return width, self.height

    def _metrics(self) -> tuple[float, float]:
        """Its height, and how far below its upper edge it stands: as the paragraph has it."""
        frag, style = self.paragraph.frags[0], self.paragraph.style
        key = (frag.fontName, frag.fontSize, style.leading)
        if key not in _metrics:
            _, height = self.paragraph.wrapOn(self.canv, self.length + 1, 72_000)
            _metrics[key] = (height, self.paragraph.blPara.lines[0].ascent)
        return _metrics[key]

    def getSpaceBefore(self) -> float:  # noqa: N802  reportlab's name
        return self.paragraph.getSpaceBefore()  # type: ignore[no-any-return]

    def getSpaceAfter(self) -> float:  # noqa: N802
        return self.paragraph.getSpaceAfter()  # type: ignore[no-any-return]

    def draw(self) -> None:
        if not self.fits:
            self.paragraph.drawOn(self.canv, 0, 0)
            return
        frag = self.paragraph.frags[0]
        is_right = self.paragraph.style.alignment == TA_RIGHT
        written = self.canv.beginText(self.width - self.length if is_right else 0, self.height - self.above)
        written.setFont(frag.fontName, frag.fontSize)
        written.setFillColor(frag.textColor)
        written.textOut(self.text)
        self.canv.drawText(written)


class Printer:
    """xhtml2pdf, made ready. Nothing is fetched: there is nothing on a statement to fetch."""

    def __init__(self) -> None:
        for name, file in FONTS.items():
            pdfmetrics.registerFont(TTFont(name, str(ASSETS / "fonts" / file)))
        pdfmetrics.registerFontFamily(
            "Statement", normal="Statement", bold="Statement-Bold", italic="Statement", boldItalic="Statement-Bold"
        )
        DEFAULT_FONT["statement"] = "Statement"  # known to every document: @font-face would read the file each time
        self.policy = ResourceAccessPolicy.server(ASSETS, allow_remote=False, max_render_seconds=MAX_SECONDS + BEYOND)
        parser.pisaTagTD = parser.pisaTagTH = Cell
        parser.getCSSAttrCacheKey = _key
        PmlBaseDoc.afterInit = _shows_its_title

    def printed(self, html: str) -> bytes:
        """Empty when xhtml2pdf reports an error."""
        language = _LANGUAGE.match(html)
        rl_config.documentLang = language[1] if language else None
        paper = io.BytesIO()
        done = pisaDocument(html, paper, link_callback=_nothing, resource_policy=self.policy)
        return b"" if done.err else paper.getvalue()


def _shows_its_title(paper: Any) -> None:
    """In the reader's window, in place of the file's name (ISO 32000-1, 12.2)."""
    paper.displayDocTitle = True


def _nothing(uri: str, relative_to: str) -> str:
    """Statements name no file and no address; whatever does is answered with nothing."""
    return ""


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_DATA, (MAX_DATA, MAX_DATA))


def main() -> None:
    """Render what comes until the near end goes away."""
    _limit_memory()
    printer = Printer()
    gc.collect()
    gc.freeze()  # fonts and modules stay for good: looking through them again and again took a tenth of the time
    while True:
        try:
            document = read(sys.stdin.buffer)
        except EOFError:
            return
        write(sys.stdout.buffer, printer.printed(document.decode()))


if __name__ == "__main__":
    main()

"""xhtml2pdf, in processes of its own: each renders one document at a time, is started on first use, and is killed
when a document takes too long. This module is both ends of the pipe; `python -m app.statements.gateway` is the far one.

On the pipe: four bytes of length, then so many bytes; an empty answer means that the document could not be made.
"""

import asyncio
import gc
import io
import queue
import re
import struct
import subprocess
import sys
import threading
from typing import Any, BinaryIO

from app.problems import Refused, TryLater
from app.settings import ROOT, settings
from app.statements.account import StatementAccount
from app.statements.pdf import PDF_TEMPLATES, likely_pages, statement_html

MAX_SECONDS = 60
"""For 2,000 lines on a machine that is busy with other things; on an idle one they take a fifth of it."""

_BEYOND = 5
"""The far end gives up by itself only where nobody is left to kill it."""

MAX_MEMORY = 1_500_000_000
"""Address space; what is resident stays far below it."""

FONTS = {"Statement": "DejaVuSansCondensed.ttf", "Statement-Bold": "DejaVuSansCondensed-Bold.ttf"}
_LENGTH = struct.Struct(">I")
_LANGUAGE = re.compile(r'<html lang="([A-Za-z-]+)">')
_PAGE = re.compile(rb"/Type\s*/Page\b")


class NotRendered(Refused):
    """The PDF could not be made from this account. Nothing was sent."""


class TooSlow(TryLater):
    """The PDF took too long to make. Nothing was sent; it will be tried again."""


async def render_statement(account: StatementAccount) -> bytes:
    """The statement as a PDF. Raise TooSlow or NotRendered."""
    return await asyncio.to_thread(in_pages, account, PRESS)


def in_pages(account: StatementAccount, press: "Presses") -> bytes:
    """Its footer says "page 1 of 3". xhtml2pdf would lay out every document twice to learn the 3; we guess it, and
    render again only where the guess was wrong."""
    pages = likely_pages(account)
    content = press.rendered(statement_html(account, pages))
    return content if pages_in(content) == pages else press.rendered(statement_html(account, pages_in(content)))


def pages_in(content: bytes) -> int:
    return len(_PAGE.findall(content))


class Press:
    """The near end: one process, one document at a time, whichever thread or loop asks."""

    def __init__(self, seconds: float = MAX_SECONDS) -> None:
        self._seconds = seconds
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def rendered(self, html: str) -> bytes:
        with self._turn:
            process = self._running()
            too_late = threading.Event()
            timer = threading.Timer(self._seconds, _kill, (process, too_late))
            timer.start()
            try:
                content = _asked(process, html.encode())
            finally:
                timer.cancel()
            if content is None:
                self.stop()
                raise TooSlow if too_late.is_set() else NotRendered
        if not content:
            raise NotRendered
        return content

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                _close(pipe)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            command = [sys.executable, "-m", "app.statements.gateway"]
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
            )
        return self._process


def _kill(process: subprocess.Popen[bytes], too_late: threading.Event) -> None:
    too_late.set()
    process.kill()


def _asked(process: subprocess.Popen[bytes], document: bytes) -> bytes | None:
    """None when the far end died."""
    assert process.stdin is not None and process.stdout is not None  # they are pipes
    try:
        _write(process.stdin, document)
        return _read(process.stdout)
    except (BrokenPipeError, EOFError):
        return None


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return


def _write(pipe: BinaryIO | Any, content: bytes) -> None:
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def _read(pipe: BinaryIO | Any) -> bytes:
    """Raise EOFError when the other end is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    content: bytes = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content


class Presses:
    """As many as the settings allow; another is started only while all that run are busy."""

    def __init__(self, count: int = 0) -> None:
        self._count = count
        self._all: list[Press] = []
        self._idle: queue.LifoQueue[Press] = queue.LifoQueue()
        self._door = threading.Lock()

    def rendered(self, html: str) -> bytes:
        press = self._taken()
        try:
            return press.rendered(html)
        finally:
            self._idle.put(press)

    def stop(self) -> None:
        for press in self._all:
            press.stop()

    def _taken(self) -> Press:
        with self._door:
            if self._idle.empty() and len(self._all) < (self._count or settings().render_processes):
                self._all.append(Press())
                return self._all[-1]
        return self._idle.get()


PRESS = Presses()


class Printer:
    """The far end, where xhtml2pdf lives. Nothing is fetched: there is nothing on a statement to fetch."""

    def __init__(self) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from xhtml2pdf.config.resources import ResourceAccessPolicy
        from xhtml2pdf.default import DEFAULT_FONT
        from xhtml2pdf.document import PmlBaseDoc

        from app.statements.cells_gateway import install

        install()
        PmlBaseDoc.afterInit = _shows_its_title
        for name, file in FONTS.items():
            pdfmetrics.registerFont(TTFont(name, str(PDF_TEMPLATES / "fonts" / file)))
        pdfmetrics.registerFontFamily(
            "Statement", normal="Statement", bold="Statement-Bold", italic="Statement", boldItalic="Statement-Bold"
        )
        DEFAULT_FONT["statement"] = "Statement"  # known to every document: @font-face would read the file each time
        self.policy = ResourceAccessPolicy.server(PDF_TEMPLATES, allow_remote=False, max_render_seconds=MAX_SECONDS + _BEYOND)

    def printed(self, html: str) -> bytes:
        """Empty when xhtml2pdf reports an error."""
        from reportlab import rl_config
        from xhtml2pdf.document import pisaDocument

        language = _LANGUAGE.match(html)
        rl_config.documentLang = language[1] if language else None
        paper = io.BytesIO()
        done = pisaDocument(html, paper, link_callback=_nothing, resource_policy=self.policy)
        return b"" if done.err else paper.getvalue()


def _shows_its_title(paper: Any) -> None:
    """In the reader's window, in place of the file's name (PDF 32000-1, 12.2)."""
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


def main() -> None:
    """Render what comes until the near end goes away."""
    _limit_memory()
    printer = Printer()
    gc.collect()
    gc.freeze()  # fonts and modules stay for good: looking through them again and again took a tenth of the time
    while True:
        try:
            document = _read(sys.stdin.buffer)
        except EOFError:
            return
        _write(sys.stdout.buffer, printer.printed(document.decode()))


if __name__ == "__main__":
    main()

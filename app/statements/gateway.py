"""xhtml2pdf, in processes of its own: each renders one document at a time, is started on first use, and is killed
when a document takes too long. This is the near end of the pipe; `python -m app.statements.printer_gateway` is the far one.
"""

import asyncio
import queue
import re
import subprocess
import sys
import threading
from typing import Any

from app.problems import Refused, TryLater
from app.settings import ROOT, settings
from app.statements.account import StatementAccount
from app.statements.pdf import likely_pages, statement_html
from app.statements.pipe import MAX_SECONDS, read, write

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
            command = [sys.executable, "-m", "app.statements.printer_gateway"]
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
        write(process.stdin, document)
        return read(process.stdout)
    except (BrokenPipeError, EOFError):
        return None


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return


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
